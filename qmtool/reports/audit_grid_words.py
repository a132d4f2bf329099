"""The columns of a grid of an audit, and what is said about how it was chosen and is filled in."""

from collections.abc import Iterator, Mapping

from qmtool.model.audit_grid import Grid
from qmtool.model.audit_sample import Why
from qmtool.model.referential import Referential
from qmtool.model.text import Text, listing, say
from qmtool.reports.language import Language

ASKED = ("audit", "requirement", "title", "asks", "status", "evidence", "why")
TO_FILL = ("seen", "grade", "score", "site", "facts", "evidence_seen", "documents")
"""The columns that an auditor fills in; something in one says that the requirement was seen."""

HEADS: Mapping[str, Text] = {
    "audit": say("audit"),
    "requirement": say("requirement"),
    "title": say("title"),
    "asks": say("question"),
    "status": say("status"),
    "evidence": say("evidence in force"),
    "why": say("why it is looked at"),
    "seen": say("seen"),
    "grade": say("grade"),
    "score": say("score"),
    "site": say("site"),
    "facts": say("facts"),
    "evidence_seen": say("evidence seen"),
    "documents": say("documents concerned"),
}

WHY_WORDS: Mapping[Why, Text] = {
    Why.OPEN_FINDING: say("finding to be verified"),
    Why.LAPSED: say("proof lapsed"),
    Why.NEVER: say("never verified"),
    Why.DRAWN: say("drawn by lot"),
    Why.WANTED: say("asked for"),
}


STRENGTH = say("strength")
STRENGTH_ID = "strength"
YES, NO = say("yes"), say("no")


def choices(referential: Referential, language: Language) -> list[str]:
    """Return what may stand below « grade » for *referential*: its grades, and a strength."""
    named = [one.label.of(language.code) for one in referential.grades]
    return [*named, language.render(STRENGTH)] if offers_strength(referential) else named


def offers_strength(referential: Referential) -> bool:
    """Return whether a strength is a grade beside those of *referential*."""
    return not is_scored(referential) and referential.grade(STRENGTH_ID) is None


def is_scored(referential: Referential) -> bool:
    """Return whether the grades of *referential* are scores."""
    return any(one.score is not None for one in referential.grades)


def chosen(found: Grid) -> Iterator[Text]:
    """Yield how the requirements and the sites of the grid were chosen."""
    if found.wanted.chapters:
        names = [
            f"{name}:{one}" for name, several in found.wanted.chapters.items() for one in several
        ]
        yield say("Only what is below these chapters: {chapters}.", chapters=listing(names))
    counts = {"size": found.size, "asked": found.asked}
    if found.wanted.size is None:
        yield say("All the requirements that apply: {size}.", size=found.size)
    elif found.sure >= found.wanted.size:
        yield say(
            "{size} requirements of {asked}: {wanted} were asked for, but {sure} are always "
            "looked at (a finding to be verified, a proof that lapsed, never verified).",
            wanted=found.wanted.size,
            sure=found.sure,
            **counts,
        )
    else:
        yield say(
            "{size} requirements of {asked}: {sure} are always looked at (a finding to be "
            "verified, a proof that lapsed, never verified), the others were drawn by lot, chapter "
            "by chapter; the lot is the id of the audit, so that anybody draws the same again.",
            sure=found.sure,
            **counts,
        )
    aside = sum(part.aside for part in found.parts)
    if aside:
        yield say("Left out, as they are excluded or do not apply here: {count}.", count=aside)
    if found.stops is not None:
        yield say(
            "Sites to see: {sites}. Custom: the square root of their number, rounded up; the first "
            "of qm.yaml, then those where most is missing, and those where a finding is to be "
            "verified.",
            sites=listing(found.sites),
        )


def filled_in(found: Grid) -> Iterator[Text]:
    """Yield how the grid is filled in, and what is typed then."""
    yield say(
        "Write in the row of each requirement that you look at; where there is nothing to report, "
        "choose yes below « seen ». What is left blank was not looked at."
    )
    yield say(
        "A grade makes a finding, and asks for the facts and the evidence seen; a strength makes "
        "none. For several findings about one requirement, or several sites, copy the row."
    )
    yield say("Never write the name of a patient or of a person.")
    yield say("Then type: qm audit record {audit} FILE", audit=found.audit.identifier)
