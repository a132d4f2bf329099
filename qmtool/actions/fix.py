"""`qm check --fix`: mend what is safe to mend, in the files of the work tree and nowhere else.

A plan is made in memory: the edits that the rules give are put in, and the project is judged again
as if they were on the disk, until nothing more comes of it. Only then is anything written.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from qmtool.actions.fix_text import mended
from qmtool.actions.placing import is_archived
from qmtool.actions.working_files import replace_plain
from qmtool.errors import RepositoryError
from qmtool.model.diagnostic import Diagnostic, Fault
from qmtool.model.document import Document
from qmtool.model.kind import OWNED_KEYS
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.repository.cache import Stat
from qmtool.repository.git import Repository
from qmtool.repository.sources import WorkTree

MAX_ROUNDS = 10
"""How often one mend may lead to the next: a key gets its name, then its value gets quotes."""

_UNCERTAIN = frozenset(
    {"merge-conflict", "missing-front-matter", "unreadable-front-matter", "unread-file"}
)
"""What makes it uncertain which document a file is, or in which state."""

Judge = Callable[["Intended"], tuple[Project, Sequence[Diagnostic]]]
"""What is wrong with a source, as far as it is wanted."""


@dataclass
class Intended(WorkTree):
    """The files on disk, those of *texts* as they are to become."""

    texts: dict[str, bytes] = field(default_factory=dict)

    def stat(self, path: str) -> Stat | None:
        """Return the stat data of a file that is as it was."""
        return None if path in self.texts else super().stat(path)

    def read(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | None, Fault | None]]:
        """Yield each path with its bytes, or with the fault that keeps it from being read."""
        for path in paths:
            if path in self.texts:
                yield path, self.texts[path], None
            else:
                yield from super().read([path])


@dataclass
class FileFix:
    """A file *before* and *after*, and the diagnostics that this mends."""

    path: str
    before: bytes
    after: bytes
    mends: list[Diagnostic] = field(default_factory=list)


@dataclass(frozen=True)
class FixPlan:
    """What would be mended, by path, in *project*; *first* are the diagnostics before.

    *held* is how many could be mended if their documents were drafts.
    """

    project: Project
    first: Sequence[Diagnostic]
    files: Sequence[FileFix]
    held: int

    @property
    def count(self) -> int:
        """Return how many diagnostics are mended."""
        return sum(len(one.mends) for one in self.files)


def plan(repo: Repository, judge: Judge) -> FixPlan:
    """Return what can be mended of what *judge* finds, and write nothing."""
    source = Intended(repo)
    project, first = judge(source)
    files: dict[str, FileFix] = {}
    found, now = first, project
    for _ in range(MAX_ROUNDS):
        if not _round(source, now, found, files):
            break
        now, found = judge(source)
    held = [one for one in found if one.edit and not _may_mend_at(now, one)]
    kept = [one for _, one in sorted(files.items()) if one.after != one.before]
    return FixPlan(project, first, kept, len(held))


def _round(
    source: Intended, project: Project, found: Sequence[Diagnostic], files: dict[str, FileFix]
) -> bool:
    """Put the edits of *found* into *source* and *files*; return whether anything changed."""
    wanted: dict[str, list[Diagnostic]] = defaultdict(list)
    for one in found:
        if one.edit and _may_mend_at(project, one):
            wanted[one.location.path].append(one)
    changed = False
    for path, data, _ in list(source.read(wanted)):
        if data is None:
            continue
        after, done = mended(data, [one.edit for one in wanted[path] if one.edit])
        if after != data:
            file = files.setdefault(path, FileFix(path, data, after))
            file.after = source.texts[path] = after
            file.mends += [one for one in wanted[path] if one.edit in done]
            changed = True
    return changed


def _may_mend_at(project: Project, one: Diagnostic) -> bool:
    document = project.by_path.get(one.location.path)
    return document is not None and may_mend(project, document)


def may_mend(project: Project, document: Document) -> bool:
    """Return whether *document* may be changed by a program: a draft, or a record that is open.

    Somebody answers for the text of any other one: who released it, or reads it for approval.
    """
    kind = project.kind_of(document)
    if kind is None or not document.digest or is_archived(project, document.path):
        return False
    if any(fault.rule in _UNCERTAIN for fault in document.faults) or _is_miswritten(document):
        return False
    if not kind.controlled:
        return document.status not in kind.final
    if document.status:
        return document.status == "draft"
    return not document.history and document.identifier not in project.released


def _is_miswritten(document: Document) -> bool:
    """Return whether a key that `qm` writes is there in another case: what it says is not known."""
    keys = document.key_places
    return any(key.casefold() in OWNED_KEYS and key not in OWNED_KEYS for key in keys)


def apply(repo: Repository, wanted: FixPlan) -> list[str]:
    """Write the files of *wanted*, and return the paths of those that were edited meanwhile.

    Each is written whole or not at all, and only if it still is what the plan was made of.
    """
    left_alone = []
    for number, one in enumerate(wanted.files):
        try:
            if not replace_plain(repo.root, one.path, one.before, one.after):
                left_alone.append(one.path)
        except OSError as error:
            raise RepositoryError(
                say(
                    "{path} cannot be written ({error}); of {total} files, {count} are mended",
                    path=one.path,
                    error=error.strerror,
                    total=len(wanted.files),
                    count=number - len(left_alone),
                )
            ) from error
    return left_alone
