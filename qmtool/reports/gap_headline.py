"""The headline of a gap: what was found, in one sentence."""

from collections import Counter
from collections.abc import Mapping

from qmtool.model.assessment import RequirementGap, Status
from qmtool.model.evidence import Fact
from qmtool.model.gap import Gap
from qmtool.reports.language import Language
from qmtool.reports.terminal import safe


def headline(gap: Gap, name: str, language: Language) -> str:
    """Return the sentence about *gap* of the referential called *name*."""
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
    if one.status is Status.PARTIAL and one.proven in (Fact.YES, Fact.NOT_NEEDED):
        return "blocked"
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
        "blocked": ngettext(
            "{n} with an open blocking finding",
            "{n} with an open blocking finding",
            found["blocked"],
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
