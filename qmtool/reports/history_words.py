"""The words of a revision table: who, when, and on what word a tag is believed."""

from collections.abc import Mapping

from qmtool.model.calendar import parse_day
from qmtool.model.document import OnPaper
from qmtool.model.revision import Mark, Revision, What
from qmtool.model.text import Text, joined, say
from qmtool.reports.language import Language

WHAT_WORDS: Mapping[What, Text] = {
    What.RELEASED: say("release"),
    What.ADOPTED: say("adoption"),
    What.CONFIRMED: say("review without change"),
    What.WITHDRAWN: say("withdrawal"),
    What.REINSTATED: say("reinstatement"),
}

_DECISION_WORDS: Mapping[str, Text] = {
    "reviewed": say("reviewed by {who}"),
    "approved": say("approved by {who}"),
}

MEDIA: Mapping[str, Text] = {"paper": say("paper"), "mail": say("mail")}
"""How an approval is given outside of qm, as `--medium` proposes it; other words stay as typed."""

UNKNOWN = "unknown"
"""What an adoption writes where it found no approver or date."""


def day_words(written: str, language: Language) -> str:
    """Return a day of a history as this language writes it; what is no day stays as found."""
    found = parse_day(written)
    if found:
        return language.day(found)
    return language.gettext("date unknown") if written == UNKNOWN else written


def who(names: Mapping[str, str], person: str) -> Text | str:
    """Return the name of *person*, or the id, or what an adoption found."""
    return say("unknown") if person == UNKNOWN else names.get(person, person)


def paper_words(one: OnPaper | Mark, language: Language) -> Text:
    """Return how an approval was given that was not given in qm, and where its proof lies."""
    on = one.on if isinstance(one, OnPaper) else one.effective
    return say(
        "declared: {medium}, {day}, {proof}",
        medium=MEDIA.get(one.medium, one.medium),
        day=day_words(on, language),
        proof=one.proof,
    )


def people_words(
    people: tuple[str, ...], one: Revision, names: Mapping[str, str], language: Language
) -> str:
    """Return *people* by name; what one of them gave on paper is said so."""
    parts = []
    for person in people:
        name = language.render(who(names, person))
        paper = one.on_paper(person)
        parts.append(f"{name} ({language.render(paper_words(paper, language))})" if paper else name)
    return ", ".join(parts)


def tag_words(mark: Mark | None, names: Mapping[str, str]) -> Text:
    """Return who tagged, and on what word: a signature is only said to be there."""
    if mark is None:
        return say("its tag is not in this clone (git fetch --tags, else qm doctor)")
    name = mark.name or who(names, mark.signer)
    if mark.has_signature:
        return say("tagged by {name}, carries a signature (qm verify)", name=name)
    return say("tagged by {name}, declared", name=name)


def decision_words(mark: Mark, names: Mapping[str, str], language: Language) -> Text:
    """Return one review or approval of a draft: by whom, when, and on what word."""
    by = Text(_DECISION_WORDS[mark.meaning].message, (("who", who(names, mark.person)),))
    if not mark.medium:
        return joined([by, day_words(mark.moment[:10], language), tag_words(mark, names)])
    paper, name = paper_words(mark, language), mark.name or who(names, mark.signer)
    if mark.has_signature:
        return say(
            "{decision} ({paper}), recorded by {name} with a signature (qm verify)",
            decision=by,
            paper=paper,
            name=name,
        )
    return say("{decision} ({paper}), recorded by {name}", decision=by, paper=paper, name=name)
