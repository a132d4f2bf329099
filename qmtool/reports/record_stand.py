"""Where an entry of a register stands: its steps so far, and what each next one asks for."""

from collections.abc import Iterator

from qmtool.model.document import Document
from qmtool.model.kind import Kind
from qmtool.model.register import question
from qmtool.model.state import Need, State
from qmtool.model.text import joined, say
from qmtool.model.workflow import has, holds, state_of
from qmtool.reports.language import Language
from qmtool.reports.record_values import Names, steps
from qmtool.reports.terminal import safe


def stand(document: Document, kind: Kind, names: Names, language: Language) -> str:
    """Return where *document* of *kind* stands, and what may follow."""
    return "".join(f"{safe(one)}\n" for one in _lines(document, kind, names, language))


def _lines(document: Document, kind: Kind, names: Names, language: Language) -> Iterator[str]:
    here = kind.states[state_of(document, kind)]
    values = {"document": document.name, "title": document.title, "state": here.label}
    yield language.render(say("{document} {title}: {state}", **values))
    for one in steps(document, kind, names, language):
        yield "  " + "  ".join(filter(None, one))
    if not here.next:
        yield language.render(say("It is closed."))
    for name in here.next:
        yield from _next(document, kind, kind.states[name], language)


def _next(document: Document, kind: Kind, state: State, language: Language) -> Iterator[str]:
    """Yield how *state* is entered, and what it still asks for."""
    command = f"qm act {document.name} {state.name}"
    yield language.render(say("next: {command}   ({state})", command=command, state=state.label))
    for need in state.needs:
        if holds(document, need.when) and not any(has(document, key) for key in need.any):
            yield language.render(_asked(kind, need))


def _asked(kind: Kind, need: Need) -> object:
    labels = joined(question(kind, key) for key in need.any)
    is_given = any(kind.fields.get(key, {}).get("default") for key in need.any)
    values = {"field": "|".join(need.any), "label": labels}
    if is_given:
        return say("    {field}: {label} (filled in by itself)", **values)
    return say("    {field}: {label}", **values)
