"""`qm ref migrate`: what documents cite of one referential becomes what follows it in another.

Everything is planned and read again first; then all the files are written, or none.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from qmtool.actions import stamp
from qmtool.actions.locks import writing
from qmtool.actions.replace import replace_file
from qmtool.errors import Refused, RepositoryError
from qmtool.model.choice import read_choices
from qmtool.model.document import Document, halves
from qmtool.model.migration import (
    Draft,
    Guide,
    Left,
    Listed,
    Manual,
    Migration,
    Reference,
    answer_to,
    becoming,
    between,
    to_create,
)
from qmtool.model.project import Project
from qmtool.model.referential import Meant, Requirement
from qmtool.model.text import Text, listing, say
from qmtool.repository.data_citations import in_kinds, in_settings
from qmtool.repository.git import Repository
from qmtool.repository.load import Snapshot
from qmtool.repository.parse import Parser
from qmtool.repository.record import build
from qmtool.repository.references import Change, listed, rewrite

_BOM = b"\xef\xbb\xbf"
_SHORT = say("a short mark, whose word markers: of qm.yaml explains")


@dataclass(frozen=True)
class Wanted:
    """The two referentials, and what the person chose where the crosswalk leaves a choice."""

    old: str
    new: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rewriting:
    """A file to write: what it must still hold, and what it will."""

    path: str
    before: bytes
    after: bytes


@dataclass(frozen=True)
class Outcome:
    """A migration, the files that it rewrites, and the language of the quality system."""

    migration: Migration
    files: tuple[Rewriting, ...]
    language: str


def migrate(
    repo: Repository, wanted: Wanted, read: Callable[[], Snapshot], *, dry_run: bool = False
) -> Outcome:
    """Rewrite the references that *wanted* asks for; *read* gives the snapshot, once locked."""
    with nullcontext() if dry_run else writing(repo):
        outcome = plan(read(), wanted)
        if not dry_run:
            _write(repo.root, outcome.files)
        return outcome


def plan(snapshot: Snapshot, wanted: Wanted) -> Outcome:
    """Return what migrating the documents of *snapshot* would write, and what it would leave."""
    project, library = snapshot.project, snapshot.library
    crosswalk = between(library.crosswalks, wanted.old, wanted.new)
    old, new = project.referentials[wanted.old], project.referentials[wanted.new]
    guide = Guide(crosswalk, old, new, read_choices(wanted.choices, old, new))
    found = _Findings(snapshot, guide)
    for document in project.documents:
        if found.concerns(document):
            found.take(document)
    found.by_hand.sort(key=lambda one: (one.path, one.line, one.column))
    manual = [*found.by_hand, *in_settings(snapshot, guide), *in_kinds(snapshot, guide)]
    migration = Migration(
        old=old,
        new=new,
        references=tuple(found.references),
        by_hand=tuple(manual),
        drafts=tuple(found.drafts),
        left=tuple(found.left),
        alone=found.alone,
        to_create=tuple(_to_create(project, guide, found.references)),
        notices=tuple(_notices(guide)),
    )
    return Outcome(migration, tuple(found.files), project.settings.language)


@dataclass
class _Findings:
    """What is found in the documents, one after the other."""

    snapshot: Snapshot
    guide: Guide
    references: list[Reference] = field(default_factory=list)
    by_hand: list[Manual] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    files: list[Rewriting] = field(default_factory=list)
    alone: int = 0

    def __post_init__(self) -> None:
        self.project = self.snapshot.project
        self.parser = Parser(self.project.kinds)

    def concerns(self, document: Document) -> bool:
        """Return whether *document* cites the old referential, or may: it cannot be read."""
        return any(fault.rule.startswith("unread") for fault in document.faults) or any(
            one.referential == self.guide.old.identifier for one in document.declarations
        )

    def take(self, document: Document) -> None:
        """Read the file of *document* and note what becomes of its references."""
        path = document.path
        ((_, data, fault),) = self.snapshot.source.read([path])
        if data is None:
            self.left.append(Left(document.name, path, fault and fault.message))
            return
        # A byte order mark is a fault, but hides nothing: it stays where it is.
        plain = data.removeprefix(_BOM)
        fresh = build(path, self.parser.parse(plain), self.project.settings.markers)
        flaw = next((one for one in fresh.faults if one.rule.startswith("unread")), None)
        if flaw:
            why = say("line {line}: {message}", line=flaw.line, message=flaw.message)
            self.left.append(Left(fresh.name, path, why))
            return
        lists = [one for one in listed(plain) if self._cites(one)]
        short = [
            one
            for one in fresh.declarations
            if one.marker and one.referential == self.guide.old.identifier
        ]
        if not (lists or short):
            return  # only its kind says so
        if _is_alone(self.project, fresh):
            self.alone += 1
            return
        for one in short:
            self._manual(path, (one.line, one.column), one.requirement, _SHORT)
        if lists:
            self._rewrite(fresh, lists, data, plain)

    def _cites(self, one: Listed) -> bool:
        return any(halves(entry)[0] == self.guide.old.identifier for entry in one.entries)

    def _manual(self, path: str, place: tuple[int, int], requirement: str, why: Text) -> None:
        written = f"{self.guide.old.identifier}:{requirement}"
        self.by_hand.append(Manual(path, *place, written, why, self.guide.answer(requirement)))

    def _rewrite(
        self, document: Document, lists: Sequence[Listed], data: bytes, plain: bytes
    ) -> None:
        """Note what the references of *lists* become, and the bytes that say so."""
        changes = [(one, becoming(one.entries, self.guide)) for one in lists]
        moved = [change for change in changes if any(map(_moves, change[0].entries, change[1]))]
        try:
            after = self._after(document, plain, moved) if moved else plain
        except Refused as refusal:
            self.left.append(Left(document.name, document.path, refusal.sentence))
            return
        for one, becomes in changes:
            self._note(document, one, becomes)
        if moved:
            bom = data[: len(data) - len(plain)]
            self.files.append(Rewriting(document.path, data, bom + after))

    def _after(self, document: Document, plain: bytes, moved: Sequence[Change]) -> bytes:
        """Return *plain*, the text of *document*, changed; a released one becomes a draft."""
        if not _is_released(self.project, document):
            return rewrite(plain, moved)
        if not document.is_intact():
            raise Refused(
                say(
                    "changed after its release: type qm revise {document}, then migrate again",
                    document=document.name,
                )
            )
        after = stamp.status(rewrite(plain, moved), "draft")
        self.drafts.append(Draft(document.name, document.path, document.version))
        return after

    def _note(self, document: Document, one: Listed, becomes: Sequence[tuple[str, ...]]) -> None:
        """Note what each reference of *one* list becomes."""
        for entry, place, words in zip(one.entries, one.places, becomes, strict=True):
            answer = answer_to(entry, self.guide)
            referential, requirement = halves(entry)
            if answer is not None:
                new = words if _moves(entry, words) else ()
                where = document.name, document.path, *place, one.section
                self.references.append(Reference(*where, requirement, answer, new))
            elif referential == self.guide.old.identifier:
                why = say("{referential} has no such requirement", referential=referential)
                self._manual(document.path, place, requirement, why)


def _moves(entry: str, words: tuple[str, ...]) -> bool:
    """Return whether an *entry* becomes anything but itself."""
    return words != (entry,)


def _is_released(project: Project, document: Document) -> bool:
    """Return whether *document* is a released one; of an unknown kind, it may be."""
    kind = project.kind_of(document)
    return document.status == "released" and (kind is None or kind.controlled)


def _is_alone(project: Project, document: Document) -> bool:
    """Return whether *document* is withdrawn or archived: it says what was."""
    kind = project.kind_of(document)
    if document.status == "withdrawn" and (kind is None or kind.controlled):
        return True
    parts = document.path.split("/")
    archive = project.settings.folders["archive"]
    return len(parts) > 3 and parts[0] == "processes" and parts[2] == archive


def _to_create(
    project: Project, guide: Guide, references: Iterable[Reference]
) -> Iterator[Requirement]:
    """Yield what the new referential asks besides, and no document declares or will."""
    name = guide.new.identifier
    declared = {halves(word)[1] for one in references for word in one.becomes}
    for document in project.documents:
        if _is_alone(project, document):
            continue
        for one in document.declarations:
            if one.referential == name:
                resolved = guide.new.resolve(one.requirement)
                if resolved.meant is Meant.REQUIREMENT:
                    declared.add(resolved.identifier)
    excluded = [one.requirement for one in project.settings.exclusions if one.referential == name]
    yield from to_create(guide, declared, excluded)


def _notices(guide: Guide) -> Iterator[Text]:
    """Yield what a person must know before any of it."""
    old, new = guide.old, guide.new
    if new.identifier != old.superseded_by and old.identifier != new.predecessor:
        yield say(
            "nothing says that {new} replaces {old}: what is rewritten no longer answers {old}",
            new=new.identifier,
            old=old.identifier,
        )


def _write(root: Path, files: Sequence[Rewriting]) -> None:
    """Write *files*, all or none: what was written is put back where one of them fails."""
    try:
        for one in files:
            replace_file(root / one.path, one.before, one.after)
    except BaseException:
        _put_back(root, files)
        raise


def _put_back(root: Path, files: Sequence[Rewriting]) -> None:
    """Give those of *files* that were written what they held before."""
    failed = []
    for one in files:
        try:
            if (root / one.path).read_bytes() == one.after:
                replace_file(root / one.path, one.after, one.before)
        except (OSError, RepositoryError):
            failed.append(one.path)
    if failed:
        raise RepositoryError(
            say(
                "the migration failed, and these files could not be put back: {paths}; "
                "see git diff",
                paths=listing(failed),
            )
        )
