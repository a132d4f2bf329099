"""The inputs c3 to c5 of a management review: what was measured, and what went wrong."""

from qmtool.model.document import Document
from qmtool.model.indicators import Indicator, Indicators
from qmtool.model.review_facts import (
    Cell,
    Column,
    Count,
    Fact,
    Facts,
    Look,
    Named,
    day_of,
)
from qmtool.model.review_inputs import by_value
from qmtool.model.series_state import Worth
from qmtool.model.text import say
from qmtool.model.workflow import value

SEVERE = 3
"""From this severity on (major), an event is told by its id even where it is closed."""

_WORTHS = {
    Worth.ON_TARGET: say("on target"),
    Worth.WATCH: say("to watch"),
    Worth.OFF_TARGET: say("off target"),
}
_ABOUT = {"event": "severity", "esr": "criterion", "eias": "theme"}
"""The registers of what went wrong, and the field of each that tells best what it was."""


def performance(look: Look, found: Indicators) -> Facts:
    """Yield the last values of the indicators, and what samples of the work showed."""
    kept = [one for one in found.found if not look.site or _is_here(look, one.document)]
    counts = [
        Count(worth.value, words, sum(one.worth is worth for one in kept))
        for worth, words in _WORTHS.items()
    ]
    asked = sum(one.needs_action and not one.answered for one in kept)
    counts.append(Count("action", say("off target twice running, without action"), asked))
    columns = look.columns("indicator", "id", "title", "unit", "target")
    columns += [
        Column("period", say("period")),
        Column("value", say("value")),
        Column("before", say("value before")),
        Column("worth", say("against the target")),
    ]
    yield Fact("indicators", say("Indicators"), counts, columns, [_row(look, one) for one in kept])
    samples = [one for one in look.of("sampling") if look.has_moved(one, "done_on")]
    samples = [one for one in samples if look.state(one) != "cancelled"]
    keys = ["id", "title", "population", "seen", "conforming", "status"]
    yield look.table("sampling", samples, keys, [Count("samples", say("samples"), len(samples))])


def _is_here(look: Look, document: Document) -> bool:
    return not document.sites or look.site in document.sites


def _row(look: Look, one: Indicator) -> list[Cell]:
    worth = Named(one.worth.value, _WORTHS[one.worth]) if one.worth else None
    last, before = one.last, one.numbers[-2] if len(one.numbers) > 1 else None
    return [
        *look.row(one.document, "id", "title", "unit", "target"),
        str(last.slot) if last else None,
        last.value if last else None,
        before,
        worth,
    ]


def nonconformities(look: Look) -> Facts:
    """Yield the events of the period, and what the corrective actions came to."""
    for kind in _ABOUT:
        yield from _events(look, kind)
    yield _actions(look)


def _events(look: Look, kind: str) -> Facts:
    found = [one for one in look.of(kind) if look.is_new(one)]
    older = [one for one in look.of(kind) if not look.is_new(one) and look.is_open(one)]
    counts = [
        Count("new", say("of the period"), len(found)),
        Count("older", say("older, still open"), len(older)),
        *look.how_open([*older, *found]),
    ]
    told, keys = found, ["id", "date", "title", _ABOUT[kind], "status"]
    if kind == "event":
        told = [one for one in found if look.is_open(one) or _severity(one) >= SEVERE]
        keys = ["id", "date", "title", "severity", "criticality", "owner", "status"]
        listed = say("listed here: open, or of severity {least} and more", least=SEVERE)
        counts.append(Count("listed", listed, len(older) + len(told)))
    yield look.table(kind, [*older, *told], keys, counts)
    if kind == "event":
        for field in ("type", "severity", "criticality"):
            yield by_value(look, found, kind, field)


def _severity(document: Document) -> int:
    held = value(document, "severity")
    return held if isinstance(held, int) else 0


def _actions(look: Look) -> Fact:
    """Return what was decided, done and checked in the period, and the actions still open."""
    every = look.of("action")
    moved = {
        "accepted": say("decided"),
        "done": say("carried out"),
        "effective": say("found effective"),
        "not_effective": say("found not effective"),
        "abandoned": say("abandoned"),
    }
    counts = [Count("new", say("new entries"), sum(map(look.is_new, every)))]
    counts += [
        Count(state, words, sum(look.entered(one, state) for one in every))
        for state, words in moved.items()
    ]
    found = [one for one in every if look.is_open(one)]
    keys = ["id", "title", "origin", "owner", "due_date", "status"]
    return look.table("action", found, keys, [*counts, *look.how_open(every)])


def monitoring(look: Look) -> Facts:
    """Yield the checks of equipment that were done in the period, or should have been."""
    found = [
        one
        for one in look.of("quality-control")
        if look.has_moved(one, "done_on", "due_on") or look.is_late(one)
    ]
    failed = [one for one in found if _failed(look, one)]
    late = [one for one in found if look.is_late(one)]
    done = [one for one in found if look.period.holds(day_of(one, "done_on"))]
    counts = [
        Count("done", say("checks done"), len(done)),
        Count("non_compliant", say("found nonconforming"), len(failed)),
        Count("late", say("late"), len(late)),
    ]
    told = [one for one in found if one in failed or one in late]
    keys = ["id", "title", "equipment", "check_type", "due_on", "done_on", "deviation", "status"]
    yield look.table("quality-control", told, keys, counts)
    yield by_value(look, done, "quality-control", "check_type")


def _failed(look: Look, document: Document) -> bool:
    """Return whether the check found a nonconformity, corrected since or not."""
    return look.entered(document, "non_compliant") or look.state(document) == "non_compliant"
