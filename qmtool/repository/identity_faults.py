"""What is said of a text that tells who a patient is; none of its characters is repeated."""

from collections.abc import Sequence

from qmtool.model.diagnostic import Fault
from qmtool.model.digits import Piece
from qmtool.model.identity import (
    BIRTH_DATE,
    EXAM_IDENTIFIER,
    NATIONAL_NUMBER,
    PATIENT_NUMBER,
    UNSEARCHED,
    Find,
    finds_in,
)
from qmtool.model.text import say

_SAID = {
    NATIONAL_NUMBER: say("the social security number (NIR or INS) of a person stands here"),
    PATIENT_NUMBER: say("the number of a patient stands here"),
    BIRTH_DATE: say("the birth date of a person stands here"),
    EXAM_IDENTIFIER: say("the identifier of an exam of a patient stands here"),
}


def identity_faults(data: bytes, pieces: Sequence[Piece]) -> list[Fault]:
    """Return the faults of what tells who a patient is in the *pieces* of *data*."""
    return [_fault(one) for one in finds_in(data, pieces)]


def _fault(found: Find) -> Fault:
    """Return the fault of what was *found*."""
    if found.kind == UNSEARCHED:
        message = say("from here on there are too many numbers to search for patients")
        return Fault(
            "national-number", found.line, found.column, message, say("Split the document.")
        )
    return Fault(found.kind, found.line, found.column, _SAID[found.kind])
