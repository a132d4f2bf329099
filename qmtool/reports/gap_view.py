"""What every readable format of the gap shows: plain values, in the words of one language."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from qmtool import __version__
from qmtool.model.assessment import RequirementGap, Status
from qmtool.model.evidence import Evidence, EvidenceState, Fact
from qmtool.model.forecast import Forecast, LapseKind, Outlook
from qmtool.model.gap import SELF_ASSESSMENT, Gap
from qmtool.model.referential import Referential, Requirement
from qmtool.model.text import Text, say
from qmtool.reports.gap_headline import headline
from qmtool.reports.gap_shape import ChapterView, Count, EvidenceRow, OutlookView, Row, View
from qmtool.reports.language import Language
from qmtool.reports.referential_words import CONFIDENCE_WORDS
from qmtool.reports.terminal import safe

MAX_EVIDENCE = 25
"""How many declarations of one requirement a page shows; JSON has them all."""

_COMMIT = 10
"""How many characters of a commit's id name it in a footer."""
_DIGEST = 16
"""How many characters of a SHA-256 tell two reports apart by eye."""


def view(gap: Gap, language: Language) -> View:
    """Return what to show of *gap* in *language*."""
    referential = gap.referential
    name, _, subtitle = referential.title.of(language.code).partition(" — ")
    found = View(
        language=language.code,
        referential=referential.identifier,
        name=safe(name),
        subtitle=safe(subtitle),
        organisation=safe(gap.organisation),
        site=safe(gap.site or ""),
        day=language.day(gap.on),
        at=_source(gap.at, language),
        source=_source(gap.at, language, _COMMIT),
        issuer=safe(referential.issuer),
        compared_on=language.day(referential.verified_on),
        qm=__version__,
        digest="",
        headline=headline(gap, safe(name), language),
        disclaimer=said(SELF_ASSESSMENT, language),
        warnings=[said(one, language) for one in gap.notices if one != SELF_ASSESSMENT],
        rated=gap.ready_share() is not None,
        scored=any(one.score is not None for one in gap.requirements),
        grades=_grades(referential, language),
        counts=_counts(gap.summary, language),
        chapters=list(_chapters(gap, language)),
        outlook=_outlook(gap, language),
    )
    found["digest"] = _digest(found)
    return found


def _digest(shown: View) -> str:
    """Return the digest of everything that is shown, but for what depends on the day of today."""
    text = json.dumps({**shown, "outlook": None}, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST]


def said(text: Text, language: Language) -> str:
    """Return *text* in *language*, safe to show."""
    return safe(language.render(text))


def _outlook(gap: Gap, language: Language) -> OutlookView | None:
    """Return what will have lapsed by the day of *gap*, where that is still to come."""
    if gap.outlook is None:
        return None
    _ = language.gettext
    ahead = say(
        "What will have lapsed by {day}, seen from {today}", day=gap.on, today=gap.outlook.since
    )
    return OutlookView(
        title=said(ahead, language),
        nothing=_(
            "Nothing lapses by then: no review falls due, no record and no audit grows too old, "
            "and no version is replaced."
        ),
        heads=[_("Lapses on"), _("Start by"), _("Document"), _("What"), _("Requirements")],
        rows=_lapses(gap, gap.outlook, language),
    )


def _lapses(gap: Gap, outlook: Outlook, language: Language) -> list[list[str]]:
    """Return a row for each document that lapses: when, when to start, and what for."""
    found: dict[tuple[date, str, str, LapseKind], list[Forecast]] = {}
    for one in outlook.lapses:
        key = (one.lapses_on, one.document, one.version or "", one.kind)
        found.setdefault(key, []).append(one)
    return [
        [
            language.day(day),
            language.day(min(one.start_by for one in lapses)),
            safe(" ".join(filter(None, (document, version and f"v{version}")))),
            said(_LAPSED[kind], language),
            ", ".join(_lapsing(one, gap.referential, language) for one in lapses),
        ]
        for (day, document, version, kind), lapses in found.items()
    ]


_LAPSED: Mapping[LapseKind, Text] = {
    LapseKind.REVIEW: say("review due"),
    LapseKind.RECORD: say("record too old"),
    LapseKind.AUDIT: say("audit too old"),
    LapseKind.REPLACED: say("replaced by a later version"),
}


def _lapsing(one: Forecast, referential: Referential, language: Language) -> str:
    """Return the id of a requirement, and its two statuses where they differ."""
    node = referential.by_id[one.requirement.removeprefix(f"{referential.identifier}:")]
    shown = printed_id(referential, node, language)
    if one.now is one.then:
        return shown
    words = status_words(language)
    return f"{shown} ({words[one.now][0]} → {words[one.then][0]})"


def _source(at: str, language: Language, size: int | None = None) -> str:
    words = {"worktree": language.gettext("work tree"), "index": language.gettext("index")}
    return words.get(at) or safe(at)[:size]


def _grades(referential: Referential, language: Language) -> list[str]:
    """Return what an auditor may call a finding, in the order of the referential."""
    return [safe(one.label.of(language.code)) for one in referential.grades]


def status_words(language: Language) -> Mapping[Status, tuple[str, str]]:
    """Return the word for each status, and what it means."""
    _ = language.gettext
    return {
        Status.READY: (_("ready"), _("described and, where it is needed, proven")),
        Status.PARTIAL: (
            _("partial"),
            _("one of the two is missing, lapsed or a draft, or an audit left a blocking finding"),
        ),
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


def lent_words(language: Language) -> Mapping[str, str]:
    """Return the word for how much a crosswalk lends."""
    _ = language.gettext
    return {"suggested": _("suggested"), "described": _("described"), "proven": _("proven")}


def printed_id(
    referential: Referential, requirement: Requirement, language: Language, *, below: str = ""
) -> str:
    """Return the id of *requirement*; one that is not the text's own says that it is `qm`'s."""
    if requirement.official:
        return safe(requirement.identifier)
    return said(referential.cite(requirement.identifier, below=below), language)


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
        verified=one.verified,
        verified_word=facts[one.verified],
        score="" if one.score is None else str(one.score),
        confidence=_doubt(requirement, language),
        unverified=[said(why, language) for why in one.unverified],
        reasons=[said(why, language) for why in _reasons(one)],
        blocking=[said(why, language) for why in one.blocking],
        lent=one.lent or "",
        lent_word=lent_words(language).get(one.lent or "", ""),
        loans=[said(loan, language) for loan in one.loans],
        names=[safe(name) for name in dict.fromkeys(piece.document for piece in own)],
        evidence=[_evidence(piece, language) for piece in own[:MAX_EVIDENCE]],
        more=max(0, len(own) - MAX_EVIDENCE),
    )


def _reasons(one: RequirementGap) -> Iterator[Text]:
    """Yield why *one* is not ready, besides what blocks it."""
    for why in one.reasons:
        if why not in one.blocking:
            yield why


def _doubt(requirement: Requirement, language: Language) -> str:
    """Return how sure it is that *requirement* is required, where that is not sure."""
    sure = requirement.confidence == "high"
    return "" if sure else language.render(CONFIDENCE_WORDS[requirement.confidence])


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
