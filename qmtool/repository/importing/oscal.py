"""OSCAL catalogs (JSON): groups become chapters, controls and their enhancements requirements."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from qmtool.model.text import Text, listing, say
from qmtool.repository.importing import strict_json
from qmtool.repository.importing.foreign import Part
from qmtool.repository.importing.imported import Imported, Wish
from qmtool.repository.importing.oscal_text import Prose, label
from qmtool.repository.importing.outline import Ids, Line, Tally, chapters, slug

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KINDS = (
    *("profile", "mapping-collection", "component-definition", "system-security-plan"),
    *("assessment-plan", "assessment-results", "plan-of-action-and-milestones"),
)
_WITHDRAWN = "withdrawn"
_AUTHORS = ("creator", "author", "publisher", "prepared-by")
_METADATA = ("title", "version", "published", "last-modified", "rights")
_READ = ("id", "title", "params", "props", "parts", "links", "groups", "controls")


def read(data: bytes, shown: str, wish: Wish) -> Imported:
    """Return the referential that an OSCAL catalog gives.

    A resolved profile is a catalog of its own: it holds the whole of the baseline it is named for.
    """
    root = strict_json.read(data, shown)
    catalog = root.part("catalog")
    if catalog is None:
        raise root.flaw("", _no_catalog(root))
    tally = Tally()
    reader = _Reader(Prose(catalog, tally), tally, wish.language, wish.known)
    reader.groups(catalog, "")
    if not reader.lines:
        raise catalog.flaw("", say("the catalog has no control"))
    reader.prose.count_unused()
    lost = say("notes of chapters")
    result = Imported(renamed=reader.ids.renamed)
    result.head = _head(catalog, wish, tally)
    result.chapters = chapters(reader.lines, reader.ids, tally, lost)
    back = catalog.part("back-matter")
    others = [*catalog.others("uuid", "metadata", "params", "groups", "controls", "back-matter")]
    for key, count in [*others, *(back.others() if back else ())]:
        tally.add(say("{key} of the catalog", key=key), times=count)
    result.left_out = tally.left_out()
    return result


def _no_catalog(root: Part) -> Text:
    kind = next((one for one in _KINDS if one in root.value), "")
    if kind == "profile":
        return say("this is an OSCAL profile: resolve it into a catalog first")
    if kind:
        return say("this is an OSCAL {kind}, not a catalog", kind=kind)
    keys = listing(key for key, _ in root.others()) or "–"
    return say("there is no catalog, only: {keys}", keys=keys)


@dataclass
class _Reader:
    """The lines read so far of a catalog."""

    prose: Prose
    tally: Tally
    language: str
    known: frozenset[str]
    ids: Ids = field(default_factory=Ids)
    lines: list[Line] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def groups(self, above: Part, parent: str) -> None:
        """Read the groups and controls right under *above*, whose line is *parent*."""
        for group in above.parts("groups"):
            number = self._number(group, is_group=True)
            title, completes = self._title(group, number), number in self.known
            line = Line(number, title, parent, assessable=False, completes=completes)
            self.lines.append(line)
            self._count(group, number, "parts")
            self.groups(group, number)
        for control in above.parts("controls"):
            self._control(control, parent)

    def _control(self, control: Part, parent: str) -> None:
        if _is_withdrawn(control):
            self.tally.add(say("withdrawn controls"), label(control) or control.need("id"))
        else:
            number = self._number(control)
            asks = self._text(control, "statement")
            note = self._text(control, "guidance")
            title = self._title(control, number)
            completes = number in self.known
            self.lines.append(Line(number, title, parent, asks, note, completes=completes))
            self._count(control, number)
            parent = number
        self.groups(control, parent)

    def _number(self, one: Part, *, is_group: bool = False) -> str:
        """Return the id of a group or control: its plain label, else the id that OSCAL gives it."""
        name = one.text("id") if is_group else one.need("id")
        written = label(one) or name or one.need("title")
        for text in (written, name):
            if text and text in self.seen:
                raise one.flaw("id", say("the requirement {id} stands twice", id=text))
        self.seen |= {name, written}
        if written != name and name:
            self.tally.add(say("ids of OSCAL, where a line has a label"), name)
        return self.ids.number(written, name)

    def _title(self, one: Part, number: str) -> dict[str, str]:
        title = self.prose.filled(one.text("title"))
        if not title and number in self.known:
            return {}
        return {self.language: title or number}

    def _text(self, control: Part, name: str) -> dict[str, str]:
        text = "\n".join(
            line
            for part in control.parts("parts")
            if part.text("name") == name
            for line in self.prose.lines(part)
        )
        return {self.language: text} if text else {}

    def _count(self, one: Part, number: str, *more: str) -> None:
        """Count what a group or control says that has no place."""
        read = () if more else ("statement", "guidance")
        for part in one.parts("parts"):
            if part.text("name") in read:
                self.prose.count_within(part, number)
            else:
                for inner in _all_parts(part):
                    self.tally.add(say("parts named {name}", name=inner.text("name")), number)
        self.prose.count_props_and_links(one, number)
        for key, count in one.others(*_READ):
            self.tally.add(say("{key} of controls and groups", key=key), number, count)


def _is_withdrawn(control: Part) -> bool:
    return any(
        prop.text("name") == "status" and prop.text("value").lower() == _WITHDRAWN
        for prop in control.parts("props")
    )


def _all_parts(part: Part) -> Iterator[Part]:
    yield part
    for inner in part.parts("parts"):
        yield from _all_parts(inner)


def _head(catalog: Part, wish: Wish, tally: Tally) -> dict[str, Any]:
    """Return the head of the referential, from the metadata of *catalog*."""
    metadata = catalog.part("metadata")
    if metadata is None:
        raise catalog.flaw("", say("{key} is missing", key="metadata"))
    title = metadata.need("title")
    rights = metadata.text("rights") or metadata.text("remarks")
    for key, count in metadata.others(*_METADATA):
        if key == "remarks" and rights == metadata.text(key):
            continue
        tally.add(say("{key} of the catalog", key=key), times=count)
    return {
        "id": wish.identifier or slug(title),
        "type": "standard",
        "title": {wish.language: title},
        "issuer": _issuer(metadata),
        "dates": _dates(metadata),
        "completeness": "full",
        "copyright": {wish.language: rights} if rights else {},
        "source": " ".join(filter(None, ["OSCAL catalog", catalog.text("uuid")])),
        "origin": {
            "format": "OSCAL",
            "version": metadata.text("version"),
            "licence": rights,
        },
    }


def _dates(metadata: Part) -> list[dict[str, Any]]:
    """Return when the catalog was published and last changed, in order."""
    found = []
    for key, what in (
        ("published", {"fr": "publication", "en": "publication"}),
        ("last-modified", {"fr": "dernière modification du catalogue", "en": "last change"}),
    ):
        day = _DAY.match(metadata.text(key))
        if day:
            found.append({"date": day[0], "what": what})
    return sorted(found, key=lambda one: str(one["date"]))


def _issuer(metadata: Part) -> str:
    """Return the name of the party that is responsible as the author, or of the only one."""
    names = {one.text("uuid"): one.text("name") for one in metadata.parts("parties")}
    for one in metadata.parts("responsible-parties"):
        if one.text("role-id") in _AUTHORS:
            found = [names[party] for party in one.texts("party-uuids") if names.get(party)]
            return ", ".join(found)
    return next(iter(names.values())) if len(names) == 1 else ""
