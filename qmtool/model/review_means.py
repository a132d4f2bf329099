"""The inputs d, e and f of a management review: resources, risks, and what might be better."""

from qmtool.model.calendar import add_months
from qmtool.model.document import Document
from qmtool.model.kind import texts
from qmtool.model.review_facts import (
    LATE,
    Column,
    Count,
    Fact,
    Facts,
    Look,
    day_of,
    number_of,
    yes_no,
)
from qmtool.model.text import say
from qmtool.model.workflow import value

AHEAD_MONTHS = 12
"""How long before it ends an authorisation is told: until the next review."""

_HELD = ("granted", "renewed", "valid")


def resources(look: Look) -> Facts:
    """Yield who may do what until when, the devices that do not serve, who came and who left."""
    for kind in ("authorisation", "training"):
        yield _lapsing(look, kind)
    machines = look.of("equipment")
    told = [
        one
        for one in machines
        if look.state(one) == "stopped"
        or look.is_late(one)
        or look.entered(one, "stopped", "withdrawn", "in_service")
    ]
    keys = ["id", "title", "category", "next_maintenance_on", "next_control_on", "status"]
    yield look.table("equipment", told, keys, look.by_state(machines))
    yield _people(look)


def _lapsing(look: Look, kind: str) -> Fact:
    """Return what has lapsed, and what lapses before the next review."""
    on = look.project.on
    limit = add_months(on, AHEAD_MONTHS)
    ends = [
        (one, day)
        for one in look.of(kind)
        if look.state(one) in _HELD and (day := day_of(one, "valid_until")) and day <= limit
    ]
    lapsed = sum(day < on for _one, day in ends)
    waiting = [one for one in look.of(kind) if look.state(one) in ("required", "in_training")]
    counts = [
        Count("lapsed", say("lapsed already"), lapsed),
        Count("lapsing", say("to be renewed by {day}", day=limit), len(ends) - lapsed),
        Count("suspended", say("suspended"), _suspended(look, kind)),
        Count("waiting", say("under way"), len(waiting)),
    ]
    field = "device" if kind == "authorisation" else "subject"
    keys = ["id", "title", "person", field, "valid_until", "status"]
    told = [one for one, _day in sorted(ends, key=lambda pair: (pair[1], pair[0].name))]
    return look.table(kind, [*told, *waiting], keys, counts)


def _suspended(look: Look, kind: str) -> int:
    return sum(look.state(one) == "suspended" for one in look.of(kind))


def _people(look: Look) -> Fact:
    """Return the people who came in the period, and those who left."""
    people = look.project.settings.policy.people
    came = [one for one in people if look.period.holds(one.since)]
    left = [one for one in people if look.period.holds(one.until)]
    columns = [Column("person", say("person")), Column("from", say("from"))]
    columns.append(Column("until", say("until")))
    rows = [
        [one.name or one.identifier, one.since, one.until]
        for one in people
        if one in came or one in left
    ]
    counts = [
        Count("arrivals", say("arrivals"), len(came)),
        Count("departures", say("departures"), len(left)),
    ]
    return Fact("people", say("People"), counts, columns, rows)


def risks(look: Look) -> Facts:
    """Yield the risks and opportunities on which something was done, before and after."""
    for kind in ("risk", "opportunity"):
        found = [one for one in look.of(kind) if _is_treated(look, one)]
        yield _before_and_after(look, kind, found)


def _is_treated(look: Look, document: Document) -> bool:
    """Return whether actions on *document* are under way, or were assessed in the period."""
    if not texts(value(document, "actions")):
        return False
    return look.has_moved(document) or number_of(document, "score_after") is None


def _before_and_after(look: Look, kind: str, found: list[Document]) -> Fact:
    pairs = [(number_of(one, "score"), number_of(one, "score_after")) for one in found]
    judged = [(before, after) for before, after in pairs if None not in (before, after)]
    lower = sum(after < before for before, after in judged)  # type: ignore[operator]
    counts = [
        Count("treated", say("with actions"), len(found)),
        Count("lower", say("score lower after the actions"), lower),
        Count("not_lower", say("score as high or higher after the actions"), len(judged) - lower),
        Count("not_assessed", say("not yet assessed after the actions"), len(found) - len(judged)),
    ]
    if kind == "opportunity":
        del counts[1:3]  # of an opportunity, a high score is no harm
    keys = ["id", "title", "score", "score_after"]
    columns = [*look.columns(kind, *keys, "actions", "status"), LATE]
    rows = [
        [
            *look.row(one, *keys),
            look.linked(texts(value(one, "actions"))),
            *look.row(one, "status"),
            yes_no(look.is_late(one)),
        ]
        for one in found
    ]
    known = look.project.kinds.get(kind)
    return Fact(kind, known.label if known else kind, counts, columns, rows)


def improvements(look: Look) -> Facts:
    """Yield what was proposed and is not decided yet."""
    for kind, states in _UNDECIDED.items():
        found = [one for one in look.of(kind) if look.state(one) in states]
        keys = ["id", "date", "title", "owner", "status"]
        if kind == "opportunity":
            keys = ["id", "date", "title", "score", "owner", "status"]
        counts = [Count("undecided", say("not decided yet"), len(found))]
        yield look.table(kind, found, keys, counts)


_UNDECIDED = {
    "action": ("proposed",),
    "opportunity": ("identified", "assessed"),
    "objective": ("proposed",),
}
