"""Where the links and images of documents lead: read once, for all the rules about links."""

import posixpath
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from operator import contains
from typing import NamedTuple

from qmtool.model.calendar import parse_day
from qmtool.model.diagnostic import Location
from qmtool.model.document import Document, HistoryRow
from qmtool.model.outline import Link
from qmtool.model.paths import folder_of
from qmtool.model.project import Project
from qmtool.model.targets import NOWHERE, Place, decoded, resolve, spells_itself, top
from qmtool.rules.engine import once_per_project
from qmtool.rules.scope import RELEASED, WITHDRAWN, controlled_kinds


class State(Enum):
    """What there is to say about a link, apart from nothing."""

    REMOTE_IMAGE = "remote image"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    FOLDER = "folder"
    NO_ANCHOR = "no anchor"
    WITHDRAWN = "withdrawn"
    DRAFT = "draft"
    SUSPECT = "suspect"


class Seen(NamedTuple):
    """A link of a document, and where it leads."""

    document: Document
    link: Link
    place: Place


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


@dataclass(eq=False, slots=True)
class _Target:
    """What most links need to know of the file at *path*: its anchors, and that it is in order.

    *changed* is the day of its last version if that is not its first, else the empty text.
    """

    path: str
    anchor_lines: str = ""
    is_in_order: bool = True
    changed: str = ""


_FOR_EVER = "9999-12-31"


class _Known:
    """What a link must know of the documents of a project."""

    def __init__(self, project: Project) -> None:
        self.controlled = controlled_kinds(project)

    def standing(self, document: Document) -> State | None:
        """Return whether *document* is withdrawn, or was never released."""
        if document.kind not in self.controlled:
            return None
        if document.status == WITHDRAWN:
            return State.WITHDRAWN
        if not document.version and not document.releases():
            return State.DRAFT
        return None

    def changed(self, document: Document) -> str:
        """Return the day of the last version of *document*, empty if that is its first."""
        if document.kind not in self.controlled or document.status == WITHDRAWN:
            return ""
        _, *later = document.releases() or ("",)
        return _day_of(later[-1]) if later else ""


class _Below(dict[str, Mapping[str, _Target]]):
    """What plain paths from a folder lead to, by the folder with its `/`; worked out when asked."""

    def __init__(self, project: Project, known: _Known) -> None:
        files = project.files - project.by_path.keys()
        found = [_Target(path) for path in files]
        found += [
            _Target(
                document.path,
                document.anchor_lines,
                known.standing(document) is None,
                known.changed(document),
            )
            for document in project.documents
        ]
        self[""] = {target.path: target for target in found if spells_itself(target.path)}
        self[NOWHERE] = {}

    def __missing__(self, folder: str) -> Mapping[str, _Target]:
        """Work out what is below *folder*."""
        cut = len(folder)
        below = {path[cut:]: one for path, one in self[""].items() if path.startswith(folder)}
        self[folder] = below
        return below


class _Survey:
    """One pass over the links of a project; a target is judged once for each folder."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.known = _Known(project)
        self.anchors: dict[str, frozenset[str]] = {}
        self.folded: dict[str, frozenset[str]] = {}
        self.goals: dict[tuple[str, str], _Goal] = {}

    def is_suspect(self, document: Document, target: Document) -> bool:
        """Return whether *target* has another version than when *document* was last confirmed."""
        if document is target or document.kind not in self.known.controlled:
            return False
        known = _confirmed(document)
        changed = self.known.changed(target)
        return known < changed and _day_of(target.releases()[0]) <= known

    def aims(self) -> set[str]:
        """Return the paths of the documents that the links that were judged lead to."""
        return {goal.document.path for goal in self.goals.values() if goal.document is not None}

    def judge(self, document: Document, link: Link, seen: dict[State, list[Seen]]) -> None:
        """Add what there is to say about *link* of *document* to *seen*."""
        written, mark, anchor = link.target.partition("#")
        if mark and not written:
            goal = _Goal(Place(document.path), document)
        else:
            goal = self.goal(folder_of(document.path), written)
        if goal.document is not None and not self.has_anchor(goal.document, anchor):
            place = goal.place._replace(anchor=decoded(anchor))
            seen[State.NO_ANCHOR].append(Seen(document, link, place))
        if goal.place.outside and link.is_image:
            seen[State.REMOTE_IMAGE].append(Seen(document, link, goal.place))
        elif goal.state is not None:
            seen[goal.state].append(Seen(document, link, goal.place))
        elif goal.standing is not None and (document.status == RELEASED or goal.is_gone):
            seen[goal.standing].append(Seen(document, link, goal.place))
        elif goal.document is not None and self.is_suspect(document, goal.document):
            seen[State.SUSPECT].append(Seen(document, link, goal.place))

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
            return _Goal(place)
        if not written.strip():
            return _Goal(place, state=State.MISSING)
        document = self.project.by_path.get(place.path)
        if document is not None:
            return _Goal(place, document, standing=self.known.standing(document))
        if place.path in self.project.files:
            return _Goal(place)
        if place.path in self.project.folders:
            return _Goal(place, state=State.FOLDER)
        gone = self.withdrawn(place.path.rpartition("/")[2])
        if gone is not None:
            place = place._replace(path=gone.path)
            return _Goal(place, gone, standing=State.WITHDRAWN, is_gone=True)
        return _Goal(place, state=State.MISSING)

    def withdrawn(self, name: str) -> Document | None:
        """Return the withdrawn document whose file is called *name*, None where several are.

        A withdrawal moves the file to the archive: its name is what older links still know.
        """
        paths = _files_by_name(self.project).get(name.casefold(), ())
        same = (self.project.by_path.get(path) for path in paths if f"/{path}".endswith(f"/{name}"))
        found = [document for document in same if document and self.is_withdrawn(document)]
        return found[0] if len(found) == 1 else None

    def is_withdrawn(self, document: Document) -> bool:
        """Return whether *document* is a withdrawn one: its text is as it was, wherever it is."""
        return document.status == WITHDRAWN and document.kind in self.known.controlled

    def has_anchor(self, document: Document, anchor: str) -> bool:
        """Return whether *document* has *anchor*; one that could not be read may have it."""
        if not anchor:
            return True
        path = document.path
        if path not in self.anchors:
            self.anchors[path] = frozenset(document.anchors)
        if anchor in self.anchors[path] or anchor == "top" or not document.digest:
            return True
        if path not in self.folded:
            self.folded[path] = frozenset(name.casefold() for name in self.anchors[path])
        return decoded(anchor).casefold() in self.folded[path]


def _confirmed(document: Document) -> str:
    """Return the day on which the text of *document* was last read and held to be right.

    That is the day of its last version or review; a draft is still being read, at any time.
    """
    if document.status != RELEASED:
        return _FOR_EVER
    last = document.last_release()
    day = _day_of(last) if last else ""
    return max([day, *(_day(row.reviewed) for row in document.history)]) if day else _FOR_EVER


def _day_of(row: HistoryRow) -> str:
    """Return the day of a version, empty if an adoption did not find it."""
    return _day(row.date) or _day(row.effective)


@lru_cache(maxsize=4096)
def _day(text: str) -> str:
    """Return *text* if it is a day; a project repeats few of them very often."""
    return text if parse_day(text) else ""


class _Surveyed(NamedTuple):
    """A finished survey: what there is to say about links, and the paths that any leads to."""

    survey: _Survey
    seen: Mapping[State, Sequence[Seen]]
    linked: Set[str]


@once_per_project
def _surveyed(project: Project) -> _Surveyed:
    """Return the links of *project* that there is something to say about, and what led to them.

    Those of withdrawn documents are left out: their text is kept as it was, in another folder.
    """
    survey = _Survey(project)
    # Of a few documents, judging each link costs less than to know what all links may spell.
    below = _Below(project, survey.known) if project.is_whole else None
    linked = set[_Target]()
    seen: dict[State, list[Seen]] = defaultdict(list)
    for document in project.documents:
        if not document.aims or survey.is_withdrawn(document):
            continue
        # Nearly all links lead to another document by a plain path: no more is needed.
        found = _plainly(document, below) if below is not None else None
        if found is not None and _are_fit(found, document):
            linked.update(found)
        else:
            for link in document.links:
                survey.judge(document, link, seen)
    documents = {target.path for target in linked} & project.by_path.keys()
    return _Surveyed(survey, seen, documents | survey.aims())


def _plainly(document: Document, below: _Below) -> list[_Target] | None:
    """Return where the links of *document* lead, None where one is no plain path and anchor."""
    found: list[_Target] = []
    folder = folder_of(document.path)
    for up, (paths, anchors) in document.aims.items():
        targets = [*map(below[top(folder, up)].get, paths.split("\n"))]
        known = [target for target in targets if target]
        texts = [target.anchor_lines for target in known]
        if len(known) < len(targets) or not all(map(contains, texts, anchors.split("\0"))):
            return None
        found += known
    return found


def _are_fit(targets: Sequence[_Target], document: Document) -> bool:
    """Return whether *document* may lead to *targets* as it stands: a draft may to any."""
    if document.status != RELEASED:
        return True
    confirmed = _confirmed(document)
    return all(target.is_in_order and target.changed <= confirmed for target in targets)


def links(project: Project) -> Mapping[State, Sequence[Seen]]:
    """Return the links of *project* that there is something to say about, in order."""
    return _surveyed(project).seen


def linked(project: Project) -> Set[str]:
    """Return the paths of the documents that others link to, but for withdrawn ones."""
    return _surveyed(project).linked


def documents_linked_from(project: Project, document: Document) -> Iterator[Document]:
    """Yield the documents that *document* links to, one for each link."""
    survey, folder = _surveyed(project).survey, folder_of(document.path)
    for aimed in document.targets:
        goal = survey.goal(folder, aimed.partition("#")[0]).document
        if goal is not None:
            yield goal


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
