"""What an import writes: the files of a referential, of crosswalks, or of both."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qmtool.actions import yaml_data
from qmtool.actions.import_source import Order
from qmtool.actions.put_files import CROSSWALKS, TOP
from qmtool.errors import UsageError
from qmtool.model.text import Text, say
from qmtool.repository.importing.imported import Imported, LeftOut
from qmtool.repository.importing.outline import OWN_CHAPTER, cleaned, is_of_the_file, slug
from qmtool.repository.importing.workbook import is_workbook
from qmtool.repository.library import HEAD, Library
from qmtool.repository.schema import load_schema

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_KEPT_OF_AN_OVERLAY = ("id", "origin")


@dataclass(frozen=True)
class Import:
    """What an import writes: *files* by path, and *targets*, the folders and files it puts.

    *completeness* is that of the referential it completes, if any that may be rated.
    """

    name: str
    found: Imported
    files: Mapping[str, bytes]
    targets: tuple[str, ...]
    completeness: str = ""

    @property
    def lines(self) -> int:
        """Return how many lines of the file became lines of the referential."""
        chapters = self.found.chapters
        return sum(len(one["requirements"]) + is_of_the_file(one) for one in chapters)

    @property
    def requirements(self) -> int:
        """Return how many lines can be answered."""
        lines = [one for chapter in self.found.chapters for one in chapter["requirements"]]
        return sum(bool(one.get("assessable", True)) for one in lines)

    @property
    def added(self) -> list[str]:
        """Return the ids of the chapters that the file does not have."""
        return [one["id"] for one in self.found.chapters if not is_of_the_file(one)]

    @property
    def marks(self) -> list[str]:
        """Return the ids of our own of lines to which the file gives none."""
        nodes = [
            node for chapter in self.found.chapters for node in (chapter, *chapter["requirements"])
        ]
        own = [one["id"] for one in nodes if not one.get("official", True)]
        return [one for one in own if one not in self.added]

    @property
    def licence(self) -> str:
        """Return the licence or copyright that is recorded."""
        return str(self.found.head.get("origin", {}).get("licence", ""))

    def files_of(self, target: str) -> dict[str, bytes]:
        """Return the files of *target* by their name within it; a single file is ``.``."""
        if target in self.files:
            return {".": self.files[target]}
        return {
            path.removeprefix(f"{target}/"): data
            for path, data in self.files.items()
            if path.startswith(f"{target}/")
        }


def named(name: str) -> str:
    """Return *name* if it can be the id of a referential, or raise UsageError."""
    if _NAME.fullmatch(name):
        return name
    raise UsageError(
        say(
            "the id {id} is not made of small letters, digits and hyphens; choose one with --id",
            id=name or "–",
        )
    )


def plan(order: Order, data: bytes, found: Imported, library: Library) -> Import:
    """Return the files that *found*, read from *data*, becomes."""
    _clean(found)
    files: dict[str, bytes] = {}
    targets: list[str] = []
    name = completeness = ""
    if found.head:
        name = named(order.wish.identifier or found.head.get("id", ""))
        # The name of the file and the words of the user may hold what no file of qm may.
        found.head, _ = cleaned(_head(order, data, found, name))
        if order.extends:
            above = (name,) if name == order.extends else ()
            base = library.sheet(order.extends, above).head
            completeness = str(base["completeness"]) if base.get("rated", True) else ""
        files |= _referential_files(name, found)
        targets.append(f"{TOP}/{name}")
    else:
        _refuse_without_head(order, found)
    for crosswalk in found.crosswalks:
        path = f"{CROSSWALKS}/{crosswalk['from']}--{crosswalk['to']}.yaml"
        files[path] = yaml_data.crosswalk_text(crosswalk).encode()
        targets.append(path)
    return Import(name, found, files, tuple(targets), completeness)


def _clean(found: Imported) -> None:
    """Take the characters that `qm` never reads out of all texts of *found*, and count them."""
    count = 0
    for key in ("head", "chapters", "crosswalks"):
        value, taken = cleaned(getattr(found, key))
        setattr(found, key, value)
        count += taken
    if count:
        found.left_out.append(LeftOut(say("invisible control characters"), count))


def _refuse_without_head(order: Order, found: Imported) -> None:
    """Raise UsageError if a file without a referential leaves nothing to do, or too much."""
    message: Text | None = None
    if order.wish.identifier or order.extends:
        message = say("it holds only crosswalks, to which --id and --extends do not apply")
    elif not found.crosswalks:
        message = say("it holds no relation to import")
    if message:
        raise UsageError(say("{path}: {message}", path=order.file, message=message))


def _head(order: Order, data: bytes, found: Imported, name: str) -> dict[str, Any]:
    """Return the head of *found* with what its reader cannot know and what the user wants."""
    wish, head = order.wish, found.head
    language = wish.language or next(iter(head.get("title", {})), "en")
    wished: dict[str, Any] = {
        "title": {language: wish.title} if wish.title else "",
        "type": wish.type,
        "source": wish.source,
    }
    given = {key: value for key, value in wished.items() if value}
    origin = {
        "format": "XLSX" if is_workbook(data) else "CSV",
        **head.get("origin", {}),
        "file": order.file.name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "imported": order.on.isoformat(),
        **({"licence": wish.licence} if wish.licence else {}),
    }
    if order.extends:
        _count_what_the_base_says(order, found, given)
        whole = {**given, "extends": order.extends}
    else:
        # Nobody compared it with its source, unless the file says when.
        whole = {"type": "standard", "verified_on": origin["imported"], **head, **given}
    return _in_order({**whole, "id": name, "origin": _in_order(origin, "origin")})


def _count_what_the_base_says(order: Order, found: Imported, given: Mapping[str, Any]) -> None:
    """Count the keys of the head that are left to the referential that *order* completes."""
    others = [
        key
        for key, one in found.head.items()
        if one and key not in given and key not in _KEPT_OF_AN_OVERLAY
    ]
    if others:
        what = say("what the file says of the whole; {base} says it", base=order.extends)
        found.left_out.append(LeftOut(what, len(others), tuple(others)))


def _in_order(value: Mapping[str, Any], key: str = "") -> dict[str, Any]:
    """Return what *value* holds, in the order of the keys of the schema."""
    known = load_schema("referential")["properties"]
    names = known[key]["properties"] if key else known
    ordered = {**{name: value[name] for name in names if name in value}, **value}
    return {name: one for name, one in ordered.items() if one not in ("", {})}


def _referential_files(name: str, found: Imported) -> dict[str, bytes]:
    """Return the files of the referential *name*; their names are safe on any system."""
    files: dict[str, bytes] = {}
    used: dict[str, int] = defaultdict(lambda: 1)
    for chapter in found.chapters:
        stem = f"{TOP}/{name}/{OWN_CHAPTER}"
        stem += slug(chapter["id"].removeprefix(OWN_CHAPTER)) or "x"
        path = f"{stem}.yaml"
        while path in files:
            used[stem] += 1
            path = f"{stem}-{used[stem]}.yaml"
        files[path] = yaml_data.chapter_text(chapter).encode()
    head = {**found.head, "chapters": [path.rpartition("/")[2] for path in files]}
    return {f"{TOP}/{name}/{HEAD}": yaml_data.head_text(head).encode(), **files}
