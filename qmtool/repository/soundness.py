"""Whether referentials and crosswalks hold together: what `qm ref validate` looks at."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qmtool.errors import SettingsError
from qmtool.model.advice import nearest
from qmtool.model.crosswalk import WHOLE, Crosswalk, Kind
from qmtool.model.diagnostic import Location, Problem
from qmtool.model.referential import Referential
from qmtool.model.text import Text, listing, say
from qmtool.repository.library import HEAD, Library

Path = tuple[str | int, ...]


def flaws(library: Library, wanted: Iterable[str]) -> Iterator[Problem | object]:
    """Yield what is wrong with the referentials *wanted* and the crosswalks that touch them.

    A file that breaks its schema gives the sentences that say so, each with its line.
    """
    names = list(wanted)
    sound: dict[str, Referential] = {}
    for name in names:
        try:
            sound[name] = library.referential(name)
        except SettingsError as error:
            yield from error.sentences
            continue
        yield from _of_referential(library, sound[name])
    try:
        crosswalks = library.crosswalk_files
    except SettingsError as error:
        yield from error.sentences
        return
    for shown, crosswalk in crosswalks:
        if not {crosswalk.source, crosswalk.target}.isdisjoint(names):
            yield from _of_crosswalk(library, shown, crosswalk, sound)


# Referentials.


def _of_referential(library: Library, found: Referential) -> Iterator[Problem]:
    head = f"referentials/{found.identifier}/{HEAD}"
    known = {"activities": library.activities, "modalities": library.modalities}
    for path, value, message in _unknown_words(library.sheet(found.identifier).head, known):
        yield _flaw(library, head, path, message, nearest(value, known[str(path[-2])]))
    for shown, chapter in library.chapter_files(found.identifier):
        for n, one in enumerate(chapter["requirements"]):
            for path, value, message in _unknown_words(one, known):
                fix = nearest(value, known[str(path[-2])])
                yield _flaw(library, shown, ("requirements", n, *path), message, fix)
        yield from _untitled(library, found, shown, chapter)
        yield from _orphans(library, found, shown, chapter)
    yield from _succession(library, found, head)


Seen = tuple[Path, str, Text]


def _unknown_words(
    value: Mapping[str, Any], vocabularies: Mapping[str, Mapping[str, object]]
) -> Iterator[Seen]:
    """Yield what `applies:` and the conditions of `applicability:` name and no vocabulary knows."""
    places: list[tuple[Path, Mapping[str, Any]]] = [(("applies",), value.get("applies", {}))]
    places += [
        (("applicability", n, "when"), rule.get("when", {}))
        for n, rule in enumerate(value.get("applicability", ()))
    ]
    for place, conditions in places:
        for key, known in vocabularies.items():
            for n, name in enumerate(conditions.get(key, ())):
                if name not in known:
                    message = say("{name} is none of the known {key}", name=name, key=key)
                    yield (*place, key, n), name, message


def _untitled(
    library: Library, found: Referential, shown: str, chapter: Mapping[str, Any]
) -> Iterator[Problem]:
    """Yield the lines of an overlay whose base no longer has them, and gives them no title."""
    for n, one in enumerate(chapter["requirements"]):
        node = found.by_id[one["id"]]
        if node.title.en == node.identifier and "title" not in one:
            message = say("{id} has no title", id=one["id"])
            if found.extends:
                message = say(
                    "{id} has no title, and {base} has no such line",
                    id=one["id"],
                    base=found.extends,
                )
            yield _flaw(library, shown, ("requirements", n, "id"), message)


def _orphans(
    library: Library, found: Referential, shown: str, chapter: Mapping[str, Any]
) -> Iterator[Problem]:
    """Yield the lines of an overlay whose base no longer has their parent."""
    for n, one in enumerate(chapter["requirements"]):
        parent = one.get("parent")
        if parent and parent not in found.by_id:
            message = say("{id}: the parent {parent} is not known", id=one["id"], parent=parent)
            yield _flaw(library, shown, ("requirements", n, "parent"), message)


def _succession(library: Library, found: Referential, head: str) -> Iterator[Problem]:
    """Yield a flaw if the versions that replace *found* come back to it."""
    seen = [found.identifier]
    following = found.superseded_by
    while following in library.referential_ids:
        if following in seen:
            chain = " > ".join([*seen, following])
            message = say("superseded_by goes round in a circle: {chain}", chain=chain)
            yield _flaw(library, head, ("superseded_by",), message)
            return
        seen.append(following)
        try:
            following = library.referential(following).superseded_by
        except SettingsError:
            return


# Crosswalks.


def _of_crosswalk(
    library: Library, shown: str, crosswalk: Crosswalk, sound: dict[str, Referential]
) -> Iterator[Problem]:
    ends: dict[str, Referential] = {}
    for key, name in (("from", crosswalk.source), ("to", crosswalk.target)):
        if name not in library.referential_ids:
            message = say("{key}: no referential is called {name}", key=key, name=name)
            yield _flaw(library, shown, (key,), message, nearest(name, library.referential_ids))
            continue
        if name not in sound:
            try:
                sound[name] = library.referential(name)
            except SettingsError:
                continue
        ends[key] = sound[name]
    for n, relation in enumerate(crosswalk.relations):
        place: Path = ("relations", n)
        for key, names in (("from", relation.source), ("to", relation.target)):
            if key in ends:
                yield from _unknown_ends(library, shown, (*place, key), ends[key], names)
        if (relation.kind is Kind.DROPPED) == bool(relation.target):
            message = (
                say("what is dropped leads nowhere: write to: []")
                if relation.target
                else say("the relation leads nowhere; write relation: dropped if that is meant")
            )
            yield _flaw(library, shown, (*place, "to"), message)
    if "to" in ends:
        yield from _unknown_ends(library, shown, ("new",), ends["to"], crosswalk.new)
    yield from _told_twice(library, shown, crosswalk)


def _unknown_ends(
    library: Library, shown: str, path: Path, referential: Referential, names: Iterable[str]
) -> Iterator[Problem]:
    for n, name in enumerate(names):
        if name != WHOLE and name not in referential.by_id:
            message = say(
                "{referential} has no requirement {requirement}",
                referential=referential.identifier,
                requirement=name,
            )
            fix = nearest(name, referential.by_id)
            yield _flaw(library, shown, (*path, n), message, fix)


def _told_twice(library: Library, shown: str, crosswalk: Crosswalk) -> Iterator[Problem]:
    first: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}
    for n, relation in enumerate(crosswalk.relations):
        key = relation.source, relation.target
        if key in first:
            message = say(
                "the relation of {source} with {target} stands twice",
                source=listing(relation.source),
                target=listing(relation.target) or "–",
            )
            yield _flaw(library, shown, ("relations", n), message)
        first.setdefault(key, n)


def _flaw(
    library: Library, shown: str, path: Path, message: Text, fix: Text | None = None
) -> Problem:
    return Problem(Location(shown, *library.place(shown, path)), message, fix)
