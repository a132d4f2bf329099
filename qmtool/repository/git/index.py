"""Reads the index, and writes one into a file."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from qmtool.repository.git.process import Repository, run
from qmtool.repository.git.trees import MANY, Entry


def index_entries(repo: Repository) -> dict[str, Entry]:
    """Return the files of the index by path; unmerged paths keep a stage other than 0."""
    return _listed_entries(repo)


def index_entries_of(repo: Repository, paths: Sequence[str]) -> dict[str, Entry]:
    """Return those files of *paths* that the index holds."""
    if len(paths) > MANY:
        return index_entries(repo)
    return _listed_entries(repo, "--", *paths) if paths else {}


def _listed_entries(repo: Repository, *paths: str) -> dict[str, Entry]:
    entries = {}
    for record in os.fsdecode(run(repo, "ls-files", "-z", "-s", "-v", *paths)).split("\0")[:-1]:
        described, _, path = record.partition("\t")
        flag, mode, oid, stage = described.split(" ")
        entries[path] = Entry(mode, oid, stage, flag)
    return entries


def entries_before(
    repo: Repository, index: Mapping[str, Entry], head: str
) -> tuple[dict[str, Entry], list[str]]:
    """Return the files of the tree of the commit *head*, and the paths where *index* differs.

    Git compares the two without listing the tree, of which most files are those of the index.
    """
    form = ("--cached", "--raw", "-z", "--no-abbrev", "--no-renames", "--ita-visible-in-index")
    fields = os.fsdecode(run(repo, "diff-index", *form, head)).split("\0")[:-1]
    entries, paths = dict(index), list(fields[1::2])
    for described, path in zip(fields[::2], paths, strict=True):
        mode, _, oid, *_ = described.removeprefix(":").split(" ")
        if mode.strip("0"):
            entries[path] = Entry(mode, oid)
        else:
            entries.pop(path, None)
    return entries, paths


def index_entry(repo: Repository, path: str) -> Entry | None:
    """Return the file *path* of the index, or None."""
    return index_entries_of(repo, [path]).get(path)


def index_paths(repo: Repository) -> list[str]:
    """Return the paths of the files of the index."""
    return os.fsdecode(run(repo, "ls-files", "-z")).split("\0")[:-1]


def untracked(repo: Repository) -> list[str]:
    """Return the paths that Git neither tracks nor ignores; one ending in `/` is a repository."""
    found = run(repo, "ls-files", "-z", "--others", "--exclude-standard")
    return os.fsdecode(found).split("\0")[:-1]


def unmerged(repo: Repository) -> list[str]:
    """Return the paths that a merge left unresolved in the index, each once."""
    found = os.fsdecode(run(repo, "ls-files", "-z", "--unmerged")).split("\0")[:-1]
    return list(dict.fromkeys(record.partition("\t")[2] for record in found))


def update_index(repo: Repository, files: Mapping[str, Entry | None], index: Path) -> None:
    """Set the entries of *files* in the index file *index*; None removes one."""
    null = "0" * (64 if repo.object_format == "sha256" else 40)
    lines = "".join(
        f"{entry.mode} {entry.oid}\t{path}\0" if entry else f"0 {null}\t{path}\0"
        for path, entry in files.items()
    )
    run(
        repo,
        "update-index",
        "-z",
        "--index-info",
        data=os.fsencode(lines),
        extra={"GIT_INDEX_FILE": str(index)},
    )


def fill_index(repo: Repository, commit: str, index: Path) -> None:
    """Write the index file *index* with the files of the tree of *commit*."""
    run(repo, "read-tree", commit, extra={"GIT_INDEX_FILE": str(index)})
