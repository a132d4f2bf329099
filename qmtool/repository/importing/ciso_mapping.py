"""The mapping sets of CISO Assistant libraries, as crosswalks between referentials known here."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from qmtool.model.crosswalk import Kind
from qmtool.model.text import say
from qmtool.repository.importing.ciso_texts import Tongue, tail
from qmtool.repository.importing.foreign import Part
from qmtool.repository.importing.outline import Tally, identifier, slug
from qmtool.repository.library import Library

_KINDS = {
    "equal": Kind.EQUAL,
    "superset": Kind.SUPERSET,
    "subset": Kind.SUBSET,
    "intersect": Kind.INTERSECTS,
    "intersects": Kind.INTERSECTS,
}
_UNRELATED = ("not_related", "no_relationship")
_KEYS = ("source_requirement_urn", "target_requirement_urn", "relationship", "annotation")


class _End(NamedTuple):
    """A referential at one end: its id, and the ids of its lines by URN and by name in the URN."""

    identifier: str
    by_urn: Mapping[str, str]
    by_name: Mapping[str, str]

    def find(self, urn: str) -> str:
        """Return the id of the line that *urn* names, empty if there is none."""
        name = identifier(tail(urn)).casefold()
        return self.by_urn.get(urn) or self.by_name.get(name, "")


class Ends:
    """The referentials that a mapping set may speak of, found by the URN of their framework."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._found: dict[str, _End] = {}

    def add(self, urn: str, name: str, by_urn: Mapping[str, str]) -> None:
        """Make the referential *name*, which is being imported from *urn*, known."""
        self._found[urn] = _End(name, by_urn, {})

    def end(self, mapping: Part, key: str) -> _End:
        """Return the referential that *key* of *mapping* names, or raise if it is not known."""
        urn = mapping.need(key)
        if urn not in self._found:
            name = self._name(urn)
            if not name:
                raise mapping.flaw(
                    key,
                    say("the framework {urn} is not a referential known here", urn=urn),
                    say("Import its own library first: qm ref import FILE."),
                )
            nodes = list(self.library.sheet(name).nodes)
            self._found[urn] = _End(
                name,
                {one["source"]: one["id"] for one in nodes if "source" in one},
                {one["id"].casefold(): one["id"] for one in reversed(nodes)},
            )
        return self._found[urn]

    def _name(self, urn: str) -> str:
        """Return the id of the referential that was imported from *urn* or is called like it."""
        known = self.library.referential_ids
        wanted = slug(tail(urn))
        if wanted in known and self._urn_of(wanted) in ("", urn):
            return wanted
        for name in sorted(self.library.own_referentials):
            if self._urn_of(name) == urn:
                return name
        # `iso9001-2015` is what CISO Assistant calls iso-9001-2015.
        alike = [name for name in known if name.replace("-", "") == wanted.replace("-", "")]
        return alike[0] if len(alike) == 1 and not self._urn_of(alike[0]) else ""

    def _urn_of(self, name: str) -> str:
        """Return the URN that the referential *name* was imported from, if any."""
        return str(self.library.sheet(name).head.get("origin", {}).get("urn", ""))


def source_of(root: Part) -> str:
    """Return where the content of the library *root* comes from, as one line."""
    name = root.text("ref_id") or tail(root.text("urn"))
    version = root.text("version")
    packager = root.text("packager")
    return (
        f"CISO Assistant library {name}"
        + (f", version {version}" if version else "")
        + (f", packaged by {packager}" if packager else "")
    )


_INVERSE = {Kind.SUPERSET: Kind.SUBSET, Kind.SUBSET: Kind.SUPERSET}
"""What a mirrored set of a library says of the same pair."""


class _Told(NamedTuple):
    source: str
    kind: Kind
    target: str


def crosswalks(
    root: Part, sets: Sequence[Part], ends: Ends, tongue: Tongue
) -> list[dict[str, Any]]:
    """Return the crosswalks of the mapping *sets* of the library *root*."""
    found: dict[tuple[str, str], dict[_Told, Part]] = {}
    for mapping in sets:
        source, target = (
            ends.end(mapping, key) for key in ("source_framework_urn", "target_framework_urn")
        )
        told = _told(mapping, source, target, tongue.tally)
        reverse = found.get((target.identifier, source.identifier), {})
        if {_Told(b, _INVERSE.get(kind, kind), a) for a, kind, b in told} == set(
            reverse
        ) and reverse:
            tongue.tally.add(say("relations told again from the other end"), times=len(told))
            continue
        found.setdefault((source.identifier, target.identifier), {}).update(told)
    return [
        _crosswalk(root, source, target, told, tongue)
        for (source, target), told in found.items()
        if told
    ]


def _told(mapping: Part, source: _End, target: _End, tally: Tally) -> dict[_Told, Part]:
    """Return the relations of *mapping*, each with the keys that tell it."""
    found: dict[_Told, Part] = {}
    pairs: set[tuple[str, str]] = set()
    for one in mapping.parts("requirement_mappings"):
        ends = (
            _line(one, "source_requirement_urn", source),
            _line(one, "target_requirement_urn", target),
        )
        example = f"{ends[0]} – {ends[1]}"
        word = one.need("relationship")
        if word in _UNRELATED:
            tally.add(say("pairs said not to be related"), example)
            continue
        if word not in _KINDS:
            message = say(
                "the relation {value} is none of {choices}",
                value=word,
                choices=", ".join([*_KINDS, *_UNRELATED]),
            )
            raise one.flaw("relationship", message)
        told = _Told(ends[0], _KINDS[word], ends[1])
        if told in found:
            tally.add(say("relations that stand twice"), example)
        elif ends in pairs:
            tally.add(say("relations that contradict an earlier one"), example)
        else:
            found[told] = one
            _count(one, example, tally)
        pairs.add(ends)
    return found


def _count(one: Part, example: str, tally: Tally) -> None:
    for key, _ in one.others(*_KEYS, "rationale"):
        tally.add(say("{key} of relations", key=key), example)


def _line(one: Part, key: str, end: _End) -> str:
    """Return the id of the line that *key* names in *end*, or raise if it has no such line."""
    urn = one.need(key)
    found = end.find(urn)
    if not found:
        raise one.flaw(
            key,
            say(
                "{referential} has no requirement {requirement}",
                referential=end.identifier,
                requirement=urn,
            ),
        )
    return found


def _crosswalk(
    root: Part, source: str, target: str, told: Mapping[_Told, Part], tongue: Tongue
) -> dict[str, Any]:
    reasons = {one.text("rationale") for one in told.values()}
    told_by = [source_of(root), root.text("provider"), root.text("copyright")]
    shared = reasons.pop() if len(reasons) == 1 else ""
    head: dict[str, Any] = {
        "from": source,
        "to": target,
        "source": "; ".join(dict.fromkeys(filter(None, told_by))),
        "confidence": "medium",
    }
    if shared:
        head["note"] = _reason(shared)
    return head | {"relations": list(_relations(told, shared, tongue))}


def _reason(text: str) -> dict[str, str]:
    return {
        "fr": f"nature du rapprochement d'après la source : {text}",
        "en": f"nature of the relation by the source: {text}",
    }


def _relations(told: Mapping[_Told, Part], shared: str, tongue: Tongue) -> Iterable[dict[str, Any]]:
    for one, part in told.items():
        relation = {"from": one.source, "relation": one.kind.value, "to": one.target}
        note = tongue.texts(part, "annotation")
        reason = part.text("rationale")
        if reason and not shared:
            note = {
                language: "\n".join(filter(None, [text, note.get(language, "")]))
                for language, text in _reason(reason).items()
            }
        yield relation | ({"note": note} if note else {})
