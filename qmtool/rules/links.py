"""Where the links and images of documents lead: read once, for all the rules about links."""

import posixpath
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from functools import cached_property
from typing import NamedTuple
from urllib.parse import unquote

from qmtool.model.advice import short
from qmtool.model.diagnostic import Location
from qmtool.model.document import Document, Link
from qmtool.model.paths import folder_of, join
from qmtool.model.project import Project
from qmtool.model.text import Text, say
from qmtool.rules.engine import once_per_project
from qmtool.rules.scope import RELEASED, WITHDRAWN, controlled_kinds

SCHEMES = ("https", "http", "mailto", "tel")
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)])
MAX_TARGET = 4_000
_DECODINGS = 5


class Place(NamedTuple):
    """Where a target leads: a *path* and *anchor* of the repository, *outside*, or nowhere."""

    path: str = ""
    anchor: str = ""
    outside: bool = False
    refusal: Text | None = None


class State(Enum):
    """What there is to say about a link, apart from nothing."""

    OUTSIDE = "outside"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    FOLDER = "folder"
    NO_ANCHOR = "no anchor"
    WITHDRAWN = "withdrawn"
    DRAFT = "draft"


class Seen(NamedTuple):
    """A link of a document, and where it leads."""

    document: Document
    link: Link
    place: Place


def resolve(folder: str, target: str) -> Place:
    """Return where *target*, as written in a document of *folder*, leads.

    A target is refused when it, or anything that decoding makes of it, is more than a path inside
    the repository or one of the allowed schemes: a browser decodes more than once.
    """
    written, _, anchor = target.partition("#")
    written = written.partition("?")[0]
    if len(written) > MAX_TARGET:
        return Place(refusal=say("it is longer than {limit} characters", limit=MAX_TARGET))
    if _is_plain(written):
        path = join(folder, written)
    else:
        scheme, refusal = _judge(written)
        if refusal is not None or scheme:
            return Place(outside=bool(scheme), refusal=refusal)
        path = join(folder, _plain(written))
        if join(folder, _decoded(written).replace("\\", "/")) is None:
            path = None
    if path is None:
        return Place(refusal=say("it climbs out of the repository"))
    return Place(path, _plain(anchor))


def _is_plain(written: str) -> bool:
    """Return whether *written* can be nothing but a path: no scheme, no host, no codes."""
    return not (
        ":" in written
        or "%" in written
        or "\\" in written
        or written.startswith(("//", " "))
        or not written.isprintable()
    )


def _judge(written: str) -> tuple[str, Text | None]:
    """Return the scheme of a target without anchor, and why it is refused."""
    judged = _decoded(written)
    if judged.replace("\\", "/").startswith("//"):
        return "", say("it names another host without a scheme")
    head, colon, _ = judged.partition("/")[0].partition(":")
    if not colon:
        return "", None
    scheme = head.lower()
    if scheme not in SCHEMES:
        return "", say("it begins with {scheme}:", scheme=short(head))
    if not written.lower().startswith(f"{scheme}:"):
        return "", say("it spells {scheme}: in codes", scheme=scheme)
    return scheme, None


def _plain(text: str) -> str:
    """Return *text* percent-decoded once, as a browser asks for it."""
    return unquote(text) if "%" in text else text


def _decoded(text: str) -> str:
    """Return *text* decoded as often as it can be, without control characters."""
    for _ in range(_DECODINGS):
        plain = _plain(text)
        if not plain.isprintable():
            plain = plain.translate(_CONTROLS)
        plain = plain.strip()
        if plain == text:
            break
        text = plain
    return text


class _Goal(NamedTuple):
    """Where the part of a target before its anchor leads, and what there is to say about it.

    *standing* only matters to a reader who needs what is in force: a released document. Where the
    target *is_gone* to the archive, it matters to drafts as well, which can still be corrected.
    """

    place: Place
    document: Document | None = None
    state: State | None = None
    standing: State | None = None
    is_gone: bool = False


class _Target(NamedTuple):
    """What most links need to know of a document: its anchors, and that it is in order."""

    anchors: frozenset[str]
    is_in_order: bool


_NO_TARGET = _Target(frozenset(), False)


class _Survey:
    """One pass over the links of a project; a target is judged once for each folder."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.controlled = controlled_kinds(project)
        self.plain: dict[str, dict[str, _Target]] = defaultdict(dict)
        self.targets: dict[str, _Target] = {}
        self.folded: dict[str, frozenset[str]] = {}
        self.tops: dict[tuple[str, str], str | None] = {}
        self.goals: dict[tuple[str, str], _Goal] = {}

    def plainly(self, folder: str, written: str) -> _Target:
        """Return the document that *written* names from *folder* without any code."""
        if "%" in written or "?" in written:
            return _NO_TARGET
        head, slash, name = written.rpartition("/")
        key = folder, head
        if key in self.tops:
            top = self.tops[key]
        else:
            top = join(folder, f"{head}{slash}") if _is_plain(head + slash) else None
            top = self.tops[key] = f"{top}/" if top else top
        document = None if top is None else self.project.by_path.get(top + name)
        return self.target(document) if document else _NO_TARGET

    def target(self, document: Document) -> _Target:
        """Return what a link to *document* needs to know of it."""
        found = self.targets.get(document.path)
        if found is None:
            anchors = frozenset(document.anchors)
            found = self.targets[document.path] = _Target(anchors, self.standing(document) is None)
        return found

    def judge(
        self,
        document: Document,
        link: Link,
        written: str,
        has_anchor: bool,
        seen: dict[State, list[Seen]],
    ) -> None:
        """Add what there is to say about *link* of *document* to *seen*."""
        if has_anchor and not written:
            goal = _Goal(Place(document.path), document)
        else:
            goal = self.goal(folder_of(document.path), written)
        anchor = link.target[len(written) + 1 :]
        if goal.document is not None and not self.has_anchor(goal.document, anchor):
            place = goal.place._replace(anchor=_plain(anchor))
            seen[State.NO_ANCHOR].append(Seen(document, link, place))
        if goal.state is not None:
            seen[goal.state].append(Seen(document, link, goal.place))
        elif goal.standing is not None and (document.status == RELEASED or goal.is_gone):
            seen[goal.standing].append(Seen(document, link, goal.place))

    def goal(self, folder: str, written: str) -> _Goal:
        """Return where *written*, a target without its anchor, leads from *folder*."""
        key = folder, written
        if key not in self.goals:
            self.goals[key] = self._goal(folder, written)
        return self.goals[key]

    def _goal(self, folder: str, written: str) -> _Goal:
        place = resolve(folder, written)
        if place.refusal is not None:
            return _Goal(place, state=State.FORBIDDEN)
        if place.outside:
            return _Goal(place, state=State.OUTSIDE)
        if not written.strip():
            return _Goal(place, state=State.MISSING)
        document = self.project.by_path.get(place.path)
        if document is not None:
            return _Goal(place, document, standing=self.standing(document))
        if place.path in self.project.files:
            return _Goal(place)
        if place.path in self.project.folders:
            return _Goal(place, state=State.FOLDER)
        gone = self.withdrawn.get(place.path.rpartition("/")[2])
        if gone is not None:
            place = place._replace(path=gone.path)
            return _Goal(place, gone, standing=State.WITHDRAWN, is_gone=True)
        return _Goal(place, state=State.MISSING)

    @cached_property
    def withdrawn(self) -> Mapping[str, Document | None]:
        """Return the withdrawn documents by file name, None for a name that several have.

        A withdrawal moves the file to the archive: its name is what older links still know.
        """
        found: dict[str, Document | None] = {}
        for document in self.project.documents:
            if self.is_withdrawn(document):
                name = document.path.rpartition("/")[2]
                found[name] = None if name in found else document
        return found

    def is_withdrawn(self, document: Document) -> bool:
        """Return whether *document* is a withdrawn one: its text is as it was, wherever it is."""
        return document.status == WITHDRAWN and document.kind in self.controlled

    def standing(self, document: Document) -> State | None:
        """Return whether *document* is withdrawn, or was never released."""
        if self.is_withdrawn(document):
            return State.WITHDRAWN
        if document.kind in self.controlled and not document.version and not document.releases():
            return State.DRAFT
        return None

    def has_anchor(self, document: Document, anchor: str) -> bool:
        """Return whether *document* has *anchor*; one that could not be read may have it."""
        if not anchor:
            return True
        names = self.target(document).anchors
        if anchor in names or anchor == "top" or not document.digest:
            return True
        if document.path not in self.folded:
            self.folded[document.path] = frozenset(name.casefold() for name in names)
        return _plain(anchor).casefold() in self.folded[document.path]


@once_per_project
def links(project: Project) -> Mapping[State, Sequence[Seen]]:
    """Return the links of *project* that there is something to say about, in order.

    Those of withdrawn documents are left out: their text is kept as it was, in another folder.
    """
    survey = _Survey(project)
    seen: dict[State, list[Seen]] = defaultdict(list)
    for document in project.documents:
        if not document.targets or survey.is_withdrawn(document):
            continue
        folder = folder_of(document.path)
        plain = survey.plain[folder]
        is_released = document.status == RELEASED
        for number, aimed in enumerate(document.targets):
            written, mark, anchor = aimed.partition("#")
            # Nearly all links lead to another document by a plain path: no more is needed.
            target = plain.get(written)
            if target is None and written:
                target = plain[written] = survey.plainly(folder, written)
            if (
                target is not None
                and target is not _NO_TARGET
                and (not anchor or anchor in target.anchors)
                and (target.is_in_order or not is_released)
            ):
                continue
            survey.judge(document, document.links[number], written, bool(mark), seen)
    return seen


@once_per_project
def _files_by_name(project: Project) -> Mapping[str, Sequence[str]]:
    """Return the files of *project* by their names, case ignored."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(project.files):
        found[path.rpartition("/")[2].casefold()].append(path)
    return found


def elsewhere(project: Project, document: Document, path: str) -> str | None:
    """Return how *document* would write a link to the one file called as *path* is, or None."""
    name = path.rpartition("/")[2]
    named = project.by_id.get(name.removesuffix(".md"))
    found = _files_by_name(project).get(name.casefold()) or ([named.path] if named else [])
    if len(found) != 1:
        return None
    return posixpath.relpath(f"/{found[0]}", f"/{folder_of(document.path)}").replace(" ", "%20")


def from_controlled(
    project: Project, state: State
) -> Iterator[tuple[Document, Location, Document]]:
    """Yield the links of controlled documents to documents in *state*: from, where, and to."""
    kinds = controlled_kinds(project)
    for document, link, place in links(project).get(state, ()):
        if document.kind in kinds:
            where = Location(document.path, link.line, link.column)
            yield document, where, project.by_path[place.path]
