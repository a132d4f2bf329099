"""Kinds, vocabularies and referentials: those shipped with `qm`, and those of the centre."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from qmtool.errors import SettingsError, UsageError
from qmtool.model.advice import nearest
from qmtool.model.calendar import Holidays
from qmtool.model.crosswalk import Crosswalk
from qmtool.model.glossary import Term
from qmtool.model.kind import Kind
from qmtool.model.kind_flaws import flaws
from qmtool.model.label import Label
from qmtool.model.paths import folder_of
from qmtool.model.referential import Referential
from qmtool.model.text import Text, listing, say
from qmtool.repository import referentials
from qmtool.repository.cache import Cache
from qmtool.repository.data_files import DataFiles, broken
from qmtool.resources import shipped

Read = Callable[[str], bytes]

HEAD = "referential.yaml"
CROSSWALKS = "referentials/_crosswalks/"
GLOSSARY = "templates/_vocabulary/glossary.yaml"


class Library:
    """The data of `qm` and of one source; *files* are the paths of the source, *read* its bytes."""

    def __init__(self, data: DataFiles, files: Iterable[str], read: Read) -> None:
        self.data = data
        self.read = read
        self.files = frozenset(
            path for path in files if path.startswith(("templates/", "referentials/"))
        )

    def _folders(self, top: str, marker: str) -> dict[str, tuple[str, bool]]:
        """Return the folders of *top* that hold *marker*: where each is, and whether shipped."""
        found = {name: (path, True) for name, path in shipped_folders(top, marker).items()}
        found.update((name, (f"{top}/{name}", False)) for name in self._own_folders(top, marker))
        return found

    def save(self) -> None:
        """Keep in the cache what was read of the data files."""
        self.data.cache.save()

    def _own_folders(self, top: str, marker: str) -> list[str]:
        """Return the names of the centre's folders of *top* that hold *marker*."""
        parts = [path.split("/") for path in sorted(self.files)]
        return [
            one[1]
            for one in parts
            if len(one) == 3 and (one[0], one[2]) == (top, marker) and one[1][0] != "_"
        ]

    def _bytes(self, folder: str, name: str, is_shipped: bool) -> bytes:
        if is_shipped:
            return (Path(folder) / name).read_bytes()
        path = f"{folder}/{name}"
        if path not in self.files:
            raise SettingsError([say("{path}: there is no such file", path=path)])
        return self.read(path)

    @cached_property
    def _kind_files(self) -> dict[str, tuple[bytes, bool]]:
        """Return the bytes of the file of each kind, and whether it is shipped."""
        folders = self._folders("templates", "kind.yaml")
        return {
            name: (self._bytes(folder, "kind.yaml", is_shipped), is_shipped)
            for name, (folder, is_shipped) in folders.items()
        }

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """Return the kinds by name; one of the centre replaces a shipped one."""
        files = self._kind_files
        shown = {name: f"templates/{name}/kind.yaml" for name in files}
        read = self.data.read_all(
            [(data, shown[name]) for name, (data, _) in files.items()], "kind"
        )
        found = {name: _kind(name, value) for name, value in zip(files, read, strict=True)}
        for name, (_, is_shipped) in files.items():
            unknown = [] if is_shipped else list(flaws(found[name]))
            if unknown:
                raise broken(shown[name], [(1, 1, message, None) for message in unknown])
        return found

    @property
    def own_kinds(self) -> list[str]:
        """Return the names of the kinds that the centre keeps itself."""
        return self._own_folders("templates", "kind.yaml")

    @cached_property
    def kinds_digest(self) -> str:
        """Return a text that changes whenever what kinds ask of front matter changes."""
        summed = hashlib.sha256()
        for name, (data, _) in sorted(self._kind_files.items()):
            summed.update(f"{name}\0{len(data)}\0".encode() + data)
        return summed.hexdigest()

    def template(self, kind: str, language: str) -> tuple[str, str]:
        """Return the template of *kind* in *language*, and the path to name it by."""
        folder, is_shipped = self._folders("templates", "kind.yaml")[kind]
        for code in (language, "en", "fr"):
            name = f"template.{code}.md.j2"
            if is_shipped and (Path(folder) / name).is_file():
                return (Path(folder) / name).read_text(encoding="utf-8"), f"{kind}/{name}"
            if not is_shipped and f"{folder}/{name}" in self.files:
                return _utf8(self.read(f"{folder}/{name}"), f"{folder}/{name}"), f"{folder}/{name}"
        raise SettingsError([say("the kind {kind} has no template", kind=kind)])

    def own_template(self, name: str) -> tuple[str, str] | None:
        """Return the centre's own template *name* of a page and its path; None without one.

        Raise SettingsError if something else stands in its place.
        """
        path = f"templates/{name}"
        if path in self.files:
            return _utf8(self.read(path), path), path
        folder = folder_of(path)
        if folder in self.files:
            self.read(folder)  # no file of ours is behind a link: this says so
        if any(one.startswith(f"{path}/") for one in self.files):
            raise SettingsError(
                say(
                    "{path}: {message}. {fix}",
                    path=path,
                    message=say("this is a folder, not a template"),
                    fix=say("Give the folder another name."),
                )
            )
        return None

    @cached_property
    def referential_ids(self) -> tuple[str, ...]:
        """Return the ids of the known referentials, sorted."""
        return tuple(sorted({*self._shipped_referentials, *self.own_referentials}))

    def known(self, name: str) -> str:
        """Return *name* if it is the id of a referential; else raise UsageError, with advice."""
        ids = self.referential_ids
        if name in ids:
            return name
        advice = nearest(name, ids) or say("Known: {known}.", known=listing(ids))
        raise UsageError(say("no referential is called {name}. {advice}", name=name, advice=advice))

    @cached_property
    def _shipped_referentials(self) -> frozenset[str]:
        return frozenset(shipped_folders("referentials", HEAD))

    @cached_property
    def own_referentials(self) -> frozenset[str]:
        """Return the ids of the referentials that the centre keeps or completes itself."""
        return frozenset(self._own_folders("referentials", HEAD))

    def is_shipped(self, name: str) -> bool:
        """Return whether a referential called *name* comes with `qm`."""
        return name in self._shipped_referentials

    def referential(self, name: str) -> Referential:
        """Return the referential called *name*, which must be one of `referential_ids`."""
        return referentials.referential(self.sheet(name))

    def sheet(self, name: str, above: tuple[str, ...] = ()) -> referentials.Sheet:
        """Return what the files of *name* give; those of the centre complete those that ship.

        *above* holds the ids of the overlays that lead to this one. Raise SettingsError where the
        files are unsound.
        """
        if name not in self.own_referentials or name in above:
            return self._sound(self._layer(name, is_shipped=True), name)
        own = self._layer(name, is_shipped=False)
        base = own.head.get("extends")
        if base is None:
            if self.is_shipped(name):
                fix = say(
                    "Add the line extends: {name} to complete it, or choose another id.", name=name
                )
                raise self._broken(
                    f"referentials/{name}/{HEAD}",
                    ("id",),
                    say("{name} is shipped with qm", name=name),
                    fix,
                )
            return self._sound(own, name)
        chain = (*above, name)
        if (base in above or base not in self.referential_ids) or (
            base == name and not self.is_shipped(name)
        ):
            message = say("extends: {base} is not a referential that can be completed", base=base)
            advice = nearest(base, [one for one in self.referential_ids if one not in chain])
            raise self._broken(f"referentials/{name}/{HEAD}", ("extends",), message, advice)
        return self._sound(referentials.merged(self.sheet(base, chain), own, name), name)

    def _layer(self, name: str, *, is_shipped: bool) -> referentials.Sheet:
        """Return the data of one folder, its own or the shipped one, each file by its schema."""
        shown = f"referentials/{name}"
        folder = str(shipped("referentials") / name) if is_shipped else shown
        head = self.data.read(
            self._bytes(folder, HEAD, is_shipped), "referential", f"{shown}/{HEAD}"
        )
        if head["id"] != name:
            message = say("the id {id} is not that of the folder, {name}", id=head["id"], name=name)
            raise self._broken(f"{shown}/{HEAD}", ("id",), message)
        chapters = [
            (
                file,
                self.data.read(self._bytes(folder, file, is_shipped), "chapter", f"{shown}/{file}"),
            )
            for file in head.get("chapters", ())
        ]
        for file, path, message in referentials.repeated(chapters):
            raise self._broken(f"{shown}/{file}", path, message)
        return referentials.Sheet(head, tuple(chapter for _, chapter in chapters))

    def _sound(self, sheet: referentials.Sheet, name: str) -> referentials.Sheet:
        """Return *sheet*, or raise SettingsError naming the line whose parent is wrong."""
        for identifier, message in referentials.unsound(sheet):
            raise self._broken(*self.line_of(name, identifier), message)
        return sheet

    def line_of(self, name: str, identifier: str) -> tuple[str, tuple[str | int, ...]]:
        """Return the file of the referential *name* that holds a line, and the path to its parent.

        The path is that of its id where it names no parent; a line that is in no file stands for
        the whole.
        """
        for shown, chapter in self.chapter_files(name):
            for n, one in enumerate(chapter["requirements"]):
                if one["id"] == identifier:
                    return shown, ("requirements", n, "parent" if "parent" in one else "id")
        return f"referentials/{name}/{HEAD}", ()

    def _broken(
        self, shown: str, path: tuple[str | int, ...], message: Text, fix: Text | None = None
    ) -> SettingsError:
        """Return the error about the value at *path* of the data file *shown*, with its line."""
        line, column = self.place(shown, path)
        return broken(shown, [(line, column, message, fix)])

    def place(self, shown: str, path: tuple[str | int, ...]) -> tuple[int, int]:
        """Return the line and the column of the value at *path* of the data file *shown*."""
        if shown in self.files:
            return self.data.place(self.read(shown), path)
        file = shipped("referentials").parent / shown
        return self.data.place(file.read_bytes(), path) if file.is_file() else (1, 1)

    def chapter_files(self, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the chapter files of the referential *name* as they are written, and their data.

        Those of the centre come first, then those that they complete.
        """
        for is_shipped in (False, True):
            if name in (self._shipped_referentials if is_shipped else self.own_referentials):
                layer = self._layer(name, is_shipped=is_shipped)
                for file, chapter in zip(
                    layer.head.get("chapters", ()), layer.chapters, strict=True
                ):
                    yield f"referentials/{name}/{file}", chapter

    @cached_property
    def crosswalks(self) -> tuple[Crosswalk, ...]:
        """Return the known crosswalks, by file name; one of the centre replaces a shipped one."""
        return tuple(crosswalk for _, crosswalk in self.crosswalk_files)

    @cached_property
    def crosswalk_files(self) -> tuple[tuple[str, Crosswalk], ...]:
        """Return the known crosswalks with the path of their file."""
        found: dict[str, bytes] = {}
        for path in (shipped("referentials") / "_crosswalks").glob("*.yaml"):
            found[f"{CROSSWALKS}{path.name}"] = path.read_bytes()
        for name in self.files:
            if name.startswith(CROSSWALKS) and name.endswith(".yaml"):
                found[name] = self.read(name)
        read = []
        for name, data in sorted(found.items()):
            value = self.data.read(data, "crosswalk", name)
            ends = f"{value['from']}--{value['to']}.yaml"
            if name != f"{CROSSWALKS}{ends}":
                message = say("the file should be called {name}", name=ends)
                raise broken(name, [(*self.data.place(data, ("from",)), message, None)])
            read.append((name, referentials.crosswalk(value)))
        return tuple(read)

    @cached_property
    def activities(self) -> Mapping[str, Label]:
        """Return the shipped vocabulary of activities."""
        return {name: Label.read(one["label"]) for name, one in self._vocabulary("activities")}

    @cached_property
    def parents_of_activities(self) -> Mapping[str, str]:
        """Return the activity that each narrower activity is a part of."""
        return {
            name: one["part_of"] for name, one in self._vocabulary("activities") if "part_of" in one
        }

    @cached_property
    def modalities(self) -> Mapping[str, Label]:
        """Return the shipped vocabulary of modalities."""
        return {name: Label.read(one["label"]) for name, one in self._vocabulary("modalities")}

    @cached_property
    def evidence_classes(self) -> Mapping[str, Label]:
        """Return the names of the evidence classes, by code."""
        return {name: Label.read(one["label"]) for name, one in self._vocabulary("evidence")}

    @cached_property
    def record_classes(self) -> frozenset[str]:
        """Return the evidence classes that are dated proof."""
        return frozenset(
            name for name, one in self._vocabulary("evidence") if one["record"] == "true"
        )

    @cached_property
    def holidays(self) -> Holidays:
        """Return the public holidays of France."""
        read = dict(self._vocabulary("holidays"))
        return Holidays(tuple(read["fixed"]), tuple(map(int, read["easter"])))

    @cached_property
    def glossary(self) -> tuple[Term, ...]:
        """Return the terms of the shipped glossary, in its order."""
        return tuple(Term.read(name, one) for name, one in self._vocabulary("glossary"))

    @cached_property
    def own_glossary(self) -> tuple[Term, ...]:
        """Return the terms that the centre adds, or that it has in place of shipped ones."""
        if GLOSSARY not in self.files:
            return ()
        terms = self.data.read(self.read(GLOSSARY), "glossary", GLOSSARY)
        return tuple(Term.read(name, one) for name, one in terms.items())

    def _vocabulary(self, name: str) -> Iterator[tuple[str, Any]]:
        path = shipped("templates") / f"_vocabulary/{name}.yaml"
        yield from self.data.read_plain(path.read_bytes()).items()


@cache
def shipped_folders(top: str, marker: str) -> dict[str, str]:
    """Return the shipped folders of *top* that hold the file *marker*, by name."""
    return {
        path.name: str(path)
        for path in sorted(shipped(top).iterdir())
        if not path.name.startswith("_") and (path / marker).is_file()
    }


def _utf8(data: bytes, shown: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise SettingsError(
            [say("{path}: the file is not UTF-8; save it as UTF-8", path=shown)]
        ) from error


def read_shipped(top: str, name: str) -> dict[str, Any]:
    """Return the plain data of a shipped YAML file, all scalars as texts."""
    files = DataFiles(Cache("shipped", enabled=False))
    data: dict[str, Any] = files.read_plain((shipped(top) / name).read_bytes())
    return data


def _kind(name: str, value: Mapping[str, Any]) -> Kind:
    return Kind(
        name=name,
        label=Label.read(value["label"]),
        category=value["category"],
        controlled=value["controlled"],
        evidence=tuple(value["evidence"]),
        id_pattern=value.get("id", ""),
        satisfies=tuple(value.get("satisfies", ())),
        headings=tuple(Label.read(one) for one in value.get("headings", ())),
        fields=value.get("fields", {}),
        steps=value.get("states", {}),
        counts=tuple(value.get("counts", ())),
        columns=tuple(value.get("columns", ("id", "title"))),
        unstated=value.get("unstated", ""),
        dated=tuple(value.get("dated", ())),
        series=value.get("series", False),
    )
