"""The inputs a, b, c1, c2 of a management review: what was decided, changed, heard, aimed at."""

from collections.abc import Mapping, Sequence
from datetime import date
from statistics import median

from qmtool.model.calendar import parse_day
from qmtool.model.document import Document
from qmtool.model.kind import texts
from qmtool.model.label import Label
from qmtool.model.review_facts import (
    Column,
    Count,
    Fact,
    Facts,
    Look,
    Named,
    day_of,
    tally,
)
from qmtool.model.text import Text, say
from qmtool.model.workflow import value, written

REVIEWS = ("management-review", "review")
_CONTEXT = {"iso-9001-2015": ("4.1", "4.2")}
"""The requirements whose documents tell the issues of a centre and its interested parties."""
_OPEN_STATES_OF_OBJECTIVES = ("proposed", "adopted", "in_progress")


def previous_actions(look: Look) -> Facts:
    """Yield the reviews before, and what became of the actions that they decided."""
    reviews = [one for one in look.of(*REVIEWS) if _is_of_management(look, one)]
    reviews.sort(key=lambda one: (look.day(one) or date.min, one.name))
    held = [one for one in reviews if look.is_new(one) or one is reviews[-1]]
    keys = ["id", "date", "title", "status"]
    yield Fact(
        "previous_reviews",
        say("Previous reviews"),
        [Count("reviews", say("recorded"), len(reviews))],
        look.columns(REVIEWS[0], *keys),
        [look.row(one, *keys) for one in held],
    )
    names = {one.identifier for one in reviews}
    wanted = {name for one in reviews for name in texts(value(one, "actions"))}
    decided = [
        one
        for one in look.of("action")
        if one.identifier in wanted
        or written(one, "source") in names
        or written(one, "origin") == "review"
    ]
    shown = [one for one in decided if look.is_open(one) or look.has_moved(one)]
    keys = ["id", "title", "source", "owner", "due_date", "status"]
    counts = [*look.by_state(decided), *look.how_open(decided)]
    yield look.table("action", shown, keys, counts)._replace(
        key="previous_actions", title=say("Their actions")
    )


def _is_of_management(look: Look, document: Document) -> bool:
    """Return whether *document* tells of a management review that was held."""
    if document.kind == REVIEWS[0]:
        return look.state(document) not in ("planned", "inputs_collected")
    return any(
        one.referential == "iso-9001-2015" and one.requirement.startswith("9.3")
        for one in document.declarations
    )


def issues(look: Look) -> Facts:
    """Yield what changed around the centre and in it: texts, risks, parties."""
    texts_ = [one for one in look.of("watch") if look.has_moved(one, "in_force_date")]
    keys = ["id", "title", "source", "applicable", "in_force_date", "status"]
    yield look.table("watch", texts_, keys, look.by_state(texts_))
    for kind in ("risk", "opportunity"):
        found = [one for one in look.of(kind) if look.has_moved(one)]
        new = Count("new", say("new entries"), sum(map(look.is_new, found)))
        changed = Count("changed", say("changed entries"), len(found) - new.number)
        keys = ["id", "date", "title", "score", "score_after", "status"]
        yield look.table(kind, found, keys, [new, changed])
    parties = [one for one in look.of("interested-party") if look.has_moved(one, "reviewed_on")]
    counts = [Count("parties", say("new or reviewed"), len(parties))]
    keys = ["id", "title", "proximity", "reviewed_on", "status"]
    yield look.table("interested-party", parties, keys, counts)
    yield _context(look)


def _context(look: Look) -> Fact:
    """Return the documents about issues and parties of which a version came in the period."""
    columns = [Column("id", say("id")), Column("title", say("title"))]
    columns += [Column("version", say("version")), Column("date", say("date"))]
    rows = [
        [one.name, one.title, row.version, parse_day(row.in_force_from)]
        for one in look.project.documents
        if any(each.requirement in _CONTEXT.get(each.referential, ()) for each in one.declarations)
        for row in one.releases()
        if look.period.holds(parse_day(row.in_force_from))
    ]
    rows.sort(key=lambda row: (row[3] or date.min, row[0] or ""))
    counts = [Count("versions", say("new versions"), len(rows))]
    return Fact("context", say("Documents on issues and interested parties"), counts, columns, rows)


def feedback(look: Look) -> Facts:
    """Yield what patients, referrers and partners said: complaints and surveys."""
    found = [one for one in look.of("complaint") if look.is_new(one)]
    older = [one for one in look.of("complaint") if not look.is_new(one) and look.is_open(one)]
    yield from _complaints(look, found, older)
    surveys = [
        one
        for one in look.of("survey")
        if look.has_moved(one, "ended_on", "started_on") and look.state(one) != "cancelled"
    ]
    keys = ["id", "title", "audience", "n", "response_rate", "results", "status"]
    counts = [Count("surveys", say("carried out or under way"), len(surveys))]
    yield look.table("survey", surveys, keys, counts)


def _complaints(look: Look, found: Sequence[Document], older: Sequence[Document]) -> Facts:
    justified = [one for one in found if written(one, "justified") in ("entirely", "partly")]
    counts = [
        Count("received", say("received"), len(found)),
        Count("justified", say("justified, wholly or partly"), len(justified)),
        Count("older", say("older, still open"), len(older)),
        *look.how_open([*older, *found]),
    ]
    delays = [
        (day - one.date).days
        for one in found
        if one.date and (day := day_of(one, "answer_date")) is not None
    ]
    if delays:
        counts.append(
            Count("answer_days", say("median delay to the answer (days)"), round(median(delays)))
        )
    keys = ["id", "date", "title", "complainant", "cause", "severity", "status"]
    yield look.table("complaint", [*older, *found], keys, counts)
    yield by_value(look, found, "complaint", "severity")
    yield by_value(look, found, "complaint", "cause")


def by_value(look: Look, found: Sequence[Document], kind: str, field: str) -> Fact:
    """Return how many of *found* have each value of *field*; nothing where none has one."""
    (column,) = look.columns(kind, field)
    known = look.project.kinds.get(kind)
    title = known.label if known else kind
    names: Mapping[str, Mapping[str, str]] = (
        known.fields.get(field, {}).get("values", {}) if known else {}
    )
    rows = [
        [Named(text, Label.read(names[text])) if text in names else text or None, number]
        for text, number in tally(found, field).items()
    ]
    return Fact(
        f"{kind}_by_{field}",
        Text("{register} – {field}", (("register", title), ("field", column.label))),
        (),
        [column, Column("count", say("count"))],
        rows if any(row[0] for row in rows) else (),
    )


def objectives(look: Look) -> Facts:
    """Yield the objectives that are pursued, and those that were assessed in the period."""
    found = [
        one
        for one in look.of("objective")
        if look.state(one) in _OPEN_STATES_OF_OBJECTIVES or look.has_moved(one, "due_date")
    ]
    late = Count("late", say("late"), sum(map(look.is_late, found)))
    keys = ["id", "title", "target", "due_date", "result", "owner", "status"]
    yield look.table("objective", found, keys, [*look.by_state(found), late])
