"""From a change to its snapshot, which knows what the change started from."""

from collections.abc import Mapping, Set
from dataclasses import replace
from datetime import date

from qmtool.errors import RepositoryError, SettingsError, UsageError
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.repository import git
from qmtool.repository.git import Repository
from qmtool.repository.globs import is_document
from qmtool.repository.load import Snapshot, load, load_judged, load_touched
from qmtool.repository.record import build
from qmtool.repository.settings_file import FILE
from qmtool.repository.sources import BlobSource, Source, open_source


def load_change(
    repo: Repository, source: Source, into: str, *, on: date, use_cache: bool = True
) -> Snapshot:
    """Return the snapshot of *source*, a change that is to be merged *into* that revision.

    The policy and the settings of the check come from there: a change does not judge itself. What
    others merged meanwhile is not a part of the change, which started from the last common commit.
    """
    tip = git.resolve_commit(repo, into)
    if tip is None and repo.shallow:
        raise _cut_off(into)
    if tip is None:
        raise UsageError(
            say(
                "{revision} names no commit here; try origin/main, or type: git fetch",
                revision=into,
            )
        )
    head = source.commit or git.resolve_commit(repo, "HEAD") or tip
    start = git.merge_base(repo, tip, head) or tip
    if repo.shallow and start == tip != head and not git.is_ancestor(repo, tip, head):
        raise _cut_off(into)  # the last common commit is not here: all would seem to be changed
    if FILE not in source.entries and FILE in git.tree_entries(repo, tip):
        raise SettingsError(
            say(
                "this change removes qm.yaml, without which nothing can be checked or released; "
                "bring it back: git checkout {revision} -- qm.yaml",
                revision=into,
            )
        )
    after = load_judged(repo, source, tip, on=on, use_cache=use_cache)
    before = load_judged(repo, open_source(repo, start), tip, on=on, use_cache=use_cache)
    after.project = replace(after.project, base=before.project)
    taken = _taken(repo, start, tip, after.project)
    after.project = replace(after.project, taken=taken)
    return after


def _cut_off(revision: str) -> RepositoryError:
    return RepositoryError(
        say(
            "this clone holds only the end of the history (a shallow clone): it does not reach "
            "{revision}. Type: git fetch --unshallow; in a CI service, ask for all of it "
            "(fetch-depth: 0 on GitHub and Forgejo, GIT_DEPTH: 0 on GitLab)",
            revision=revision,
        )
    )


def load_staged(repo: Repository, *, on: date, use_cache: bool = True) -> tuple[Snapshot, Set[str]]:
    """Return the snapshot of what is staged, and the paths that the next commit will change.

    It knows HEAD as its base. Where only documents and plain files change, it is that of the
    documents that they concern: among thousands, it takes a fraction of the time.
    """
    index, head = BlobSource(repo, "index"), git.resolve_commit(repo, "HEAD")
    if head is None:
        return load(repo, index, on=on, use_cache=use_cache), frozenset(index.entries)
    before, changed = git.entries_before(repo, index.entries, head)
    last, paths = BlobSource(repo, head, head, before), frozenset(changed)
    if any(map(_is_data, paths)):
        return load_change(repo, index, head, on=on, use_cache=use_cache), paths
    after = load_touched(repo, index, last, paths, on=on, use_cache=use_cache)
    return after, paths


def _is_data(path: str) -> bool:
    """Return whether *path* is a file that every document may depend on."""
    return path == FILE or path.startswith(("templates/", "referentials/"))


def _taken(repo: Repository, start: str, tip: str, project: Project) -> Mapping[str, str]:
    """Return the paths of the documents that came in from *start* to *tip*, by their new ids.

    Those that the change brings along itself, at the same path, are left out.
    """
    if start == tip:
        return {}
    from qmtool.repository.parse import Parser  # slow to import, and seldom needed

    settings = project.settings
    came = [
        path
        for path, (before, _) in git.changed_files(repo, start, tip).items()
        if before is None and is_document(path, settings.documents, settings.ignore)
    ]
    source = BlobSource(repo, tip, tip)
    parser = Parser(project.kinds)
    known = project.base.by_id if project.base else {}
    taken = {}
    for path, data, _ in source.read([path for path in came if path in source.entries]):
        if data is not None and path not in project.by_path:
            document = build(path, parser.parse(data), settings.markers)
            if document.identifier and document.identifier not in known:
                taken[document.identifier] = path
    return taken
