"""What the documents of a source are read and judged with: data, settings, releases, policy."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from qmtool.errors import SettingsError
from qmtool.model.advice import nearest
from qmtool.model.document import Document, halves
from qmtool.model.kind import NAMING, Kind
from qmtool.model.project import Project
from qmtool.model.settings import Settings
from qmtool.model.text import listing, say
from qmtool.repository import git
from qmtool.repository.cache import PARTS, SHARED, Cache
from qmtool.repository.data_files import DataFiles, broken
from qmtool.repository.git import Repository
from qmtool.repository.globs import is_document
from qmtool.repository.library import Library
from qmtool.repository.parsing import Reader
from qmtool.repository.record import Parsed, build
from qmtool.repository.releases import Releases
from qmtool.repository.series import kept_series, measured, series_problems
from qmtool.repository.settings_file import FILE, read_settings, without_file
from qmtool.repository.shelf import Shelf
from qmtool.repository.sources import UNREAD, Source, open_source
from qmtool.resources import shipped


@dataclass(frozen=True)
class Wish:
    """What a snapshot is wanted for."""

    on: date
    referentials: Iterable[str] = ()
    in_force: bool = False
    crosswalks: bool = False
    only: str = ""
    judged_by: str = ""


class Ground:
    """What the documents of *source* are read and judged with."""

    def __init__(self, repo: Repository, source: Source, wish: Wish, use_cache: bool) -> None:
        self.repo, self.source, self.wish = repo, source, wish
        self.cache = Cache(os.fspath(repo.common_dir), enabled=use_cache, parts=PARTS)
        # What is shipped is the same for every repository of this user.
        self.shared = Cache(SHARED, enabled=use_cache)
        self.data = DataFiles(self.shared)
        self.library = library_in(source, self.data)
        self.settings = settings_in(source, self.data)
        if wish.judged_by:
            trusted = settings_in(open_source(repo, wish.judged_by), self.data)
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
        series = kept_series(source, documents, library.kinds)
        documents = measured(documents, series, self.wish.on) if series else documents
        named = {one.referential for document in documents for one in document.declarations}
        named |= {one.referential for document in documents for one in document.assessed}
        named |= {*settings.adopts, *self.wish.referentials}
        named |= {one.referential for one in settings.exclusions}
        named |= set(_of_records(documents))
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
            holidays=library.holidays,
            glossary=library.own_glossary,
            problems=series_problems(documents, series),
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


def _of_records(documents: Iterable[Document]) -> Iterator[str]:
    """Yield the referentials that fields of *documents* name."""
    for document in documents:
        for kind_of_field in NAMING:
            for _field, one in document.names.get(kind_of_field, ()):
                yield halves(one)[0]


def library_in(source: Source, data: DataFiles) -> Library:
    """Return the library of *source*; in `qm`'s own checkout, what ships is not a centre's."""
    is_checkout = shipped("referentials").parent == source.repo.root
    files = () if is_checkout else source.entries
    return Library(data, files, lambda path: _must_read(source, path))


def settings_in(source: Source, data: DataFiles) -> Settings:
    """Return the settings of *source*, those of no file where it has none."""
    if FILE not in source.entries:
        return without_file()
    return read_settings(_must_read(source, FILE), data)


def _must_read(source: Source, path: str) -> bytes:
    """Return the bytes of the data file at *path*, or raise SettingsError."""
    for _, data, fault in source.read([path]):
        if data is not None:
            return data
        assert fault is not None  # else there would be data
        if fault.fix is None:
            raise SettingsError([say("{path}: {message}", path=path, message=fault.message)])
        raise SettingsError(
            [say("{path}: {message}. {fix}", path=path, message=fault.message, fix=fault.fix)]
        )
    raise SettingsError([say("{path}: there is no such file", path=path)])


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


def _with_activities(settings: Settings, library: Library) -> Settings:
    """Return *settings* whose sites also do what their activities are a part of."""
    if not any(site.activities for site in settings.sites):
        return settings
    from qmtool.model.applicability import widened  # few commands judge what applies

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
        return build(path, record, settings.markers)

    return Shelf(source, Reader(source, library.kinds, library.kinds_digest, cache), is_one, make)


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
