"""CISO Assistant libraries: a framework becomes a referential, and mapping sets crosswalks."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from qmtool.model.text import Text, listing, say
from qmtool.repository.importing import ciso_mapping
from qmtool.repository.importing.ciso_nodes import lines_of
from qmtool.repository.importing.ciso_texts import Tongue, tail
from qmtool.repository.importing.foreign import Part, flaw
from qmtool.repository.importing.imported import Imported, Wish
from qmtool.repository.importing.outline import Ids, Tally, chapters, slug
from qmtool.repository.library import Library
from qmtool.repository.yaml_events import Path, YamlFault, read_yaml

MAX_BYTES = 20 * 1024 * 1024
"""The largest of the 288 libraries that CISO Assistant ships has 3.4 MB."""

MAX_NODES = 400_000

_DAY = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_INVISIBLE = "LPN"
"""How quoted YAML writes U+2028, U+2029 and U+0085 after a backslash."""

_FRAMEWORKS = ("framework", "frameworks")
_MAPPINGS = ("requirement_mapping_set", "requirement_mapping_sets")
_TRANSLATED = ("name", "description", "copyright")
_READ = (
    *("locale", "version", "translations", "objects"),
    *("requirement_nodes", "scores_definition"),
    *("source_framework_urn", "target_framework_urn", "requirement_mappings"),
)
"""What a library says in other places than the head of a referential."""


def read(data: bytes, shown: str, wish: Wish, library: Library) -> Imported:
    """Return the framework and the mapping sets of a YAML file; *library* knows the others."""
    tally = Tally()
    return imported(_root(data, shown, tally), wish, library, tally)


def _root(data: bytes, shown: str, tally: Tally) -> Part:
    """Return the keys of a YAML file, or raise UsageError with its first fault."""
    if len(data) > MAX_BYTES:
        raise flaw(shown, say("the file is larger than {limit} bytes", limit=MAX_BYTES))
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise flaw(f"{shown}:{line}", say("the file is not UTF-8")) from error
    found = read_yaml(text, max_nodes=MAX_NODES)
    if found.faults:
        text, count = _with_plain_breaks(text, found.faults)
        if count:
            tally.add(say("invisible line breaks, read as ordinary ones"), times=count)
            found = read_yaml(text, max_nodes=MAX_NODES)
    for fault in found.faults[:1]:
        raise flaw(f"{shown}:{fault.line}:{fault.column}", fault.message, fault.fix)
    if not isinstance(found.data, dict):
        raise flaw(f"{shown}:1:1", say("the file is not a group of keys"))
    return Part(found.data, (), _places(shown, found.place))


def _places(shown: str, place: Callable[[Path], tuple[int, int]]) -> Callable[[Path], object]:
    return lambda path: ":".join(str(one) for one in (shown, *place(path)))


def _with_plain_breaks(text: str, faults: Sequence[YamlFault]) -> tuple[str, int]:
    """Return *text* whose quoted texts at *faults* write invisible line breaks as line feeds."""
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    count = 0
    for fault in reversed(faults):
        start = starts[fault.line - 1] + fault.column - 1
        quoted = _QUOTED.match(text, start)
        if quoted:
            found = [one[1] for one in _ESCAPE.finditer(quoted[0])]
            count += sum(one in _INVISIBLE for one in found)
            plain = _ESCAPE.sub(_plain_break, quoted[0])
            text = text[:start] + plain + text[quoted.end() :]
    return text, count


def _plain_break(found: re.Match[str]) -> str:
    return "\\n" if found[1] in _INVISIBLE else found[0]


def imported(root: Part, wish: Wish, library: Library, tally: Tally) -> Imported:
    """Return what the library *root* gives, from a YAML file or from a workbook."""
    objects = root.part("objects")
    if objects is None:
        raise root.flaw("", say("objects is missing: this is no CISO Assistant library"))
    tongue = Tongue(root.text("locale"), wish.language, tally)
    framework = _chosen(objects, wish, tally)
    sets = _listed(objects, *_MAPPINGS)
    if framework is None and not sets:
        held = listing(key for key, _ in objects.others()) or "–"
        message = say(
            "the library holds neither a framework nor a mapping set, only: {objects}",
            objects=held,
        )
        raise root.flaw("objects", message)
    ends = ciso_mapping.Ends(library)
    result = Imported()
    if framework:
        result.head["id"] = wish.identifier or _name(framework)
        _add_framework(result, root, framework, tongue, ends, wish.known)
    result.crosswalks = ciso_mapping.crosswalks(root, sets, ends, tongue)
    _count_unsaid(root, [*([framework] if framework else []), *sets], result, tongue)
    for key, count in objects.others(*_FRAMEWORKS, *_MAPPINGS):
        tally.add(say("{key} of the library", key=key), times=count)
    result.left_out = tally.left_out()
    return result


def _listed(objects: Part, one: str, many: str) -> list[Part]:
    """Return the objects under the key *one*, and those of the list *many*."""
    single = objects.part(one)
    return [*([single] if single else []), *objects.parts(many)]


def _chosen(objects: Part, wish: Wish, tally: Tally) -> Part | None:
    """Return the framework to import: the only one, or the one that `--id` names; count others."""
    found = _listed(objects, *_FRAMEWORKS)
    if len(found) < 2:
        return found[0] if found else None
    names = {_name(one): one for one in found}
    if wish.identifier in names:
        for name in names:
            if name != wish.identifier:
                tally.add(say("{key} of the library", key=f"framework {name}"))
        return names[wish.identifier]
    message = say("the library holds several frameworks: {names}", names=listing(names))
    raise objects.flaw("frameworks", message, say("Say which one with --id."))


def _name(framework: Part) -> str:
    return slug(tail(framework.need("urn")))


def _add_framework(
    result: Imported,
    root: Part,
    framework: Part,
    tongue: Tongue,
    ends: ciso_mapping.Ends,
    known: frozenset[str],
) -> None:
    """Add to *result* the referential that *framework* becomes, and make it known to *ends*."""
    ids = Ids()
    lines = lines_of(framework, ids, tongue, known)
    lost = say("notes of chapters")
    result.head |= _head(root, framework, tongue)
    result.chapters = chapters([line for line, _ in lines], ids, tongue.tally, lost)
    result.renamed = ids.renamed
    by_urn = {urn: line.identifier for line, urn in lines}
    ends.add(framework.need("urn"), result.head["id"], by_urn)


def _head(root: Part, framework: Part, tongue: Tongue) -> dict[str, Any]:
    """Return the head of the referential that *framework* becomes."""
    urn = framework.need("urn")
    title = tongue.texts(root, "name") | tongue.texts(framework, "name")
    title = title or {tongue.code: framework.text("ref_id") or tail(urn)}
    scope = tongue.texts(root, "description") or tongue.texts(framework, "description")
    return {
        "type": "standard",
        "title": title,
        "issuer": root.text("provider"),
        "dates": _dates(root),
        "completeness": "full",
        "grades": _grades(framework, tongue),
        "scope": {} if scope == title else scope,
        "copyright": tongue.texts(root, "copyright"),
        "source": ciso_mapping.source_of(root),
        "origin": {
            "format": "CISO Assistant",
            "urn": urn,
            "version": root.text("version"),
            "licence": root.text("copyright"),
        },
    }


def _dates(root: Part) -> list[dict[str, Any]]:
    """Return when the library was published, where it says so as a day, a month or a year."""
    day = root.text("publication_date").partition(" ")[0]
    if not _DAY.fullmatch(day):
        return []
    what = {"fr": "publication de la bibliothèque", "en": "publication of the library"}
    return [{"date": day, "what": what}]


def _grades(framework: Part, tongue: Tongue) -> list[dict[str, Any]]:
    """Return the scale of *framework* as grades, the lowest score first."""
    found: dict[int, dict[str, Any]] = {}
    for one in framework.parts("scores_definition"):
        written = one.need("score")
        if not (written.isascii() and written.isdecimal() and len(written) < 10):
            message = say("the score {score} is not a whole number from 0 on", score=written)
            raise one.flaw("score", message)
        score = int(written)
        if score in found:
            raise one.flaw("score", say("the score {score} stands twice", score=score))
        label = tongue.texts(one, "name") or {tongue.code: written}
        found[score] = {"id": f"level-{score}", "label": label, "score": score}
        for key, _ in one.others("score", "name", "translations"):
            tongue.tally.add(say("{key} of scores", key=key), written)
        tongue.count_others(one, written, "name")
    return [found[score] for score in sorted(found)]


def _count_unsaid(root: Part, objects: Sequence[Part], kept: Imported, tongue: Tongue) -> None:
    """Count what the library *root* and its *objects* say of themselves and *kept* does not."""
    said = set(_strings([kept.head, kept.crosswalks]))
    said |= {root.text(key) for key in ("ref_id", "packager", "provider", "copyright")}
    for part in (root, *objects):
        for key, count in part.others(*_READ):
            if isinstance(part.value[key], str) and part.text(key) in said:
                continue
            what: Text = (
                say("{key} of the library", key=key)
                if part is root
                else say("{key} of {object}", key=key, object=tail(part.text("urn")))
            )
            tongue.tally.add(what, times=count)
        tongue.count_others(part, "", *_TRANSLATED)
        tongue.count_unsaid(part, said, *_TRANSLATED)


def _strings(value: Any) -> Iterator[str]:
    """Yield the texts within *value*."""
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)
    elif isinstance(value, str):
        yield value
