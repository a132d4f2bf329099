"""What the rules on confidentiality share: the names of files, and what to do about a leak."""

from collections.abc import Iterator, Mapping

from qmtool.model.diagnostic import Location, Problem
from qmtool.model.digits import pieces_of
from qmtool.model.project import Project
from qmtool.model.text import Text, say
from qmtool.model.veil import words_of_path
from qmtool.rules.engine import Check, faults, once_per_project

LEAK = say(
    "Take it out, and name an event or an exam by an internal reference. If it was ever pushed, "
    "deleting the line is not enough: tell the data-protection officer at once, as the authority "
    "(CNIL) is to be notified within 72 hours and the history purged; qm explain QM601 says how."
)
"""The advice of these rules."""

IDENTITY = frozenset({"national-number", "patient-number", "birth-date", "exam-identifier"})
"""The rules about what tells who a patient is."""

_IN_NAMES: Mapping[str, Text] = {
    "national-number": say(
        "the name of the file holds the social security number (NIR or INS) of a person"
    ),
    "patient-number": say("the name of the file holds the number of a patient"),
    "birth-date": say("the name of the file holds the birth date of a person"),
    "exam-identifier": say("the name of the file holds the identifier of an exam of a patient"),
}


def identity(name: str) -> Check:
    """Return the check of the rule called *name*: what reading found, and the names of files."""
    in_texts = faults(name)

    def check(project: Project) -> Iterator[Problem]:
        yield from in_texts(project)
        for path, kind in _in_names(project):
            if kind == name:
                yield Problem(Location(path), _IN_NAMES[name])

    return check


def paths_that_tell(project: Project) -> frozenset[str]:
    """Return the files of *project* whose names tell who a patient is."""
    return frozenset(path for path, _ in _in_names(project))


@once_per_project
def _in_names(project: Project) -> list[tuple[str, str]]:
    """Return the files whose names tell who a patient is, and what they tell."""
    paths = sorted(project.files)
    data = words_of_path("\n".join(paths)).encode(errors="replace")
    if not any(pieces_of(data)):
        return []
    from qmtool.model.identity import finds_in  # costly, and few projects need it

    found = {(paths[one.line - 1], one.kind) for one in finds_in(data)}
    return sorted(found)
