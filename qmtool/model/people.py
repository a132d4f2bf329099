"""What people are called."""

from collections.abc import Mapping

from qmtool.model.project import Project


def names_of(project: Project) -> Mapping[str, str]:
    """Return the names of people by id; the policy in force has the last word."""
    both = (*project.settings.policy.people, *project.policy.people)
    return {person.identifier: person.name for person in both if person.name}
