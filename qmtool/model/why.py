"""Why a requirement has its status: the chain of facts, in plain words, one sentence each."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qmtool.model.assessment import Assessor, Status, View
from qmtool.model.assessments import Line, audit_lines
from qmtool.model.evidence import Evidence, EvidenceState, Fact, claims, fresh_months
from qmtool.model.gap import Gap
from qmtool.model.project import Project
from qmtool.model.referential import Requirement
from qmtool.model.text import Text, joined, listing, say


class Step(NamedTuple):
    """A sentence of the chain, and those that it rests on."""

    said: Text
    because: Sequence[Text] = ()


def why(project: Project, gap: Gap, identifier: str) -> Iterator[Step]:
    """Yield what leads to the status of the requirement *identifier* of *gap*, which has it."""
    found = next(one for one in gap.requirements if one.requirement.identifier == identifier)
    requirement = found.requirement
    yield Step(_asked(requirement), list(_needed(requirement)))
    if found.status in _DECIDED:
        yield Step(_CONCLUSION[found.status], found.reasons)
        return
    pieces = [one for one in found.evidence if one.via == "declared"]
    yield Step(
        say("What documents declare, on {day}:", day=gap.on),
        [_piece(one) for one in pieces] or [say("no document declares it")],
    )
    if gap.site is None and len(project.settings.sites) > 1:
        yield Step(say("Each fact is that of the worst of the sites that are concerned."))
    short = _Short(Assessor(project, gap.referential, gap.site, claims(project, gap.referential)))
    yield Step(short.described(requirement, found.described))
    if found.proven is not Fact.NOT_NEEDED:
        yield Step(short.proven(requirement, found.proven))
    lines = audit_lines(project, gap.referential).get(identifier, ())
    seen = (_line(one) for one in lines if one.concerns(gap.site))
    yield Step(_VERIFIED[found.verified], [*seen, *found.unverified])
    yield Step(_CONCLUSION[found.status], found.reasons)
    if found.loans:
        yield Step(say("Told apart, it changes nothing:"), found.loans)


class _Short(NamedTuple):
    """Says what a fact comes to, and where no document makes it, why none does."""

    assessor: Assessor

    def described(self, requirement: Requirement, fact: Fact) -> Text:
        """Return whether *requirement* is described, as *fact* says."""
        if fact is not Fact.NO:
            return _DESCRIBED[fact]
        views = self.assessor.views(requirement)
        if not any(view.worths for view in views):
            return say("It is not described: no document declares it.")
        short = [view for view in views if view.described is Fact.NO]
        if any(view.worths for view in short):
            return _DESCRIBED[Fact.NO]
        return say(
            "It is not described: none of these documents applies to {sites}.", sites=_sites(short)
        )

    def proven(self, requirement: Requirement, fact: Fact) -> Text:
        """Return whether *requirement* is proven, as *fact* says."""
        views = self.assessor.views(requirement)
        short = [view for view in views if view.proven is fact]
        if fact is not Fact.NO or len(short) == len(views):
            return _PROVEN[fact]
        return say(
            "It is not proven: no record of a class that fits applies to {sites}.",
            sites=_sites(short),
        )


def _sites(views: Sequence[View]) -> str:
    return listing([view.site for view in views if view.site])


def _asked(requirement: Requirement) -> Text:
    """Return what the requirement is, and how surely it is known."""
    known = {
        "low": say("This is known with little confidence: it is to be checked with its source"),
        "medium": say("This is known with medium confidence"),
    }
    title = joined([requirement.title])
    sure = known.get(requirement.confidence)
    return _sentences(title, sure) if sure else title


def _sentences(first: Text, second: Text) -> Text:
    """Return two sentences as one text."""
    return Text("{first}. {second}", (("first", first), ("second", second)))


def _needed(requirement: Requirement) -> Iterator[Text]:
    classes = " / ".join(requirement.described_by)
    if classes:
        yield say("needed: a document of class {classes}, in force", classes=classes)
    else:
        yield say("needed: any document in force")
    if requirement.proven_by:
        yield say(
            "needed: a record of class {classes}, of the last {months} months",
            classes=" / ".join(requirement.proven_by),
            months=fresh_months(requirement),
        )
    else:
        yield say("no record is needed")


def _piece(piece: Evidence) -> Text:
    """Return where a piece of evidence stands, and what it is worth."""
    name = f"{piece.document} v{piece.version}" if piece.version else piece.document
    place = f"{piece.path}:{piece.line}"
    match piece.state:
        case EvidenceState.IN_FORCE:
            return say("{document}, in force ({place})", document=name, place=place)
        case EvidenceState.OVERDUE:
            return say("{document}, overdue or too old ({place})", document=name, place=place)
    return say("{document}, not in force or not dated ({place})", document=name, place=place)


def _line(line: Line) -> Text:
    """Return what an audit says, in words: where, and whether it counts or is closed."""
    record, given = line.record, line.assessed.grade or line.assessed.score
    found = say("nothing to report")
    if line.grade is not None:
        found = joined([line.grade.label])
    elif line.caps:
        found = Text("{given} ?", (("given", given),))
    more: list[object] = list(line.sites)
    if line.assessed.closed:
        more.append(say("closed on {day}", day=line.assessed.closed))
    if line.pending:
        more.append(line.pending)
    told = say(
        "{document} of {day}, by {auditors}: {found}",
        document=record.name,
        day=record.date or "–",
        auditors=listing(record.auditors) or "–",
        found=found,
    )
    return Text("{told} ({more})", (("told", told), ("more", joined(more)))) if more else told


_DECIDED = (Status.NOT_APPLICABLE, Status.EXCLUDED, Status.TO_VERIFY)
_DESCRIBED = {
    Fact.YES: say("It is described: one of these documents is in force and of a class that fits."),
    Fact.LAPSED: say("Its description lapsed: the review of what describes it is overdue."),
    Fact.DRAFT: say("It is described only in what is not in force."),
    Fact.NO: say("It is not described: none of these documents is of a class that fits."),
}
_PROVEN = {
    Fact.YES: say("It is proven: a record of a class that fits is recent enough."),
    Fact.LAPSED: say("It is not proven any more: the last record is too old."),
    Fact.DRAFT: say("It is proven only by a record that does not count yet, or has no date."),
    Fact.NO: say("It is not proven: no record of a class that fits declares it."),
}
_VERIFIED = {
    Fact.YES: say("It is verified: somebody who did not write this audited it, within the cycle."),
    Fact.LAPSED: say("Its verification lapsed: the last audit is older than the cycle."),
    Fact.DRAFT: say("It is verified only by an audit that does not count yet."),
    Fact.NO: say("It is not verified: no audit by another person is recorded."),
}
_CONCLUSION = {
    Status.READY: say("So it is ready."),
    Status.PARTIAL: say("So it is partial."),
    Status.OPEN: say("So it is open."),
    Status.EXCLUDED: say("It is excluded, whatever documents say."),
    Status.NOT_APPLICABLE: say("It does not apply here."),
    Status.TO_VERIFY: say("It is not judged."),
}
