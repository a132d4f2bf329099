"""The text of a record: values as people give them, checked, and written into its front matter."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from qmtool.actions import stamp
from qmtool.actions.yaml_text import Value, line
from qmtool.errors import Refused, UsageError
from qmtool.model.advice import nearest
from qmtool.model.calendar import parse_day
from qmtool.model.calling import called
from qmtool.model.diagnostic import Diagnostic, Severity
from qmtool.model.document import Document
from qmtool.model.kind import Kind, field_schema
from qmtool.model.label import Label
from qmtool.model.products import products
from qmtool.model.project import Project
from qmtool.model.register import question
from qmtool.model.state import Need, State
from qmtool.model.text import Text, joined, listing, say
from qmtool.model.veil import shown_message
from qmtool.model.workflow import deadlines, holds, lacking, written
from qmtool.repository import front_matter
from qmtool.repository.parse import Parser
from qmtool.repository.record import build
from qmtool.repository.schema import Validator, typed
from qmtool.rules import ALL_RULES, engine

COMMON: Mapping[str, Mapping[str, str]] = {
    "title": {"type": "text"},
    "date": {"type": "date"},
    "process": {"type": "text"},
    "owner": {"type": "person"},
    "sites": {"type": "texts"},
    "devices": {"type": "texts"},
    "posts": {"type": "texts"},
    "satisfies": {"type": "texts"},
}
"""The keys of every record that a person may give, with their types."""

LINKED = "linked"
"""The default of a field that names the records which name this one."""

_FAMILIES = ("QM0", "QM1", "QM4", "QM6", "QM8")
"""The families of rules that judge one record by itself and by what it names."""

_NO = ("overdue-step", "overdue-duty")
"""Rules that say nothing against writing a record: what is late is to be recorded all the more."""


@dataclass(frozen=True)
class Author:
    """Who writes in a record, and on which day."""

    identifier: str
    on: date


def typed_values(kind: Kind, given: Iterable[str]) -> dict[str, Any]:
    """Return the values of *given*, each as `key=value`, typed; raise UsageError on a wrong one."""
    values: dict[str, Any] = {}
    for one in given:
        key, equals, text = one.partition("=")
        key = key.strip()
        if not equals:
            raise UsageError(say("{text} is not of the form key=value", text=one))
        values[key] = value_of(kind, key, text.strip())
    return values


def value_of(kind: Kind, key: str, given: Any) -> Any:
    """Return *given*, a text or a list of texts, as the value of the field *key* of *kind*.

    Raise UsageError if it is none.
    """
    declared = kind.fields.get(key) or COMMON.get(key)
    if declared is None:
        known = [*COMMON, *kind.fields]
        advice = nearest(key, known) or say("Known: {names}.", names=listing(known))
        raise UsageError(
            say(
                "the kind {kind} has no field {field}. {advice}",
                kind=kind.name,
                field=key,
                advice=advice,
            )
        )
    schema = {"type": "object", "properties": {key: field_schema(declared)}}
    refuse_unseen(key, given)
    read = given
    if isinstance(given, str):
        read = _chosen(given, declared) or _spoken(given, declared["type"])
        if schema["properties"][key]["type"] == "array":  # type: ignore[index]
            read = [item.strip() for item in next(csv.reader([given], skipinitialspace=True), [])]
    data = typed({key: read}, schema)
    for flaw in Validator(schema).flaws(data):
        fix = flaw.fix or _choices(declared)
        raise UsageError([flaw.message, *([fix] if fix else [])])
    return data[key]


_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""Characters that no one sees and that change what others read: controls, marks of direction."""


def refuse_unseen(key: str, given: object) -> None:
    """Raise UsageError if *given*, for the field *key*, holds a character that no one sees."""
    for one in given if isinstance(given, list) else [given]:
        found = _UNSEEN.search(one) if isinstance(one, str) else None
        if found:
            raise UsageError(
                say(
                    "{field} holds the invisible character U+{code}; type it again without",
                    field=key,
                    code=f"{ord(found[0]):04X}",
                )
            )


_YES_NO = {
    **dict.fromkeys(("oui", "yes", "vrai", "1", "o", "y"), "true"),
    **dict.fromkeys(("non", "no", "faux", "0", "n"), "false"),
}
_FRENCH_DAY = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")


def _spoken(text: str, kind: str) -> str:
    """Return *text* as front matter writes it, from the way people write it in French or English.

    A day with slashes is read as French people do: an American one would be read wrong, and is not
    written here.
    """
    if kind == "boolean":
        return _YES_NO.get(text.lower(), text.lower())
    if kind == "date":
        return _FRENCH_DAY.sub(r"\3-\2-\1", text)
    return text.replace(",", ".") if kind == "number" else text


def _chosen(text: str, declared: Mapping[str, Any]) -> str:
    """Return the choice that *text* names, by itself or by its label; raise UsageError on two."""
    choices = declared.get("values") or {}
    labels = {name: Label.read(label) for name, label in choices.items()}
    found = called(text, labels)
    if len(found) > 1:
        raise ambiguous(text, found, labels)
    return found[0] if found else ""


def state_called(kind: Kind, wanted: str) -> str:
    """Return the name of the state of *kind* that *wanted* names, or is the label of."""
    labels = {name: state.label for name, state in kind.states.items()}
    found = called(wanted, labels)
    if len(found) == 1:
        return found[0]
    if found:
        raise ambiguous(wanted, found, labels)
    advice = nearest(wanted, labels) or say("Known: {names}.", names=listing(labels))
    raise UsageError(
        say(
            "the kind {kind} has no state {state}. {advice}",
            kind=kind.name,
            state=wanted,
            advice=advice,
        )
    )


def ambiguous(wanted: str, found: Iterable[str], labels: Mapping[str, Label]) -> UsageError:
    """Return the error that *wanted* names several of *labels*, those *found*."""
    names = joined(say("{state} ({label})", state=one, label=labels[one]) for one in found)
    return UsageError(say("{text} may mean {names}: name one of them", text=wanted, names=names))


def _choices(declared: Mapping[str, Any]) -> Text | None:
    names = declared.get("values")
    return say("Known: {names}.", names=listing(names)) if names else None


def with_defaults(
    project: Project,
    state: State,
    values: Mapping[str, Any],
    held: Document,
    author: Author,
) -> dict[str, Any]:
    """Return *values* with the defaults of what *state* asks for and nobody gave.

    Products of what is known are filled in, whatever *state* asks for. *held* is the record as it
    stands; a new one has its kind, and nothing else.
    """
    fields = project.kinds[held.kind].fields
    found = with_products(project.kinds[held.kind], values, held)
    for need in state.needs:
        if not holds(replace(held, values={**held.values, **found}), need.when):
            continue
        for key in need.any:
            default = fields.get(key, {}).get("default")
            if default is None or key in found:
                continue
            if default == LINKED:
                linked = [] if key in held.values else _linked(project, held, fields[key])
                found |= {key: linked} if linked else {}
            elif len(need.any) == 1 and not _is_held(held, state, key, default):
                known = {"today": author.on.isoformat(), "me": author.identifier}
                if known.get(default, default):
                    found[key] = value_of(
                        project.kinds[held.kind], key, known.get(default, default)
                    )
    return found


def with_products(kind: Kind, values: Mapping[str, Any], held: Document) -> dict[str, Any]:
    """Return *values* with the products that they change in the record *held*, of *kind*."""
    made = products(kind, {**held.values, **values})
    return {name: one for name, one in made if held.values.get(name) != one} | dict(values)


def _linked(project: Project, held: Document, declared: Mapping[str, Any]) -> list[str]:
    """Return the records of the kinds *declared* that name the record *held*, by id."""
    fields = (project.named.get(name, {}) for name in ("reference", "references"))
    naming = [one for names in fields for one, _ in names.get(held.identifier, ())]
    return sorted({one.identifier for one in naming if one.kind in declared.get("kinds", ())})


def _is_held(record: Document, state: State, key: str, default: str) -> bool:
    """Return whether *record* has a value for *key*, not a day of an earlier time in *state*."""
    days = [row.date for row in record.history if row.state == state.name]
    is_past = default == "today" and bool(days) and written(record, key) <= days[-1]
    return key in record.values and not is_past


def blocks(values: Mapping[str, Any]) -> dict[str, str | None]:
    """Return the YAML of *values* by key, None for what is emptied."""
    return {key: None if one in ("", []) else line(key, one) for key, one in values.items()}


def entering(
    data: bytes, values: Mapping[str, Any], state: str, author: Author, comment: str = ""
) -> bytes:
    """Return *data* with *values* set, in *state*, and the row that says so in its history."""
    if values:
        data = front_matter.patch(data, blocks(values))
    pairs: dict[str, Value] = {"state": state, "date": author.on.isoformat()}
    if author.identifier:
        pairs["by"] = author.identifier
    if comment:
        pairs["comment"] = comment
    return stamp.decided(data, pairs, status=state)


def document_of(project: Project, path: str, data: bytes) -> Document:
    """Return the document at *path* whose bytes are *data*."""
    parsed: Any = Parser(project.kinds).parse(data)
    return build(path, parsed, project.settings.markers)


def dropped(project: Project, kind: Kind, held: Document, after: Document) -> Text | None:
    """Return that a duty of a law or a guide ends as *held* becomes *after*, None if none does.

    It may be right, as where an event turns out not to be significant: then a step says why.
    """
    for one in deadlines(held, kind, project):
        if one.due.is_legal and not holds(after, one.due.when):
            return say(
                "{document}: « {duty} » would be owed no more; name the state that is entered, and "
                "say why with --comment",
                document=held.name,
                duty=one.duty,
            )
    return None


def refuse_lacking(document: Document, kind: Kind, state: State) -> None:
    """Raise UsageError, one line for each, if *document* lacks what *state* asks for."""
    missing = lacking(document, state)
    if missing:
        raise UsageError(
            [
                say(
                    "{document} cannot be {state} yet; it lacks:",
                    document=document.name,
                    state=state.label,
                ),
                *(_missing(kind, need) for need in missing),
            ]
        )


def _missing(kind: Kind, need: Need) -> Text:
    """Return how to give what *need* asks for."""
    key = need.any[0]
    hint: object = "…"
    declared = kind.fields.get(key) or COMMON.get(key, {})
    match declared.get("type"):
        case "date":
            hint = "2026-03-02"
        case "boolean":
            hint = "true|false"
        case "choice":
            hint = "|".join(declared["values"])
        case "person" | "people":
            hint = say("id of a person")
        case "reference" | "references":
            hint = say("id of a document")
        case "referential" | "referentials":
            hint = say("id of a referential")
    if len(need.any) > 1:
        hint = "…"
    return say(
        "  --set {field}={hint}   {label}",
        field=listing(need.any) if len(need.any) == 1 else "|".join(need.any),
        hint=hint,
        label=question(kind, key),
    )


def refuse_faulty(project: Project, document: Document) -> None:
    """Raise Refused if a rule finds an error in *document*, which is not in *project* yet.

    What a commit holds is never quite gone: the identity of a patient must not come into one.
    """
    for _path, errors in errors_in(project, [document]):
        raise Refused([say("{document} was not written:", document=document.name), *errors])


def errors_in(
    project: Project, written: Sequence[Document]
) -> Iterator[tuple[str, Sequence[Text]]]:
    """Yield the path and the errors of each of *written* in which *project* with them has some."""
    paths = {one.path for one in written}
    others = [one for one in project.documents if one.path not in paths]
    after = replace(project, documents=(*others, *written), files=project.files | paths)
    rules = [
        rule
        for rule in ALL_RULES
        if rule.code.startswith(_FAMILIES) and rule.name not in _NO and not rule.compares
    ]
    found: dict[str, list[Text]] = {}
    for one in engine.run(after, rules).diagnostics:
        if one.location.path in paths and one.severity is Severity.ERROR:
            found.setdefault(one.location.path, []).append(_told(one))
    yield from found.items()


def _told(one: Diagnostic) -> Text:
    return say(
        "line {line}: {code} {message}. {fix}",
        line=one.location.line,
        code=one.code,
        message=shown_message(one.message),
        fix=one.fix,
    )


def day_of(values: Mapping[str, Any], on: date) -> str:
    """Return the day of a new record: the one given, else *on*; raise UsageError on a later one."""
    given = values.get("date") or on.isoformat()
    day = parse_day(str(given))
    if day is None:
        raise UsageError(say("{value} is not a day; write it as 2026-03-02", value=str(given)))
    if day > on:
        raise UsageError(say("{day} is not past: it is {today}", day=day, today=on))
    return day.isoformat()


def refuse_future(kind: Kind, values: Mapping[str, Any], on: date) -> None:
    """Raise UsageError if a day of *values* that tells what was done is still to come."""
    done = {due.until for _state, due in kind.dues}
    done |= {name for name, one in kind.fields.items() if one.get("default") == "today"}
    for name in sorted(done & set(values)):
        day = parse_day(str(values[name]))
        if day is not None and day > on:
            raise UsageError(
                say("{field}: {day} is not past: it is {today}", field=name, day=day, today=on)
            )


def states_named(kind: Kind, names: Sequence[str]) -> Text:
    """Return the *names* of states of *kind* as a list with their labels."""
    return joined(
        say("{state} ({label})", state=name, label=kind.states[name].label) for name in names
    )
