"""What `qm show` tells of a record besides its text: its steps, its deadlines, and its chain."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from qmtool.model.calendar import parse_day
from qmtool.model.chain import Branch, Chain, Node
from qmtool.model.document import Document
from qmtool.model.kind import Kind
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.model.workflow import Deadline, is_closed, state_of
from qmtool.reports.deadlines import told
from qmtool.reports.language import Language, in_both
from qmtool.reports.record_values import Names, fields_held, steps
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

_MOST = 48
"""How many characters of a title a line of the chain shows."""


@dataclass(frozen=True)
class RecordPage:
    """Where a *document* of a *kind* with states stands in *project*, and its chain."""

    project: Project
    document: Document
    kind: Kind
    deadlines: Sequence[Deadline]
    chain: Chain


def record_lines(page: RecordPage, language: Language, width: int) -> Iterator[str]:
    """Yield what is known of a record, in lines of *width* columns under their titles."""
    kind, document = page.kind, page.document
    yield language.pair(say("state"), kind.states[state_of(document, kind)].label.of(language.code))
    names = Names.of(page.project)
    due = [language.render(told(one, page.project, language)) for one in page.deadlines]
    gone = ["  ".join(filter(None, one)) for one in steps(document, kind, names, language)]
    held = [language.pair(*one) for one in fields_held(document, kind, names, language)]
    for title, lines in (
        (say("steps"), [(0, one) for one in gone]),
        (say("deadlines"), [(0, one) for one in due]),
        (say("chain"), list(_tree(page.chain.branches, language, 0))),
        (say("fields"), [(0, one) for one in held]),
    ):
        if lines:
            yield language.pair(title, "").rstrip()
        for depth, line in lines:
            first = "  " + "   " * depth
            yield from wrapped(safe(line), width, first=first, rest=first + "   ")


def _tree(branches: Sequence[Branch], language: Language, depth: int) -> Iterator[tuple[int, str]]:
    """Yield each branch as a line, with how far in it stands: those that start from it follow."""
    for one in branches:
        sign = "←" if one.back else "→"
        field = one.field.of(language.code)
        yield depth, f"{sign} {language.pair(field, _node(one.node, language))}"
        yield from _tree(one.branches, language, depth + 1)
        if one.more:
            name = one.node.identifier
            more = say("{count} others: qm show {document}", count=one.more, document=name)
            yield depth + 1, language.render(more)


def _node(node: Node, language: Language) -> str:
    """Return a document in words: its id, its title, and how it stands."""
    title = node.document.title if node.document else ""
    if len(title) > _MOST:
        title = title[: _MOST - 1].rstrip() + "…"
    said = _state_words(node, language)
    head = f"{node.identifier} {title}".rstrip()
    return f"{head} ({said})" if said else head


def _state_words(node: Node, language: Language) -> str:
    """Return how a document of a chain stands: its state and since when, or its version."""
    if node.document is None:
        return language.render(say("there is no such document"))
    if node.is_controlled and not node.version:
        return language.render(say("not in force"))
    if node.is_controlled:
        return language.render(say("version {version} in force", version=node.version))
    if node.label is None:
        return language.render(say("record"))
    days = [day for row in node.document.history if (day := parse_day(row.date))]
    if not days:
        return node.label.of(language.code)
    return language.render(say("{state} since {day}", state=node.label, day=days[-1]))


def record_value(page: RecordPage) -> dict[str, Any]:
    """Return the same as JSON says it: deadlines, and the chain as a list of edges."""
    found = page.chain
    return {
        "step": state_of(page.document, page.kind),
        "closed": is_closed(page.document, page.kind),
        "deadlines": [
            {
                "state": one.state.name,
                "duty": in_both(one.duty),
                "day": str(one.day),
                "basis": one.due.basis,
                "source": one.due.source or None,
                "late": one.day < page.project.on,
            }
            for one in page.deadlines
        ],
        "chain": [
            {
                "from": safe(one.source),
                "field": one.field,
                "to": safe(one.target),
                "state": _state(found.nodes[one.target]),
                "from_state": _state(found.nodes[one.source]),
            }
            for one in found.edges
        ],
    }


def _state(node: Node) -> str | None:
    """Return the state of a document as its files write it, or the version in force of one."""
    if node.is_controlled:
        return f"v{node.version}" if node.version else "not-in-force"
    return node.state or ("record" if node.document else None)
