"""What people, processes and sites are called."""

from collections.abc import Mapping

from qmtool.model.project import Project


def names_of(project: Project) -> Mapping[str, str]:
    """Return the names of people by id; the policy in force has the last word."""
    both = (*project.settings.policy.people, *project.policy.people)
    return {person.identifier: person.name for person in both if person.name}


def process_names(project: Project) -> Mapping[str, str]:
    """Return the titles of the processes by id."""
    return {one.identifier: one.title for one in project.settings.processes if one.title}


def site_names(project: Project) -> Mapping[str, str]:
    """Return the names of the sites by id."""
    return {one.identifier: one.name for one in project.settings.sites if one.name}
