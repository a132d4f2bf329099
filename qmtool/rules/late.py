"""What is late in the registers: worked out once, for the rules that tell it."""

from collections.abc import Sequence

from qmtool.model.diagnostic import Problem
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.model.workflow import Deadline, late
from qmtool.rules.engine import once_per_project


def problem(deadline: Deadline) -> Problem:
    """Return that the record of *deadline* is late."""
    message = say(
        "{document} is late: {duty} by {day}",
        document=deadline.document.name,
        duty=deadline.duty,
        day=deadline.day,
    )
    return Problem(deadline.document.at("status"), message)


@once_per_project
def late_steps(project: Project) -> Sequence[Deadline]:
    """Return the deadlines of the records of *project* that are over."""
    return tuple(late(project))
