"""What the fields of a record hold, as a reader understands it."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Self

from qmtool.model.calendar import parse_day
from qmtool.model.document import Document
from qmtool.model.kind import Kind
from qmtool.model.label import Label
from qmtool.model.people import names_of, process_names, site_names
from qmtool.model.project import Project
from qmtool.model.register import COMMON_LABELS
from qmtool.model.text import say
from qmtool.model.workflow import plain, value
from qmtool.reports.language import Language

_NAMED = {
    "owner": "people",
    "process": "processes",
    "sites": "sites",
    "person": "people",
    "people": "people",
    "site": "sites",
}
"""Whose names tell what a common key, or a field of a type, holds."""


class Names(NamedTuple):
    """What people call the people, the processes and the sites, by id."""

    people: Mapping[str, str] = {}
    processes: Mapping[str, str] = {}
    sites: Mapping[str, str] = {}

    @classmethod
    def of(cls, project: Project) -> Self:
        """Return the names that *project* knows."""
        return cls(
            names_of(project),
            process_names(project),
            site_names(project),
        )

    def tell(self, whose: str, identifiers: str) -> str:
        """Return the names of *identifiers*, a list of people, processes or sites."""
        known: Mapping[str, str] = getattr(self, whose)
        return ", ".join(known.get(one, one) for one in identifiers.split(", "))


class Step(NamedTuple):
    """A state that a record entered, in words: which, on which day, who said so, and why."""

    day: str
    state: str
    by: str
    comment: str


def steps(document: Document, kind: Kind, names: Names, language: Language) -> Iterator[Step]:
    """Yield the states of *kind* that *document* entered, oldest first."""
    for row in document.history:
        state = kind.states.get(row.state)
        if state is not None:
            day = parse_day(row.date)
            yield Step(
                language.day(day) if day else row.date,
                state.label.of(language.code),
                names.people.get(row.by, row.by),
                row.comment,
            )


def key_words(kind: Kind, key: str, language: Language) -> str:
    """Return what people call the front-matter *key* of a record of *kind*."""
    if key in kind.fields:
        return kind.field_label(key).of(language.code)
    return language.render(COMMON_LABELS.get(key, key))


def fields_held(
    document: Document, kind: Kind, names: Names, language: Language
) -> Iterator[tuple[str, str]]:
    """Yield the label and the value of each field of *kind* that holds something, in its order.

    What names other documents is told by the chain.
    """
    chained = kind.fields_of("reference", "references")
    for key in kind.fields:
        told = "" if key in chained else value_words(document, kind, key, names, language)
        if told:
            yield key_words(kind, key, language), told


def value_words(document: Document, kind: Kind, key: str, names: Names, language: Language) -> str:
    """Return what *key* of *document* holds: labels, names and days, not ids."""
    held = value(document, key)
    told = plain(held)
    declared = kind.fields.get(key, {})
    whose = _NAMED.get(declared.get("type", key))
    if whose:
        return names.tell(whose, told)
    choices = declared.get("values") or {}
    if told in choices:
        return Label.read(choices[told]).of(language.code)
    if isinstance(held, bool):
        return language.render(say("yes") if held else say("no"))
    is_day = key == "date" or declared.get("type") == "date"
    day = parse_day(told) if is_day else None
    return language.day(day) if day else told
