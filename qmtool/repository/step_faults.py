"""What the steps of a record lack or skip: it hangs on its bytes and its kind, as reading does."""

from collections.abc import Iterator

from qmtool.model.diagnostic import Fault
from qmtool.model.document import Document
from qmtool.model.kind import Kind
from qmtool.model.register import question
from qmtool.model.text import joined, say
from qmtool.model.workflow import entered, lacking, may_follow, state_of

LACKING, IMPOSSIBLE = "missing-state-field", "impossible-state"


def step_faults(document: Document, kind: Kind) -> Iterator[Fault]:
    """Yield what *document* lacks to be where it is, and the steps that its *kind* forbids."""
    yield from _lacking(document, kind)
    yield from _impossible(document, kind)


def _lacking(document: Document, kind: Kind) -> Iterator[Fault]:
    rows = entered(document, kind)
    if rows and rows[0].state != kind.initial:
        del rows[0]  # it comes from elsewhere, as it was
        if not rows:
            return
    names = [row.state for row in rows]
    current = state_of(document, kind)
    told = set()
    for name in [*names, *([] if current in names else [current])]:
        state = kind.states[name]
        for need in lacking(document, state):
            if need.any not in told:
                told.add(need.any)
                message = say(
                    "{document} is {state} without {field}",
                    document=document.name,
                    state=state.label,
                    field=joined(question(kind, key) for key in need.any),
                )
                yield Fault(LACKING, *document.place("status"), message)


def _impossible(document: Document, kind: Kind) -> Iterator[Fault]:
    seen: list[str] = []
    for row in document.history:
        values = {"document": document.name, "state": row.state}
        if row.state not in kind.steps:
            message = say("{document} has no state called {state}", **values)
            yield Fault(IMPOSSIBLE, row.line, 1, message)
        elif not may_follow(kind, seen, row.state):
            before = seen[-1] if seen else kind.initial
            message = say("{document} cannot go from {before} to {state}", before=before, **values)
            yield Fault(IMPOSSIBLE, row.line, 1, message)
        seen.append(row.state)
    current = state_of(document, kind)
    if seen and seen[-1] != current and seen[-1] in kind.steps:
        message = say(
            "{document} is {status}, its history says {state}",
            document=document.name,
            status=current,
            state=seen[-1],
        )
        yield Fault(IMPOSSIBLE, *document.place("status"), message)
