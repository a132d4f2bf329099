"""From a source to the snapshot: the one way in for every command."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from qmtool.errors import RepositoryError
from qmtool.model.calendar import parse_day
from qmtool.model.document import Document
from qmtool.model.project import Project
from qmtool.model.settings import Settings
from qmtool.model.text import say
from qmtool.repository.cache import SHARED, Cache
from qmtool.repository.data_files import DataFiles
from qmtool.repository.git import Repository
from qmtool.repository.ground import Ground, Wish, library_in, settings_in
from qmtool.repository.library import Library
from qmtool.repository.record import build
from qmtool.repository.releases import Releases
from qmtool.repository.series import with_documents
from qmtool.repository.shelf import NearProject
from qmtool.repository.sources import Source


@dataclass
class Snapshot:
    """A project, with what a command may need besides: the library and the release tags."""

    project: Project
    library: Library
    releases: Releases
    source: Source


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
    return _load(repo, source, Wish(on, referentials, in_force, crosswalks), use_cache)


def load_past(repo: Repository, source: Source, *, on: date, use_cache: bool = True) -> Snapshot:
    """Return the snapshot of *source*, one of several commits, with the versions in force.

    What the cache holds of the other commits is kept.
    """
    return _load(repo, source, Wish(on, in_force=True), use_cache, alone=False)


def on_another_day(found: Snapshot, on: date) -> Snapshot:
    """Return the snapshot *found*, with the versions in force, as it is on the day *on*."""
    project = replace(found.project, on=on)
    return replace(found, project=replace(project, earlier=_earlier(project, found.releases)))


def load_judged(
    repo: Repository, source: Source, judged_by: str, *, on: date, use_cache: bool = True
) -> Snapshot:
    """Return the snapshot of *source*, of which another commit is the judge.

    The policy and the settings of the check are those of the commit *judged_by*.
    """
    return _load(repo, source, Wish(on, judged_by=judged_by), use_cache)


def load_near(
    repo: Repository, source: Source, wanted: str, *, on: date, use_cache: bool = True
) -> Snapshot:
    """Return the snapshot of *source* as seen from the document whose id or path is *wanted*.

    Its project is a `NearProject`: among thousands of documents, it takes a fraction of the time.
    """
    return _load(repo, source, Wish(on, only=wanted), use_cache)


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
    ground = Ground(repo, source, Wish(on), use_cache)
    before, after = ground.shelf(base), ground.shelf(source)
    paths = with_documents(paths, after.by_path)
    documents = after.touched_by(paths, before)
    project = ground.project(source, documents, partial(NearProject, shelf=after))
    seen = sorted({*paths, *(one.path for one in documents)})
    then = [before.document(path) for path in seen if path in before.by_path]
    known = ground.project(base, then, partial(NearProject, shelf=before))
    ground.save(whole=False)
    return _snapshot(ground, replace(project, base=known))


def _load(
    repo: Repository, source: Source, wish: Wish, use_cache: bool, *, alone: bool = True
) -> Snapshot:
    ground = Ground(repo, source, wish, use_cache)
    shelf = ground.shelf(source)
    documents = shelf.around(wish.only) if wish.only else shelf.all()
    make = partial(NearProject, shelf=shelf) if wish.only else Project
    project = ground.project(source, documents, make)
    if wish.in_force:
        project = replace(project, earlier=_earlier(project, ground.releases))
    ground.save(whole=alone and not wish.only)
    return _snapshot(ground, project)


def _snapshot(ground: Ground, project: Project) -> Snapshot:
    return Snapshot(project, ground.library, ground.releases, ground.source)


def library_of(source: Source, *, use_cache: bool = True) -> Library:
    """Return the kinds, vocabularies and referentials of *source*, and none of its documents."""
    return library_in(source, DataFiles(Cache(SHARED, enabled=use_cache)))


def shipped_library(*, use_cache: bool = True) -> Library:
    """Return what is shipped with `qm`, for who asks outside of a repository."""
    return Library(DataFiles(Cache(SHARED, enabled=use_cache)), (), lambda path: b"")


def settings_of(source: Source) -> Settings:
    """Return the settings of *source*, and read none of its documents."""
    return settings_in(source, DataFiles(Cache(SHARED, enabled=True)))


def _earlier(project: Project, releases: Releases) -> dict[str, Document]:
    """Return, by path, the version in force of documents whose file at hand is not it."""
    wanted: dict[str, tuple[str, str]] = {}
    for document in project.documents:
        version = version_to_read(project, document)
        if version:
            wanted[document.path] = (document.identifier, version)
    missing = [key for key in wanted.values() if key not in releases.tags]
    if missing:
        from qmtool.repository.lost_tags import not_here  # it reads signatures: no other load does

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
        earlier[path] = build(path, parsed, project.settings.markers)
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
    is_last = document.status == "released" and rows[-1] is last and document.is_intact()
    return None if is_last and document.is_readable else rows[-1].version
