"""Kinds, vocabularies and referentials: those shipped with `qm`, and those of the centre."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from qmtool.errors import SettingsError
from qmtool.model.calendar import parse_day
from qmtool.model.kind import Kind
from qmtool.model.label import Label
from qmtool.model.referential import Referential, Requirement
from qmtool.model.text import Text, say
from qmtool.repository.cache import Cache
from qmtool.repository.data_files import DataFiles, broken
from qmtool.resources import shipped

Read = Callable[[str], bytes]


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
        found = {
            path.name: (str(path), True)
            for path in sorted(shipped(top).iterdir())
            if not path.name.startswith("_") and (path / marker).is_file()
        }
        for path in sorted(self.files):
            parts = path.split("/")
            if len(parts) == 3 and (parts[0], parts[2]) == (top, marker) and parts[1][0] != "_":
                found[parts[1]] = (f"{top}/{parts[1]}", False)
        return found

    def _bytes(self, folder: str, name: str, is_shipped: bool) -> bytes:
        if is_shipped:
            return (Path(folder) / name).read_bytes()
        path = f"{folder}/{name}"
        if path not in self.files:
            raise SettingsError([say("{path}: there is no such file", path=path)])
        return self.read(path)

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """Return the kinds by name; one of the centre replaces a shipped one."""
        found = {}
        for name, (folder, is_shipped) in self._folders("templates", "kind.yaml").items():
            data = self._bytes(folder, "kind.yaml", is_shipped)
            shown = f"templates/{name}/kind.yaml"
            found[name] = _kind(name, self.data.read(data, "kind", shown), shown)
        return found

    @cached_property
    def kinds_digest(self) -> str:
        """Return a text that changes whenever what kinds ask of front matter changes."""
        return repr(sorted((name, kind) for name, kind in self.kinds.items()))

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

    @cached_property
    def referential_ids(self) -> tuple[str, ...]:
        """Return the ids of the known referentials, sorted."""
        return tuple(sorted(self._folders("referentials", "referential.yaml")))

    def referential(self, name: str) -> Referential:
        """Return the referential called *name*, which must be one of `referential_ids`."""
        folder, is_shipped = self._folders("referentials", "referential.yaml")[name]
        shown = f"referentials/{name}"
        head = self.data.read(
            self._bytes(folder, "referential.yaml", is_shipped),
            "referential",
            f"{shown}/referential.yaml",
        )
        if head["id"] != name:
            message = say("the id {id} is not that of the folder, {name}", id=head["id"], name=name)
            raise broken(f"{shown}/referential.yaml", [(1, 1, message, None)])
        chapters = [
            (
                file,
                self.data.read(self._bytes(folder, file, is_shipped), "chapter", f"{shown}/{file}"),
            )
            for file in head["chapters"]
        ]
        return _referential(head, chapters, shown)

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
    def record_classes(self) -> frozenset[str]:
        """Return the evidence classes that are dated proof."""
        return frozenset(
            name for name, one in self._vocabulary("evidence") if one["record"] == "true"
        )

    def _vocabulary(self, name: str) -> Iterator[tuple[str, Any]]:
        path = shipped("templates") / f"_vocabulary/{name}.yaml"
        yield from self.data.read_plain(path.read_bytes()).items()


def _utf8(data: bytes, shown: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise SettingsError([say("{path}: the file is not UTF-8", path=shown)]) from error


def read_shipped(top: str, name: str) -> dict[str, Any]:
    """Return the plain data of a shipped YAML file, all scalars as texts."""
    files = DataFiles(Cache("shipped", enabled=False))
    data: dict[str, Any] = files.read_plain((shipped(top) / name).read_bytes())
    return data


def _kind(name: str, value: Mapping[str, Any], shown: str) -> Kind:
    states = tuple(value.get("states", ()))
    unknown: list[Text] = [
        say("counts: the state {state} is not one of the kind", state=state)
        for state in value.get("counts", ())
        if state not in states
    ]
    if unknown:
        raise broken(shown, [(1, 1, message, None) for message in unknown])
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
        states=states,
        counts=tuple(value.get("counts", ())),
    )


def _referential(
    head: Mapping[str, Any], chapters: list[tuple[str, Mapping[str, Any]]], shown: str
) -> Referential:
    nodes: dict[str, Requirement] = {}
    for file, chapter in chapters:
        group = Requirement(chapter["id"], Label.read(chapter["title"]), assessable=False)
        found = [group, *(_requirement(one, group) for one in chapter["requirements"])]
        for node in found:
            if node.identifier in nodes:
                message = say("the id {id} stands twice", id=node.identifier)
                raise broken(f"{shown}/{file}", [(1, 1, message, None)])
            nodes[node.identifier] = node
    for node in nodes.values():
        if node.parent and node.parent not in nodes:
            message = say(
                "{id}: the parent {parent} is not known", id=node.identifier, parent=node.parent
            )
            raise broken(f"{shown}/referential.yaml", [(1, 1, message, None)])
    verified_on = parse_day(head["verified_on"])
    assert verified_on is not None
    return Referential(
        identifier=head["id"],
        type=head["type"],
        title=Label.read(head["title"]),
        completeness=head["completeness"],
        verified_on=verified_on,
        nodes=tuple(nodes.values()),
        mandatory=head.get("mandatory", False),
        issuer=head.get("issuer", ""),
        superseded_by=head.get("superseded_by") or "",
        source=head.get("source", ""),
        copyright=Label.read(head.get("copyright")),
        activities=tuple(head.get("applies", {}).get("activities", ())),
        grades={grade["id"]: grade.get("blocking", False) for grade in head.get("grades", ())},
    )


def _requirement(one: Mapping[str, Any], chapter: Requirement) -> Requirement:
    return Requirement(
        identifier=one["id"],
        title=Label.read(one["title"]),
        parent=one.get("parent") or chapter.identifier,
        asks=Label.read(one.get("asks")),
        assessable=one.get("assessable", True),
        official=one.get("official", True),
        described_by=tuple(one.get("described_by", ())),
        proven_by=tuple(one.get("proven_by", ())),
        usual=tuple(one.get("usual", ())),
        fresh_months=one.get("fresh_months"),
        activities=tuple(one.get("applies", {}).get("activities", ())),
        confidence=one.get("confidence", "high"),
        source=one.get("source", ""),
    )
