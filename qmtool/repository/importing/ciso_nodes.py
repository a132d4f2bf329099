"""The requirement nodes of a CISO Assistant framework, as the lines of a referential."""

from collections import Counter
from collections.abc import Mapping

from qmtool.model.text import say
from qmtool.repository.importing.ciso_texts import Tongue, tail
from qmtool.repository.importing.foreign import Part
from qmtool.repository.importing.outline import Ids, Line, Texts, identifier, titled

_TEXTS = ("name", "description", "typical_evidence", "annotation")
_KEYS = ("urn", "assessable", "depth", "parent_urn", "ref_id", "translations", *_TEXTS)


def lines_of(
    framework: Part, ids: Ids, tongue: Tongue, known: frozenset[str]
) -> list[tuple[Line, str]]:
    """Return the lines of *framework* in the order of the text, each with its URN.

    *known* holds the ids of what the import completes.
    """
    nodes = list(framework.parts("requirement_nodes"))
    if not nodes:
        raise framework.flaw("requirement_nodes", say("the framework has no requirement"))
    by_urn = _by_urn(nodes)
    _refuse_twice(nodes)
    _refuse_circles(by_urn)
    numbers = {node.need("urn"): _number(node, ids) for node in nodes}
    alike = Counter(number.casefold() for number in numbers.values())
    return [(_line(node, numbers, alike, tongue, known), node.need("urn")) for node in nodes]


def _by_urn(nodes: list[Part]) -> dict[str, Part]:
    """Return *nodes* by URN, or raise where one stands twice."""
    found: dict[str, Part] = {}
    for node in nodes:
        urn = node.need("urn")
        if urn in found:
            raise node.flaw("urn", say("the requirement {id} stands twice", id=urn))
        found[urn] = node
    return found


def _refuse_twice(nodes: list[Part]) -> None:
    """Raise where two of *nodes* have the same number."""
    seen: set[str] = set()
    for node in nodes:
        number = node.text("ref_id")
        if number in seen:
            raise node.flaw("ref_id", say("the requirement {id} stands twice", id=number))
        if number:
            seen.add(number)


def _refuse_circles(nodes: dict[str, Part]) -> None:
    """Raise where a parent is none of *nodes*, or a node stands below itself."""
    rooted: set[str] = set()
    for urn in nodes:
        chain: dict[str, None] = {}
        one = urn
        while one and one not in rooted:
            if one in chain:
                raise nodes[one].flaw("parent_urn", say("{id}: it stands below itself", id=one))
            chain[one] = None
            parent = nodes[one].text("parent_urn")
            if parent and parent not in nodes:
                raise nodes[one].flaw(
                    "parent_urn",
                    say("{id}: the parent {parent} is not known", id=one, parent=parent),
                )
            one = parent
        rooted.update(chain)


def _number(node: Part, ids: Ids) -> str:
    """Return the id of *node*: its number, or a mark made of its URN."""
    name = tail(node.need("urn"))
    written = node.text("ref_id")
    return ids.number(written, name) if written else ids.mark(name)


def _line(
    node: Part,
    numbers: dict[str, str],
    alike: Mapping[str, int],
    tongue: Tongue,
    known: frozenset[str],
) -> Line:
    """Return the line of *node*; the *numbers* are by URN, *alike* counts them whatever their case.

    A mapping set finds a line by the end of its URN, or by the whole of it as its source.
    """
    urn = node.need("urn")
    number = numbers[urn]
    names, texts = (tongue.texts(node, key) for key in ("name", "description"))
    title, asks = titled(names, texts, {tongue.code: node.text("ref_id") or number})
    if number in known and not names:
        title, asks = {}, texts
    evidence, annotation = (tongue.texts(node, key) for key in ("typical_evidence", "annotation"))
    tongue.count_others(node, number, *_TEXTS)
    for key, count in node.others(*_KEYS):
        tongue.tally.add(say("{key} of requirements", key=key), number, count)
    folded = number.casefold()
    is_found_again = identifier(tail(urn)).casefold() == folded and alike[folded] == 1
    return Line(
        identifier=number,
        title=title,
        parent=numbers.get(node.text("parent_urn"), ""),
        asks=asks,
        note=_joined(evidence, annotation),
        assessable=node.flag("assessable"),
        official=bool(node.text("ref_id")),
        source="" if is_found_again else urn,
        completes=number in known,
    )


def _joined(first: Texts, second: Texts) -> Texts:
    """Return both texts in each language, the one after the other."""
    return {
        language: "\n\n".join(one[language] for one in (first, second) if one.get(language))
        for language in dict.fromkeys([*first, *second])
    }
