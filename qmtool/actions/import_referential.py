"""`qm ref import`: a referential from elsewhere, validated and put under `referentials/`."""

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path

from qmtool.actions import import_source, put_files
from qmtool.actions.import_plan import Import, named, plan
from qmtool.actions.import_source import Order
from qmtool.actions.locks import writing
from qmtool.actions.put_files import CROSSWALKS, TOP
from qmtool.errors import Refused, SettingsError, UsageError
from qmtool.model.diagnostic import Problem
from qmtool.model.label import LANGUAGES
from qmtool.model.referential import TYPES
from qmtool.model.text import listing, say
from qmtool.repository.git import Repository
from qmtool.repository.library import HEAD, Library
from qmtool.repository.load import library_of, settings_of
from qmtool.repository.names import name_faults
from qmtool.repository.soundness import flaws
from qmtool.repository.sources import WorkTree
from qmtool.resources import shipped


def import_referential(repo: Repository, order: Order, *, dry_run: bool = False) -> Import:
    """Import what *order* names, whole or not at all; with *dry_run*, only tell what it gives."""
    data = import_source.read_bytes(order.file)
    _refuse_wishes(order)
    put_files.refuse_links(repo)
    with nullcontext() if dry_run else writing(repo):
        if not dry_run:
            put_files.recover(repo)
        source = WorkTree(repo)
        library = library_of(source)
        order = _with_base(order, library)
        found = import_source.read(order, data, library, settings_of(source).language)
        planned = plan(order, data, found, library)
        _refuse_places(repo, order, planned, library)
        _validate(order, planned, library)
        if not dry_run:
            targets = {target: planned.files_of(target) for target in planned.targets}
            put_files.put(repo, targets, lambda: _refuse_ignored(repo, planned.files))
            library.save()
    return planned


# What is asked.


def _refuse_wishes(order: Order) -> None:
    """Raise UsageError where an option has a value that no referential can have."""
    wish = order.wish
    if wish.identifier:
        named(wish.identifier)
    if wish.language not in ("", *LANGUAGES):
        raise UsageError(say("the language {name} is none of fr, en", name=wish.language))
    if wish.type and wish.type not in TYPES:
        choices = listing(TYPES)
        raise UsageError(
            say("the type {name} is none of {choices}", name=wish.type, choices=choices)
        )


def _with_base(order: Order, library: Library) -> Order:
    """Return *order* with the id of what it completes, unless it gives another one.

    Raise UsageError if there is no such referential, or if it would complete itself.
    """
    base = order.extends
    if not base:
        return order
    library.known(base)
    name = order.wish.identifier or base
    if name == base and not library.is_shipped(base):
        raise UsageError(
            say("{name} cannot complete itself; choose another id with --id", name=base)
        )
    above = (name,) if name == base else ()
    known = frozenset(one["id"] for one in library.sheet(base, above).nodes)
    return order._replace(wish=order.wish._replace(identifier=name, known=known))


# Where it is written.


def _refuse_places(repo: Repository, order: Order, planned: Import, library: Library) -> None:
    """Raise unless every place is free, or may be taken with `--replace`."""
    if planned.name and library.is_shipped(planned.name) and not order.extends:
        raise UsageError(
            say(
                "{name} is shipped with qm; choose another id with --id, or complete it with "
                "--extends {name}",
                name=planned.name,
            )
        )
    for name, faults in name_faults(tuple(planned.files)).items():
        raise UsageError(say("{path}: {message}", path=name, message=faults[0].message))
    for target in planned.targets:
        path = repo.root / target
        is_file = target in planned.files
        if path.is_symlink() or (path.exists() and path.is_file() != is_file):
            raise UsageError(
                say("{path} is not a folder but a link or a file; move it away", path=target)
            )
        is_taken = path.exists() or (is_file and (shipped(TOP).parent / target).exists())
        if is_taken and not order.replace:
            raise Refused(
                say(
                    "{path} exists already; to put the import in its place, add --replace",
                    path=target,
                )
            )
        if path.is_dir():
            _refuse_strangers(path, planned.name, library)


def _refuse_strangers(folder: Path, name: str, library: Library) -> None:
    """Raise Refused if *folder* holds what is no part of the referential that is replaced."""
    known = {HEAD}
    shown = f"{TOP}/{name}/{HEAD}"
    if shown in library.files:
        head = library.data.read(library.read(shown), "referential", shown)
        known |= {*head.get("chapters", ())}
    for entry in sorted(one.name for one in folder.iterdir()):
        if entry not in known:
            path = f"{TOP}/{name}/{entry}"
            raise Refused(say("{path} is no part of the referential; move it away", path=path))


def _refuse_ignored(repo: Repository, files: Iterable[str]) -> None:
    """Raise Refused if Git would not see one of *files*."""
    entries = WorkTree(repo).entries
    for path in files:
        if path not in entries:
            raise Refused(say("Git ignores {path}; change .gitignore first", path=path))


# Whether it is sound.


def _validate(order: Order, planned: Import, library: Library) -> None:
    """Raise UsageError unless the files of *planned* are sound beside those of *library*."""
    kept = {
        path
        for path in library.files
        if not any(path == one or path.startswith(f"{one}/") for one in planned.targets)
    }

    def read(path: str) -> bytes:
        return planned.files[path] if path in planned.files else library.read(path)

    after = Library(library.data, {*kept, *planned.files}, read)
    try:
        message = next(_flaws(order, planned, after), None)
    except SettingsError as error:
        message = error.sentences[0]
    if message is not None:
        raise UsageError(
            say("{path} gives no sound referential: {message}", path=order.file, message=message)
        )


def _flaws(order: Order, planned: Import, after: Library) -> Iterator[object]:
    """Yield what is wrong with the files of *planned* in the library *after* the import."""
    for path, data in planned.files.items():
        if path.startswith(CROSSWALKS):
            after.data.read(data, "crosswalk", path)
    names = [one["from"] for one in planned.found.crosswalks]
    if planned.name:
        names = [planned.name]
        after.referential(planned.name)
        if order.extends:
            yield from _two_meanings(order, planned, after)
    for one in flaws(after, names):
        if isinstance(one, Problem) and one.location.path in planned.files:
            yield one.message


def _two_meanings(order: Order, planned: Import, after: Library) -> Iterator[object]:
    """Yield the ids that are a chapter here and a requirement of the base, or the reverse."""
    above = (planned.name,) if order.extends == planned.name else ()
    base = after.sheet(order.extends, above)
    chapters = {one["id"] for one in base.chapters}
    requirements = {one["id"] for one in base.nodes} - chapters
    for chapter in planned.found.chapters:
        for one in (chapter, *chapter["requirements"]):
            if one["id"] in (requirements if one is chapter else chapters):
                yield say(
                    "{id} is a chapter here or in {base}, and a requirement in the other",
                    id=one["id"],
                    base=order.extends,
                )
