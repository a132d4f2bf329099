"""States of a record, as `kind.yaml` gives them: what each asks for, and by when."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from qmtool.model.label import Label

When = Mapping[str, tuple[str, ...]]
"""Values, as front matter writes them, that fields must have; empty: always."""


class Need(NamedTuple):
    """Fields of which one must have a value to enter a state, *when* others have theirs."""

    any: tuple[str, ...]
    when: When

    @classmethod
    def read(cls, value: str | Mapping[str, Any]) -> Self:
        """Return the need that a data file writes as a key, or as `{any: …, when: …}`."""
        if isinstance(value, str):
            return cls((value,), {})
        return cls(tuple(value["any"]), _when(value))


class Due(NamedTuple):
    """By when a state must be reached: so long after the day that the key *start* holds.

    The delay is in *days*, *working* ones or not, in *months*, or a *cycle* of the referential that
    the record names: `check` or `validity`. *basis* is `law`, `guide` or `custom`, *source* what
    says so; *duty* is what is to be done, where the name of the state does not tell. The delay
    ends when the state is entered, or when the field *until* has a value.
    """

    start: str
    when: When
    days: int = 0
    months: int = 0
    cycle: str = ""
    working: bool = False
    basis: str = "custom"
    source: str = ""
    duty: Label | None = None
    until: str = ""

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Self:
        """Return the deadline that a data file writes."""
        return cls(
            start=value["from"],
            when=_when(value),
            days=value.get("days", 0),
            months=value.get("months", 0),
            cycle=value.get("cycle", ""),
            working=value.get("working", False),
            basis=value.get("basis", "custom"),
            source=value.get("source", ""),
            duty=Label.read(value["duty"]) if "duty" in value else None,
            until=value.get("until", ""),
        )

    @property
    def is_legal(self) -> bool:
        """Return whether a law, or the guide of an authority, sets the delay."""
        return self.basis != "custom"


class State(NamedTuple):
    """A state of a record: what may follow, and what it takes to enter it.

    *roles* are those of the people who may say that it is entered; empty: anybody.
    """

    name: str
    label: Label
    next: tuple[str, ...]
    needs: tuple[Need, ...]
    due: tuple[Due, ...]
    roles: tuple[str, ...]

    @classmethod
    def read(cls, name: str, value: Mapping[str, Any]) -> Self:
        """Return the state *name* that a data file writes."""
        due = value.get("due", ())
        return cls(
            name,
            Label.read(value.get("label") or name),
            tuple(value["next"]),
            tuple(Need.read(one) for one in value.get("requires", ())),
            tuple(Due.read(one) for one in ((due,) if isinstance(due, Mapping) else due)),
            tuple(value.get("roles", ())),
        )


def _when(value: Mapping[str, Any]) -> When:
    return {
        key: tuple(wanted) if isinstance(wanted, list) else (wanted,)
        for key, wanted in value.get("when", {}).items()
    }
