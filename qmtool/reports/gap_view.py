"""What every readable format of the gap shows: plain values, in the words of one language."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TypedDict

from qmtool.model.assessment import RequirementGap, Status
from qmtool.model.evidence import Evidence, EvidenceState, Fact
from qmtool.model.gap import SELF_ASSESSMENT, Gap
from qmtool.model.referential import Referential, Requirement
from qmtool.model.text import Text
from qmtool.reports.language import Language
from qmtool.reports.terminal import safe

MAX_EVIDENCE = 25
"""How many declarations of one requirement a page shows; JSON has them all."""


class EvidenceRow(TypedDict):
    """One declaration, as people read it."""

    name: str
    version: str
    state: str
    state_word: str
    section: str
    place: str


class Row(TypedDict):
    """One requirement, as people read it; *names* are all its documents, *evidence* the first.

    *id* stands alone, *short* under the title of its chapter, *name* is what a document cites. What
    a crosswalk lends is no evidence of its own: the reasons tell it.
    """

    id: str
    name: str
    short: str
    anchor: str
    title: str
    asks: str
    status: str
    status_word: str
    described: str
    described_word: str
    proven: str
    proven_word: str
    reasons: list[str]
    names: list[str]
    evidence: list[EvidenceRow]
    more: int


class Count(TypedDict):
    """How many requirements have a status, and what the status means."""

    status: str
    word: str
    meaning: str
    count: int


class ChapterView(TypedDict):
    """One chapter, its requirements, and how many have each status."""

    id: str
    anchor: str
    title: str
    rows: list[Row]
    counts: list[Count]


class View(TypedDict):
    """The whole gap, as people read it; *rated* says whether proportions may be shown."""

    language: str
    name: str
    subtitle: str
    organisation: str
    site: str
    day: str
    at: str
    issuer: str
    compared_on: str
    headline: str
    disclaimer: str
    warnings: list[str]
    rated: bool
    counts: list[Count]
    chapters: list[ChapterView]


def view(gap: Gap, language: Language) -> View:
    """Return what to show of *gap* in *language*."""
    referential = gap.referential
    name, _, subtitle = referential.title.of(language.code).partition(" — ")
    return View(
        language=language.code,
        name=safe(name),
        subtitle=safe(subtitle),
        organisation=safe(gap.organisation),
        site=safe(gap.site or ""),
        day=language.day(gap.on),
        at=_source(gap.at, language),
        issuer=safe(referential.issuer),
        compared_on=language.day(referential.verified_on),
        headline=_headline(gap, safe(name), language),
        disclaimer=said(SELF_ASSESSMENT, language),
        warnings=[said(one, language) for one in gap.notices if one != SELF_ASSESSMENT],
        rated=gap.ready_share() is not None,
        counts=_counts(gap.summary, language),
        chapters=list(_chapters(gap, language)),
    )


def said(text: Text, language: Language) -> str:
    """Return *text* in *language*, safe to show."""
    return safe(language.render(text))


def _source(at: str, language: Language) -> str:
    words = {"worktree": language.gettext("work tree"), "index": language.gettext("index")}
    return words.get(at) or safe(at)


# The words.


def status_words(language: Language) -> Mapping[Status, tuple[str, str]]:
    """Return the word for each status, and what it means."""
    _ = language.gettext
    return {
        Status.READY: (_("ready"), _("described and, where it is needed, proven")),
        Status.PARTIAL: (_("partial"), _("one of the two is missing, lapsed or a draft")),
        Status.OPEN: (_("open"), _("nothing that counts on this day")),
        Status.EXCLUDED: (_("excluded"), _("excluded by the centre, with its reason")),
        Status.NOT_APPLICABLE: (
            _("not applicable"),
            _("no site has the activities that it concerns"),
        ),
        Status.TO_VERIFY: (_("to verify"), _("known with little confidence: not judged")),
    }


def fact_words(language: Language) -> Mapping[Fact, str]:
    """Return the word for each value of a fact."""
    _ = language.gettext
    return {
        Fact.YES: _("yes"),
        Fact.LAPSED: _("lapsed"),
        Fact.DRAFT: _("draft"),
        Fact.NO: _("no"),
        Fact.NOT_NEEDED: _("not needed"),
    }


def state_words(language: Language) -> Mapping[EvidenceState, str]:
    """Return the word for each state of a piece of evidence."""
    _ = language.gettext
    return {
        EvidenceState.IN_FORCE: _("in force"),
        EvidenceState.OVERDUE: _("overdue"),
        EvidenceState.DRAFT: _("draft"),
    }


def printed_id(
    referential: Referential, requirement: Requirement, language: Language, *, below: str = ""
) -> str:
    """Return the id of *requirement*; one that is not the text's own says that it is `qm`'s."""
    if requirement.official:
        return safe(requirement.identifier)
    return said(referential.cite(requirement.identifier, below=below), language)


# The headline: what was found, in one sentence.


def _headline(gap: Gap, name: str, language: Language) -> str:
    sentence = (
        language.gettext("{name}, site {site}, on {day}: {counts}.")
        if gap.site
        else language.gettext("{name} on {day}: {counts}.")
    )
    found = Counter(map(_outcome, gap.requirements))
    counts = ", ".join(
        words.format(n=found[outcome])
        for outcome, words in _outcome_words(found, language).items()
        if found[outcome] or outcome == Status.READY
    )
    return sentence.format(
        name=name, site=safe(gap.site or ""), day=language.day(gap.on), counts=counts
    )


def _outcome(one: RequirementGap) -> str:
    """Return the status of *one*, told apart where the word alone would say too much."""
    if one.status is Status.PARTIAL and one.described is not Fact.YES:
        return "only-proven"
    if one.status is Status.OPEN and {one.described, one.proven} & {Fact.LAPSED, Fact.DRAFT}:
        return "unfinished"
    return one.status


def _outcome_words(found: Mapping[str, int], language: Language) -> Mapping[str, str]:
    """Return the words for each outcome, in the order they are told."""
    ngettext = language.ngettext
    return {
        Status.READY: ngettext(
            "{n} requirement described and proven",
            "{n} requirements described and proven",
            found[Status.READY],
        ),
        Status.PARTIAL: ngettext(
            "{n} described without recent proof",
            "{n} described without recent proof",
            found[Status.PARTIAL],
        ),
        "only-proven": ngettext(
            "{n} proven but not described",
            "{n} proven but not described",
            found["only-proven"],
        ),
        "unfinished": ngettext(
            "{n} only lapsed or drafted", "{n} only lapsed or drafted", found["unfinished"]
        ),
        Status.OPEN: ngettext("{n} with nothing", "{n} with nothing", found[Status.OPEN]),
        Status.EXCLUDED: ngettext("{n} excluded", "{n} excluded", found[Status.EXCLUDED]),
        Status.NOT_APPLICABLE: ngettext(
            "{n} not applicable", "{n} not applicable", found[Status.NOT_APPLICABLE]
        ),
        Status.TO_VERIFY: ngettext("{n} to verify", "{n} to verify", found[Status.TO_VERIFY]),
    }


# The chapters.


def _counts(summary: Mapping[Status, int], language: Language) -> list[Count]:
    return [
        Count(status=status, word=word, meaning=meaning, count=summary[status])
        for status, (word, meaning) in status_words(language).items()
    ]


def _chapters(gap: Gap, language: Language) -> Iterator[ChapterView]:
    """Yield the chapters that hold a requirement, in the order of the text."""
    found = {one.requirement.identifier: one for one in gap.requirements}
    for chapter, identifiers in _grouped(gap.referential):
        inside = [found[identifier] for identifier in identifiers]
        if inside:
            yield ChapterView(
                id=printed_id(gap.referential, chapter, language) if chapter else "",
                anchor=safe(f"u-{chapter.identifier}" if chapter else "u-"),
                title=safe(chapter.title.of(language.code)) if chapter else "",
                rows=_once([_row(gap, one, language) for one in inside], language),
                counts=_counts(Counter(one.status for one in inside), language),
            )


def _once(rows: list[Row], language: Language) -> list[Row]:
    """Return *rows* with the reason of an exclusion said once, where the next ones share it."""
    first: dict[str, str] = {}
    for row in rows:
        for reason in row["reasons"] if row["status"] == Status.EXCLUDED else ():
            if reason in first:
                same = language.gettext("for the same reason as {id}")
                row["reasons"] = [same.format(id=first[reason])]
            else:
                first[reason] = row["id"]
    return rows


def _grouped(referential: Referential) -> Iterator[tuple[Requirement | None, list[str]]]:
    """Yield each chapter with the ids of its requirements; None for those before the first."""
    chapter: Requirement | None = None
    inside: list[str] = []
    for node in referential.nodes:
        if node.assessable:
            inside.append(node.identifier)
        elif not node.parent:
            yield chapter, inside
            chapter, inside = node, []
    yield chapter, inside


def _row(gap: Gap, one: RequirementGap, language: Language) -> Row:
    facts = fact_words(language)
    requirement = one.requirement
    own = [piece for piece in one.evidence if piece.via == "declared"]
    return Row(
        id=printed_id(gap.referential, requirement, language),
        name=safe(one.identifier),
        short=printed_id(gap.referential, requirement, language, below=requirement.parent),
        anchor=safe(f"u-{requirement.identifier}"),
        title=safe(requirement.title.of(language.code)),
        asks=safe(requirement.asks.of(language.code)),
        status=one.status,
        status_word=status_words(language)[one.status][0],
        described=one.described,
        described_word=facts[one.described],
        proven=one.proven,
        proven_word=facts[one.proven],
        reasons=[said(reason, language) for reason in one.reasons],
        names=[safe(name) for name in dict.fromkeys(piece.document for piece in own)],
        evidence=[_evidence(piece, language) for piece in own[:MAX_EVIDENCE]],
        more=max(0, len(own) - MAX_EVIDENCE),
    )


def _evidence(piece: Evidence, language: Language) -> EvidenceRow:
    item = f" ({piece.item})" if piece.item else ""
    return EvidenceRow(
        name=safe(piece.document + item),
        version=safe(f"v{piece.version}") if piece.version else "",
        state=piece.state,
        state_word=state_words(language)[piece.state],
        section=safe(piece.section or ""),
        place=safe(f"{piece.path}:{piece.line}"),
    )
