"""The journal: written before anything moves, so that the next command can finish or give up."""

import json
import os
from dataclasses import asdict, dataclass
from typing import Any

from qmtool.actions.index_lock import sync_folder
from qmtool.actions.replace import write_file
from qmtool.repository import git
from qmtool.repository.git import RefChange, Repository
from qmtool.repository.pending import Damaged, journal_path, read_journal
from qmtool.repository.tag_objects import DECISIONS, RELEASES, read_tag

FORMAT = 1
ABANDONED = "refs/qm/abandoned/"


@dataclass(frozen=True)
class Journal:
    """What a publication is to do: nothing in it is believed before the objects bear it out.

    *refs* begins with the branch; *index* is the SHA-256 of the next index, empty where neither
    the index nor a file is concerned; *root* and *git_dir* are relative to the common directory.
    """

    title: str
    base: str
    commit: str
    refs: tuple[RefChange, ...]
    index: str
    root: str
    git_dir: str
    time: float
    format: int = FORMAT

    def write(self, repo: Repository) -> None:
        """Put the journal on the disk, whole."""
        path = journal_path(repo)
        write_file(path, json.dumps(asdict(self)).encode(), mode=0o600)
        sync_folder(path.parent)


def make_journal(
    repo: Repository, title: str, base: str, refs: tuple[RefChange, ...], index: str, time: float
) -> Journal:
    """Return the journal of a publication of this work tree on *base*."""
    return Journal(
        title=title,
        base=base,
        commit=refs[0].new or base,
        refs=refs,
        index=index,
        root=os.path.relpath(repo.root, repo.common_dir),
        git_dir=os.path.relpath(repo.git_dir, repo.common_dir),
        time=time,
    )


def remove(repo: Repository) -> None:
    """Take the journal away: what it announced is done, or given up."""
    journal_path(repo).unlink(missing_ok=True)
    sync_folder(journal_path(repo).parent)


def load(repo: Repository) -> Journal | None:
    """Return the journal that an interrupted run left; raise Damaged if it is no true one."""
    value = read_journal(repo)
    if value is None:
        return None
    journal = _typed(value)
    _borne_out(repo, journal)
    return journal


def _typed(value: dict[str, Any]) -> Journal:
    """Return *value* as a journal, or raise Damaged."""
    if value.get("format") != FORMAT:
        raise Damaged("it is of another version of qm")
    try:
        refs = tuple(RefChange(*one) for one in value["refs"])
        journal = Journal(**{**value, "refs": refs})
    except (TypeError, KeyError) as error:
        raise Damaged(str(error)) from error
    texts = (journal.title, journal.base, journal.commit, journal.index, journal.root)
    names = (*texts, journal.git_dir, *(ref.ref for ref in refs))
    oids = (journal.base, journal.commit, *(oid for ref in refs for oid in ref[1:] if oid))
    values: tuple[object, ...] = (*names, *oids)
    if (
        not refs
        or not isinstance(value["time"], int | float)
        or not all(isinstance(one, str) and "\0" not in one for one in values)
        or not all(git.is_object_id(one) for one in oids)
        or any(".." in ref.ref for ref in refs)  # locks and logs are named after it
        or (refs[0].new or "") != journal.commit
    ):
        raise Damaged("its values are not those of a journal")
    return journal


def _borne_out(repo: Repository, journal: Journal) -> None:
    """Raise Damaged unless the objects are there and are what the refs of the journal say."""
    branch, *others = journal.refs
    if not branch.ref.startswith("refs/heads/"):
        raise Damaged(branch.ref)
    if not all(git.resolve_commit(repo, oid) for oid in (journal.base, journal.commit)):
        raise Damaged("its commits are missing")
    if not _leads_on(repo, journal):
        raise Damaged("its branch would go back")
    kept = {ref.new for ref in others if ref.ref.startswith(ABANDONED)}
    for ref in others:
        if ref.ref.startswith(ABANDONED):
            continue
        if not ref.ref.startswith((RELEASES, DECISIONS)):
            raise Damaged(ref.ref)
        if ref.new is None:
            if ref.old not in kept:
                raise Damaged(ref.ref)
            continue
        tag = read_tag(git.read_blob(repo, ref.new) or b"")
        if f"refs/tags/{tag.name}" != ref.ref:
            raise Damaged(ref.ref)


def _leads_on(repo: Repository, journal: Journal) -> bool:
    """Return whether the branch goes forward from the base, or to what a remote one holds."""
    if git.is_ancestor(repo, journal.base, journal.commit):
        return True
    followed = {one.oid for one in git.tags_under(repo, "refs/remotes/")}
    return any(git.is_ancestor(repo, journal.commit, oid) for oid in followed)
