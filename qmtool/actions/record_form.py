"""A form to fill in offline: the front matter of a new entry, with a question on each line."""

from collections.abc import Iterator, Mapping
from typing import Any

from qmtool.actions.log import Wish, register_kind
from qmtool.actions.record_text import COMMON, value_of
from qmtool.actions.render import render
from qmtool.errors import UsageError
from qmtool.model.kind import Kind
from qmtool.model.project import Project
from qmtool.model.register import question
from qmtool.model.text import joined, say
from qmtool.reports.language import Language
from qmtool.repository import front_matter
from qmtool.repository.load import Snapshot
from qmtool.repository.text import decode
from qmtool.repository.yaml_events import read_yaml


def blank_form(snapshot: Snapshot, name: str, language: Language) -> str:
    """Return the form of the register *name*: what its first state asks for, to be filled in."""
    kind = register_kind(snapshot.project, name)
    source, shown = snapshot.library.template(kind.name, language.code)
    head = "".join(f"{one}\n" for one in _questions(kind, language))
    values = {"front_matter": head, "title": "", "today": "", "kind": kind.name, "process": ""}
    return render(source, shown, values)


def _questions(kind: Kind, language: Language) -> Iterator[str]:
    """Yield the lines of the front matter, each key after the question that it answers."""
    yield f"kind: {kind.name}"
    yield f"# {language.render(say('What happened, in a few words, without names'))}"
    yield "title:"
    keys = dict.fromkeys(key for need in kind.states[kind.initial].needs for key in need.any)
    for key in dict.fromkeys(("date", *keys)):
        declared = kind.fields.get(key, COMMON.get(key, {}))
        label = language.render(joined([question(kind, key)]))
        if key == "date":
            label = language.render(say("Day on which it was detected: 2026-03-02"))
        yield f"# {label}{_choices(declared, language)}"
        yield f"{key}:"


def _choices(declared: Mapping[str, Any], language: Language) -> str:
    if declared.get("type") == "boolean":
        return " (true, false)"
    names = declared.get("values", {})
    shown = (f"{name} = {label.get(language.code) or name}" for name, label in names.items())
    return f" ({', '.join(shown)})" if names else ""


def read_form(project: Project, name: str, data: bytes, shown: str) -> Wish:
    """Return the entry that the filled-in form *data* tells; raise UsageError if it is none."""
    kind = register_kind(project, name)
    decoded = decode(data)
    cut = front_matter.split(decoded.text) if decoded.text is not None else None
    if cut is None or cut.block is None:
        message = cut.fault.message if cut and cut.fault else decoded.faults[0].message
        raise UsageError(say("{path}: {message}", path=shown, message=message))
    read = read_yaml(cut.block, first_line=2)
    if read.faults or not isinstance(read.data, dict):
        line, message = (
            (read.faults[0].line, read.faults[0].message)
            if read.faults
            else (2, say("the front matter is not made of keys"))
        )
        raise UsageError(say("{path}:{line}: {message}", path=shown, line=line, message=message))
    given = {key: one for key, one in read.data.items() if one not in (None, "", [])}
    if given.pop("kind", kind.name) != kind.name:
        raise UsageError(say("{path} is no form of the kind {kind}", path=shown, kind=kind.name))
    known = {*COMMON, *kind.fields}
    for key in given:
        if key not in known:
            line = read.place((key,))[0]
            message = say("the kind {kind} has no field {field}", kind=name, field=key)
            raise UsageError(
                say("{path}:{line}: {message}", path=shown, line=line, message=message)
            )
    title = given.pop("title", "")
    if not isinstance(title, str) or not title.strip():
        raise UsageError(say("{path}: the title is missing", path=shown))
    values = {}
    for key, one in given.items():
        try:
            values[key] = value_of(kind, key, one)
        except UsageError as error:
            first, *more = error.sentences
            line = read.place((key,))[0]
            said = say("{path}:{line}: {message}", path=shown, line=line, message=first)
            raise UsageError([said, *more]) from error
    return Wish(name, title.strip(), values, body=cut.body)
