"""What no schema can tell of a kind: the names in it that are those of nothing."""

from collections.abc import Iterator

from qmtool.model.kind import COMMON_KEYS, Kind
from qmtool.model.products import NUMBERS
from qmtool.model.state import State, When
from qmtool.model.text import Text, say


def flaws(kind: Kind) -> Iterator[Text]:
    """Yield what is wrong with *kind*: states and fields it names and does not have."""
    for key, named in (("counts", kind.counts), ("unstated", [kind.unstated or kind.initial])):
        for name in named:
            if kind.steps and name not in kind.steps:
                yield say("{key}: the state {state} is not one of the kind", key=key, state=name)
    for name in kind.dated:
        if kind.fields.get(name, {}).get("type") != "date":
            yield say("dated: {field} is not a date", field=name)
    for name in kind.columns:
        if name not in kind.fields and name not in COMMON_KEYS:
            yield say("columns: {field} is no field of the kind", field=name)
    yield from _of_numbers(kind)
    for state in kind.states.values():
        yield from _of_state(kind, state)


def _of_numbers(kind: Kind) -> Iterator[Text]:
    for name, one in kind.fields.items():
        if one.get("min", 0) > one.get("max", one.get("min", 0)):
            yield say("{field}: min is greater than max", field=name)
    for name, factors in kind.products.items():
        for factor in factors:
            if kind.fields.get(factor, {}).get("type") not in NUMBERS or factor == name:
                yield say("{field}: {factor} is no number to multiply", field=name, factor=factor)


def _of_state(kind: Kind, state: State) -> Iterator[Text]:
    values = {"state": state.name}
    for name in state.next:
        if name not in kind.steps:
            yield say("{state}: next names {other}, which is no state", other=name, **values)
    for name in _named(state):
        if name not in kind.fields and name not in COMMON_KEYS:
            yield say("{state}: {field} is no field of the kind", field=name, **values)
    for due in state.due:
        if kind.fields.get(due.start, {}).get("type", "date") != "date":
            yield say("{state}: {field} is not a date", field=due.start, **values)
    for when in (*(need.when for need in state.needs), *(due.when for due in state.due)):
        yield from _of_when(kind, state, when)


def _of_when(kind: Kind, state: State, when: When) -> Iterator[Text]:
    """Yield the values of *when* that its fields never have: the condition would never hold."""
    for name, wanted in when.items():
        one = kind.fields.get(name, {})
        known = {"boolean": ("true", "false"), "choice": tuple(one.get("values", ()))}
        for value in wanted if one.get("type") in known else ():
            if value not in known[one["type"]]:
                yield say(
                    "{state}: when: {field} is never {value}",
                    state=state.name,
                    field=name,
                    value=value,
                )


def _named(state: State) -> Iterator[str]:
    """Yield the fields that *state* names."""
    for need in state.needs:
        yield from need.any
        yield from need.when
    for due in state.due:
        yield from filter(None, (due.start, due.until, *due.when))
