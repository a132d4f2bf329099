"""From a source to the snapshot: the one way in for every command."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from qmtool.errors import RepositoryError, SettingsError
from qmtool.model.advice import nearest
from qmtool.model.applicability import widened
from qmtool.model.calendar import parse_day
from qmtool.model.document import Document
from qmtool.model.kind import Kind
from qmtool.model.project import Project
from qmtool.model.settings import Settings
from qmtool.model.text import listing, say
from qmtool.repository import git
from qmtool.repository.cache import PARTS, SHARED, Cache
from qmtool.repository.data_files import DataFiles, broken
from qmtool.repository.git import Repository
from qmtool.repository.globs import is_document
from qmtool.repository.library import Library
from qmtool.repository.lost_tags import not_here
from qmtool.repository.parsing import Reader
from qmtool.repository.record import Parsed, build
from qmtool.repository.releases import Releases
from qmtool.repository.settings_file import FILE, read_settings, without_file
from qmtool.repository.shelf import NearProject, Shelf
from qmtool.repository.sources import UNREAD, Source, open_source
from qmtool.resources import shipped


@dataclass
class Snapshot:
    """A project, with what a command may need besides: the library and the release tags."""

    project: Project
    library: Library
    releases: Releases
    source: Source


@dataclass(frozen=True)
class _Wish:
    """What a snapshot is wanted for."""

    on: date
    referentials: Iterable[str] = ()
    in_force: bool = False
    crosswalks: bool = False
    only: str = ""
    judged_by: str = ""


def load(
    repo: Repository,
    source: Source,
    *,
    on: date,
    use_cache: bool = True,
    referentials: Iterable[str] = (),
    in_force: bool = False,
    crosswalks: bool = False,
) -> Snapshot:
    """Return the snapshot of *source* on the day *on*.

    *referentials* names those wanted besides the ones that the documents mention. With
    *in_force*, the versions in force that are not the files at hand are read from their tags;
    with *crosswalks*, the relations between referentials are there too.
    """
    return _load(repo, source, _Wish(on, referentials, in_force, crosswalks), use_cache)


def load_judged(
    repo: Repository, source: Source, judged_by: str, *, on: date, use_cache: bool = True
) -> Snapshot:
    """Return the snapshot of *source*, of which another commit is the judge.

    The policy and the settings of the check are those of the commit *judged_by*.
    """
    return _load(repo, source, _Wish(on, judged_by=judged_by), use_cache)


def load_near(
    repo: Repository, source: Source, wanted: str, *, on: date, use_cache: bool = True
) -> Snapshot:
    """Return the snapshot of *source* as seen from the document whose id or path is *wanted*.

    Its project is a `NearProject`: among thousands of documents, it takes a fraction of the time.
    """
    return _load(repo, source, _Wish(on, only=wanted), use_cache)


def load_touched(
    repo: Repository,
    source: Source,
    base: Source,
    paths: Iterable[str],
    *,
    on: date,
    use_cache: bool = True,
) -> Snapshot:
    """Return the snapshot of *source* as seen from *paths*, which changed since *base*.

    Its project is a `NearProject` of the documents that the change concerns, and so is its base.
    Neither the settings nor other data are among *paths*.
    """
    ground = _Ground(repo, source, _Wish(on), use_cache)
    before, after = ground.shelf(base), ground.shelf(source)
    documents = after.touched_by(paths, before)
    project = ground.project(source, documents, partial(NearProject, shelf=after))
    seen = sorted({*paths, *(one.path for one in documents)})
    then = [before.document(path) for path in seen if path in before.by_path]
    known = ground.project(base, then, partial(NearProject, shelf=before))
    ground.save(whole=False)
    return ground.snapshot(replace(project, base=known))


def _load(repo: Repository, source: Source, wish: _Wish, use_cache: bool) -> Snapshot:
    ground = _Ground(repo, source, wish, use_cache)
    shelf = ground.shelf(source)
    documents = shelf.around(wish.only) if wish.only else shelf.all()
    make = partial(NearProject, shelf=shelf) if wish.only else Project
    project = ground.project(source, documents, make)
    if wish.in_force:
        project = replace(project, earlier=_earlier(project, ground.releases))
    ground.save(whole=not wish.only)
    return ground.snapshot(project)


class _Ground:
    """What the documents of *source* are read and judged with."""

    def __init__(self, repo: Repository, source: Source, wish: _Wish, use_cache: bool) -> None:
        self.repo, self.source, self.wish = repo, source, wish
        self.cache = Cache(os.fspath(repo.common_dir), enabled=use_cache, parts=PARTS)
        # What is shipped is the same for every repository of this user.
        self.shared = Cache(SHARED, enabled=use_cache)
        self.data = DataFiles(self.shared)
        self.library = _library(source, self.data)
        self.settings = _settings(source, self.data)
        if wish.judged_by:
            trusted = _settings(open_source(repo, wish.judged_by), self.data)
            self.settings = self.settings.checked_as(trusted)
        _refuse_unknown_words(self.settings, self.library, source, self.data)
        self.releases = Releases(repo, self.cache, self.data)
        self.head = git.resolve_commit(repo, "HEAD")
        policy = self.releases.policy(wish.judged_by or self.head)
        self.policy = policy.policy if policy else self.settings.policy

    def shelf(self, source: Source) -> Shelf:
        """Return the documents of *source*, none of them read."""
        return _shelf(source, self.settings, self.library, self.cache)

    def project(
        self, source: Source, documents: Sequence[Document], make: Callable[..., Project]
    ) -> Project:
        """Return the project of *source* that *make* makes of these *documents*."""
        settings, library = self.settings, self.library
        named = {one.referential for document in documents for one in document.declarations}
        named |= {*settings.adopts, *self.wish.referentials}
        named |= {one.referential for one in settings.exclusions}
        return make(
            on=self.wish.on,
            at=source.label,
            settings=_with_activities(settings, library),
            kinds=library.kinds,
            documents=tuple(documents),
            files=frozenset(source.entries),
            referentials={
                name: library.referential(name) for name in library.referential_ids if name in named
            },
            known_referentials=library.referential_ids,
            crosswalks=library.crosswalks if self.wish.crosswalks else (),
            released=_released(documents, self.releases, source.commit or self.head),
            changed_lines=_changed_lines(documents, library.kinds, self.releases, source),
            policy=self.policy,
            activities={**library.activities, **library.modalities},
            record_classes=library.record_classes,
        glossary=library.own_glossary,
            unread=tuple(
                document.path
                for document in documents
                if any(fault.rule == UNREAD for fault in document.faults)
            ),
        )

    def save(self, *, whole: bool) -> None:
        """Keep what was parsed; *whole* says that nothing else is worth keeping."""
        self.cache.save(whole=whole)
        self.shared.save()

    def snapshot(self, project: Project) -> Snapshot:
        """Return *project* with what a command may need besides."""
        return Snapshot(project, self.library, self.releases, self.source)


def library_of(source: Source, *, use_cache: bool = True) -> Library:
    """Return the kinds, vocabularies and referentials of *source*, and none of its documents."""
    return _library(source, DataFiles(Cache(SHARED, enabled=use_cache)))


def _library(source: Source, data: DataFiles) -> Library:
    """Return the library of *source*; in `qm`'s own checkout, what ships is not a centre's."""
    is_checkout = shipped("referentials").parent == source.repo.root
    files = () if is_checkout else source.entries
    return Library(data, files, lambda path: _must_read(source, path))


def shipped_library(*, use_cache: bool = True) -> Library:
    """Return what is shipped with `qm`, for who asks outside of a repository."""
    return Library(DataFiles(Cache(SHARED, enabled=use_cache)), (), lambda path: b"")


def _released(
    documents: Iterable[Document], releases: Releases, commit: str | None
) -> Mapping[str, tuple[str, ...]]:
    """Return the released versions of each id, as the history of *commit* knows them.

    A document that is a draft here may be released on another branch: its id is not taken twice.
    The history is read only where an id has tags that its document does not know.
    """
    found = releases.by_document
    unknown = {
        document.identifier
        for document in documents
        if document.identifier in found
        and not any(row.version in found[document.identifier] for row in document.history)
    }
    if not unknown or commit is None:
        return found
    ancestors = releases.ancestors(commit)
    kept = dict(found)
    for name in unknown:
        kept[name] = tuple(
            version for version in found[name] if releases.tags[name, version].target in ancestors
        )
    return kept


def _must_read(source: Source, path: str) -> bytes:
    """Return the bytes of the data file at *path*, or raise SettingsError."""
    for _, data, fault in source.read([path]):
        if data is not None:
            return data
        raise SettingsError([say("{path}: {message}", path=path, message=fault and fault.message)])
    raise SettingsError([say("{path}: there is no such file", path=path)])


def _settings(source: Source, data: DataFiles) -> Settings:
    if FILE not in source.entries:
        return without_file()
    return read_settings(_must_read(source, FILE), data)


def _refuse_unknown_words(
    settings: Settings, library: Library, source: Source, data: DataFiles
) -> None:
    """Raise SettingsError if a site names an activity or a device that no vocabulary knows.

    A misspelt one would free the site of the duties that go with it.
    """
    faults = []
    for n, site in enumerate(settings.sites):
        for key, known in (("activities", library.activities), ("modalities", library.modalities)):
            for m, name in enumerate(getattr(site, key)):
                if name not in known:
                    place = data.place(_must_read(source, FILE), ("sites", n, key, m))
                    message = say("{name} is none of the known {key}", name=name, key=key)
                    advice = nearest(name, known) or say("Known: {known}.", known=listing(known))
                    faults.append((*place, message, advice))
    if faults:
        raise broken(FILE, faults)


def settings_of(source: Source) -> Settings:
    """Return the settings of *source*, and read none of its documents."""
    return _settings(source, DataFiles(Cache(SHARED, enabled=True)))


def _with_activities(settings: Settings, library: Library) -> Settings:
    """Return *settings* whose sites also do what their activities are a part of."""
    parents = library.parents_of_activities
    sites = tuple(
        site._replace(activities=widened(site.activities, parents)) for site in settings.sites
    )
    return replace(settings, sites=sites)


def _shelf(source: Source, settings: Settings, library: Library, cache: Cache) -> Shelf:
    """Return the documents of *source*, none of them read."""

    def is_one(path: str) -> bool:
        return is_document(path, settings.documents, settings.ignore)

    def make(path: str, record: Parsed) -> Document:
        return build(path, record, library.kinds, settings.markers)

    return Shelf(source, Reader(source, library.kinds, library.kinds_digest, cache), is_one, make)


def _changed_lines(
    documents: Iterable[Document], kinds: Mapping[str, Kind], releases: Releases, source: Source
) -> dict[str, int]:
    """Return, for released documents whose text changed, the first line that did."""
    changed = [
        document
        for document in documents
        if document.status == "released"
        and document.last_release()
        and not document.is_intact()
        and document.kind in kinds
    ]
    if not changed:
        return {}
    keys = {document.path: (document.identifier, document.version) for document in changed}
    released = releases.blobs(set(keys.values()))
    lines = {}
    for path, data, _ in source.read(list(keys)):
        before = released.get(keys[path])
        if data is not None and before is not None:
            lines[path] = _first_difference(before, data)
    return lines


def _first_difference(before: bytes, after: bytes) -> int:
    old = before.replace(b"\r\n", b"\n").split(b"\n")
    new = after.replace(b"\r\n", b"\n").split(b"\n")
    pairs = zip(old, new, strict=False)
    same = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))
    return min(same + 1, len(new))


def _earlier(project: Project, releases: Releases) -> dict[str, Document]:
    """Return, by path, the version in force of documents whose file at hand is not it."""
    wanted: dict[str, tuple[str, str]] = {}
    for document in project.documents:
        version = version_to_read(project, document)
        if version:
            wanted[document.path] = (document.identifier, version)
    missing = [key for key in wanted.values() if key not in releases.tags]
    if missing:
        raise RepositoryError(not_here(*missing[0]))
    if not wanted:
        return {}
    from qmtool.repository.parse import Parser

    parser = Parser(project.kinds)
    blobs = releases.blobs(set(wanted.values()))
    earlier = {}
    for path, key in wanted.items():
        data = blobs.get(key)
        if data is None:
            raise RepositoryError(
                say(
                    "the text of {document} {version} is missing from this clone; type: git fetch",
                    document=key[0],
                    version=key[1],
                )
            )
        parsed: Any = parser.parse(data)
        earlier[path] = build(path, parsed, project.kinds, project.settings.markers)
    return earlier


def version_to_read(project: Project, document: Document) -> str | None:
    """Return the version in force on the day of *project* if it is not the file at hand."""
    kind = project.kind_of(document)
    if kind is None or not kind.controlled or document.status == "withdrawn":
        return None
    rows = [
        row
        for row in document.releases()
        if (day := parse_day(row.in_force_from)) is not None and day <= project.on
    ]
    if not rows:
        return None
    last = document.last_release()
    at_hand = document.status == "released" and rows[-1] is last and document.is_intact()
    return None if at_hand else rows[-1].version
