"""What must hold of a document before a decision about it is recorded or its version released."""

from collections.abc import Mapping, Sequence

from qmtool.actions import stamp
from qmtool.actions.preflight import is_clean
from qmtool.errors import Refused, RepositoryError, UsageError
from qmtool.model.diagnostic import Diagnostic, Severity
from qmtool.model.document import Document
from qmtool.model.paths import folder_of, join
from qmtool.model.text import Text, say
from qmtool.model.veil import shown_message, shown_path
from qmtool.model.version import FIRST_RELEASE, Version
from qmtool.repository import git
from qmtool.repository.finding import find
from qmtool.repository.git import Repository
from qmtool.repository.load import Snapshot, load
from qmtool.repository.sources import WorkTree, is_submodule


def find_committed(repo: Repository, snapshot: Snapshot, wanted: str) -> Document:
    """Return the document called *wanted* of a snapshot of the last commit.

    Raise Refused if it is on disk only, UsageError if it is nowhere.
    """
    try:
        return find(snapshot.project, wanted)
    except UsageError:
        on_disk = load(repo, WorkTree(repo), on=snapshot.project.on).project
        try:
            path = find(on_disk, wanted).path
        except UsageError:
            path = ""
        if not path:
            raise
    raise Refused(
        say("{path} is not committed; type: git add {path} && git commit -m …", path=path)
    )


def refuse_submodule(snapshot: Snapshot, document: Document) -> None:
    """Raise RepositoryError if another repository stands where *document* should (B096)."""
    if is_submodule(snapshot.source.entries[document.path]):
        raise RepositoryError(say("{path} is a submodule, not a document", path=document.path))


def next_version(document: Document) -> Version:
    """Return the version that *document* takes when it is released next, or raise Refused."""
    last = document.released_version()
    version = last.next_release() if last else FIRST_RELEASE
    if Version.parse(str(version)) is None:
        raise Refused(
            say(
                "{document} has no version left after {version}",
                document=document.name,
                version=last,
            )
        )
    return version


def refuse_errors(
    document: Document, diagnostics: Mapping[str, Sequence[Diagnostic]], headline: Text
) -> None:
    """Raise Refused, under that *headline*, if an error of *diagnostics* is in *document*."""
    errors = [one for one in diagnostics.get(document.path, ()) if one.severity is Severity.ERROR]
    if errors:
        raise Refused([headline, *map(_line, errors)])


def _line(one: Diagnostic) -> Text:
    return say(
        "{path}:{line}:{column}: {code} {message}",
        path=shown_path(one.location.path),
        line=one.location.line,
        column=one.location.column,
        code=one.code,
        message=shown_message(one.message),
    )


def refuse_published(document: Document) -> None:
    """Raise Refused if *document* is released or withdrawn: there is no draft of it."""
    name = document.name
    if document.status == "released":
        raise Refused(
            say(
                "{document} {version} is released already; to change it, type: qm revise "
                "{document}",
                document=name,
                version=document.version,
            )
        )
    if document.status == "withdrawn":
        raise Refused(
            say("{document} is withdrawn; to use it again: qm reinstate {document}", document=name)
        )


def committed(repo: Repository, snapshot: Snapshot, path: str) -> bytes:
    """Return the committed bytes of *path*, which the disk and the index must agree with."""
    head = snapshot.source.entries[path]
    if head.mode != "100644":
        raise Refused(
            say(
                "{path} is marked as a program; type: chmod -x {path} && git commit -am …",
                path=path,
            )
        )
    index = git.index_entry(repo, path)
    if index is not None and index.flag in "Ss" and git.config(repo, "core.sparseCheckout"):
        raise Refused(
            say("a sparse checkout hides {path}; type: git sparse-checkout disable", path=path)
        )
    if index is not None and index.flag in "Ssh":
        raise Refused(
            say(
                "git does not look at {path}; type: git update-index --no-assume-unchanged "
                "--no-skip-worktree {path}",
                path=path,
            )
        )
    data = git.read_blob(repo, head.oid)
    if data is None or not is_clean(repo, path, head, index, data):
        raise Refused(
            say(
                "{path} has changes that are not committed; type: git commit -m … -- {path}",
                path=path,
            )
        )
    return data


def attachment_sums(repo: Repository, snapshot: Snapshot, document: Document) -> dict[str, str]:
    """Return the SHA-256 of each file that *document* introduces, none if they are written."""
    sums = {}
    for one in document.attachments:
        path = join(folder_of(document.path), one.file)
        entry = snapshot.source.entries.get(path) if path else None
        data = git.read_blob(repo, entry.oid) if entry else None
        if data is None:
            raise Refused(
                say(
                    "{document}: the attachment {file} is not in the last commit",
                    document=document.name,
                    file=one.file,
                )
            )
        sums[one.file] = stamp.file_sum(data)
    written = {one.file: one.sha256 for one in document.attachments}
    return {} if sums == written else sums
