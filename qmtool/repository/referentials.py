"""From the files of a referential to its value: chapters joined, overlays merged, ids checked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qmtool.model.calendar import parse_day
from qmtool.model.crosswalk import Crosswalk, Kind, Relation
from qmtool.model.label import Label
from qmtool.model.referential import (
    ApplicabilityRule,
    Applies,
    Cycle,
    Event,
    Grade,
    Referential,
    Requirement,
    Statement,
)
from qmtool.model.text import Text, say

Data = Mapping[str, Any]
Complaint = tuple[str, tuple[str | int, ...], Text]
"""A file, the path of a value in it, and what is wrong there."""


@dataclass(frozen=True)
class Sheet:
    """A referential as its files give it: typed, schema-checked data, overlays already merged."""

    head: Data
    chapters: tuple[Data, ...]

    @property
    def nodes(self) -> Iterator[Data]:
        """Yield the chapters and their requirements, in order."""
        for chapter in self.chapters:
            yield chapter
            yield from chapter["requirements"]


def repeated(chapters: Iterable[tuple[str, Data]]) -> Iterator[Complaint]:
    """Yield the ids that stand twice in the chapter files of one folder."""
    seen: dict[str, str] = {}
    for file, chapter in chapters:
        paths: list[tuple[tuple[str | int, ...], str]] = [(("id",), chapter["id"])]
        paths += [
            (("requirements", n, "id"), one["id"]) for n, one in enumerate(chapter["requirements"])
        ]
        for path, identifier in paths:
            if identifier in seen:
                yield (
                    file,
                    path,
                    say(
                        "the id {id} stands twice (first in {file})",
                        id=identifier,
                        file=seen[identifier],
                    ),
                )
            seen.setdefault(identifier, file)


def unsound(sheet: Sheet) -> Iterator[tuple[str, Text]]:
    """Yield the ids of the nodes whose parent is unknown, or is below the node, and why."""
    parents = {
        one["id"]: one.get("parent") or chapter["id"]
        for chapter in sheet.chapters
        for one in chapter["requirements"]
    }
    chapters = {chapter["id"] for chapter in sheet.chapters}
    rooted = set(chapters)
    for identifier, parent in parents.items():
        if parent not in parents and parent not in chapters:
            yield (
                identifier,
                say("{id}: the parent {parent} is not known", id=identifier, parent=parent),
            )
            rooted.add(identifier)
    for identifier in parents:
        chain: dict[str, None] = {}
        one = identifier
        while one not in rooted and one not in chain:
            chain[one] = None
            one = parents[one]
        if one in chain:
            yield identifier, say("{id}: it stands below itself", id=identifier)
        rooted.update(chain)


_OF_THE_BASE = ("copyright", "source", "origin")
"""What a referential says of its own content, and not of what completes it."""


def merged(base: Sheet, over: Sheet, name: str) -> Sheet:
    """Return *base* completed by *over*, requirement by requirement, as the referential *name*.

    What *over* says of a known requirement replaces that part of it only, wherever it stands;
    the rest is added. So an overlay goes on working when its base is upgraded.
    """
    head = {key: value for key, value in over.head.items() if key != "chapters"}
    # Under a name of its own, what is said of the shipped content no longer holds.
    dropped = () if base.head["id"] == name else _OF_THE_BASE
    kept = {key: value for key, value in base.head.items() if key not in dropped}
    joined = {**kept, **_deep(kept, head), "id": name}
    changes = {one["id"]: one for chapter in over.chapters for one in chapter["requirements"]}
    groups = {chapter["id"]: chapter for chapter in over.chapters}
    known = {node["id"] for node in base.nodes}
    chapters = []
    for chapter in base.chapters:
        group = groups.pop(chapter["id"], {})
        lines = [_over(one, changes.get(one["id"], {})) for one in chapter["requirements"]]
        lines += [one for one in group.get("requirements", ()) if one["id"] not in known]
        chapters.append({**_over(chapter, group), "requirements": lines})
    for group in groups.values():
        lines = [one for one in group["requirements"] if one["id"] not in known]
        chapters.append({**group, "requirements": lines})
    return Sheet(joined, tuple(_rooted(chapters)))


def _rooted(chapters: Iterable[Data]) -> Iterator[Data]:
    """Yield *chapters*; a line whose parent its base has no longer stands under its chapter."""
    kept = list(chapters)
    known = {one["id"] for chapter in kept for one in (chapter, *chapter["requirements"])}
    for chapter in kept:
        lines = [
            {key: value for key, value in one.items() if key != "parent" or value in known}
            for one in chapter["requirements"]
        ]
        yield {**chapter, "requirements": lines}


def _over(base: Data, change: Data) -> Data:
    return {**base, **_deep(base, change)} if change else base


def _deep(base: Data, change: Data) -> dict[str, Any]:
    """Return *change* with its texts and groups completed by those of *base*."""
    return {
        key: {**base[key], **value}
        if isinstance(value, dict) and isinstance(base.get(key), dict)
        else value
        for key, value in change.items()
    }


def referential(sheet: Sheet) -> Referential:
    """Return the value of a sound *sheet*."""
    head = sheet.head
    verified_on = parse_day(head["verified_on"])
    assert verified_on is not None
    cycle = head.get("cycle", {})
    return Referential(
        identifier=head["id"],
        type=head["type"],
        title=Label.read(head["title"]),
        completeness=head["completeness"],
        verified_on=verified_on,
        nodes=tuple(_nodes(sheet)),
        mandatory=head.get("mandatory", False),
        issuer=head.get("issuer", ""),
        dates=tuple(Event(one["date"], Label.read(one["what"])) for one in head.get("dates", ())),
        superseded_by=head.get("superseded_by") or "",
        predecessor=head.get("predecessor") or "",
        extends=head.get("extends") or "",
        cycle=Cycle(
            cycle.get("validity_months"),
            cycle.get("check_months"),
            cycle.get("first_months"),
            Label.read(cycle.get("note")),
        ),
        grades=tuple(_grade(one) for one in head.get("grades", ())),
        applies=_applies(head.get("applies", {})),
        scope=Label.read(head.get("scope")),
        concerns=Label.read(head.get("concerns")),
        unit=Label.read(head.get("unit")),
        basis=Label.read(head.get("basis")),
        audited_by=Label.read(head.get("audited_by")),
        evaluates=tuple(head.get("evaluates", ())),
        citation=Label.read(head.get("citation")),
        applicability=tuple(_rule(one) for one in head.get("applicability", ())),
        statements=tuple(_statement(one) for one in head.get("statements", ())),
        copyright=Label.read(head.get("copyright")),
        rated=head.get("rated", True),
        confidence=head.get("confidence", "high"),
        source=head.get("source", ""),
        origin=head.get("origin", {}),
    )


def _grade(one: Data) -> Grade:
    return Grade(
        one["id"],
        Label.read(one["label"]),
        one.get("blocking", False),
        one.get("score"),
        one.get("conforms", False),
    )


def _statement(one: Data) -> Statement:
    return Statement(
        Label.read(one["by"]), Label.read(one["says"]), one.get("date", ""), one.get("source", "")
    )


def _rule(one: Data) -> ApplicabilityRule:
    when = one.get("when", {})
    return ApplicabilityRule(
        level=one["level"],
        why=Label.read(one["why"]),
        applies=_applies(when),
        interventional_from=when.get("interventional_from", 0),
        holds=tuple(when.get("holds", ())),
        by=Label.read(one.get("by")),
        since=one.get("since", ""),
        confidence=one.get("confidence", "high"),
        source=one.get("source", ""),
    )


def _applies(value: Data) -> Applies:
    return Applies(*(tuple(value.get(key, ())) for key in Applies._fields))


def _nodes(sheet: Sheet) -> Iterator[Requirement]:
    for chapter in sheet.chapters:
        yield Requirement(
            chapter["id"],
            _title(chapter),
            asks=Label.read(chapter.get("asks")),
            assessable=False,
            official=chapter.get("official", True),
            citation=Label.read(chapter["citation"]) if "citation" in chapter else None,
        )
        for one in chapter["requirements"]:
            yield Requirement(
                identifier=one["id"],
                title=_title(one),
                parent=one.get("parent") or chapter["id"],
                asks=Label.read(one.get("asks")),
                assessable=one.get("assessable", True),
                official=one.get("official", True),
                reference=one.get("reference", ""),
                described_by=tuple(one.get("described_by", ())),
                proven_by=tuple(one.get("proven_by", ())),
                usual=tuple(one.get("usual", ())),
                fresh_months=one.get("fresh_months"),
                applies=_applies(one.get("applies", {})),
                note=Label.read(one.get("note")),
                confidence=one.get("confidence", "high"),
                source=one.get("source", ""),
            )


def _title(one: Data) -> Label:
    """Return the title of a node; an overlay may name a line that its base has no longer."""
    return Label.read(one.get("title") or one["id"])


def crosswalk(value: Data) -> Crosswalk:
    """Return the crosswalk that a file gives."""
    confidence = value.get("confidence", "medium")
    return Crosswalk(
        source=value["from"],
        target=value["to"],
        relations=tuple(
            Relation(
                source=_ends(one["from"]),
                kind=Kind(one["relation"]),
                target=_ends(one["to"]),
                confidence=one.get("confidence", confidence),
                origin=one.get("source", value.get("source", "")),
                note=Label.read(one.get("note")),
            )
            for one in value["relations"]
        ),
        new=tuple(value.get("new", ())),
        note=Label.read(value.get("note")),
    )


def _ends(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
