"""What is late in the registers: worked out once, for the rules that tell it."""

from collections.abc import Sequence

from qmtool.model.project import Project
from qmtool.model.workflow import Deadline, late
from qmtool.rules.engine import once_per_project


@once_per_project
def late_steps(project: Project) -> Sequence[Deadline]:
    """Return the deadlines of the records of *project* that are over."""
    return tuple(late(project))
