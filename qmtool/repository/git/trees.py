"""Reads and writes trees: which files a commit holds, and what a change makes of them."""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from qmtool.repository.git.process import Repository, run, run_once


class Entry(NamedTuple):
    """A file of a source: its mode as Git writes it, and its blob; *flag* is that of `ls-files`."""

    mode: str
    oid: str
    stage: str = "0"
    flag: str = "H"


MANY = 100
"""Beyond so many paths, a whole listing costs less than a long command line."""


def tree_entries(repo: Repository, commit: str) -> dict[str, Entry]:
    """Return the files of the tree of *commit* by path."""
    return _entries(run(repo, "ls-tree", "-r", "-z", commit))


def _entries(listed: bytes) -> dict[str, Entry]:
    """Return the files that `ls-tree -z` *listed*, by path."""
    entries = {}
    for record in os.fsdecode(listed).split("\0")[:-1]:
        described, _, path = record.partition("\t")
        mode, _, oid = described.split(" ")
        entries[path] = Entry(mode, oid)
    return entries


def tree_entries_of(repo: Repository, commit: str, paths: Sequence[str]) -> dict[str, Entry]:
    """Return those files of *paths* that the tree of the commit of that id holds."""
    if len(paths) > MANY:
        return tree_entries(repo, commit)
    return _entries(run_once(repo, "ls-tree", "-z", commit, "--", *paths)) if paths else {}


def tree_entry(repo: Repository, commit: str, path: str) -> Entry | None:
    """Return the file *path* of the tree of *commit*, or None."""
    return tree_entries_of(repo, commit, [path]).get(path)


def file_names_at(repo: Repository, commit: str) -> list[str]:
    """Return the paths of the files of the tree of *commit*."""
    return os.fsdecode(run(repo, "ls-tree", "-r", "-z", "--name-only", commit)).split("\0")[:-1]


def changed_files(repo: Repository, old: str, new: str) -> dict[str, tuple[str | None, str | None]]:
    """Return the blobs before and after (None: absent) of the files of two commits that differ.

    They are named by their ids: what Git says of them never changes.
    """
    form = ("-r", "-z", "--raw", "--no-abbrev", "--no-renames")
    found = run_once(repo, "diff-tree", *form, old, new)
    fields = os.fsdecode(found).split("\0")[:-1]
    pairs = {}
    for raw, path in zip(fields[::2], fields[1::2], strict=True):
        before, after = (None if not oid.strip("0") else oid for oid in raw.split(" ")[2:4])
        pairs[path] = before, after
    return pairs


def put_in_tree(repo: Repository, base: str | None, files: Mapping[str, Entry | None]) -> str:
    """Return the tree of *base* with *files* put in or, where None, taken out.

    Only the folders on the way to them are read and written, however many files there are.
    """
    folders = {""}
    for path in files:
        while (path := path.rpartition("/")[0]) not in folders:
            folders.add(path)
    nodes = _nodes(repo, base, folders) if base else {}
    for path, entry in files.items():
        nodes.pop(path, None)
        if entry:
            nodes[path] = f"{entry.mode} {_type_of(entry)} {entry.oid}"
    return _write_trees(repo, nodes, folders)


def _type_of(entry: Entry) -> str:
    return "commit" if entry.mode == "160000" else "blob"


def _nodes(repo: Repository, base: str, folders: Iterable[str]) -> dict[str, str]:
    """Return what the *folders* of the tree of *base* hold, by path: mode, type and id."""
    below = sorted(f"{folder}/" for folder in folders if folder)
    turns = [[], *(below[start : start + MANY] for start in range(0, len(below), MANY))]
    nodes = {}
    for turn in turns:
        listed = run(repo, "ls-tree", "-z", "-t", base, "--", *turn)
        for record in os.fsdecode(listed).split("\0")[:-1]:
            described, _, path = record.partition("\t")
            nodes[path] = described
    return nodes


def _write_trees(repo: Repository, nodes: dict[str, str], folders: Iterable[str]) -> str:
    """Write the trees of *folders* from what they hold, the deepest first; return the top one."""
    by_depth: dict[int, list[str]] = {}
    for folder in folders:
        by_depth.setdefault(folder.count("/") + 1 if folder else 0, []).append(folder)
    held: dict[str, list[str]] = {}
    for depth in sorted(by_depth, reverse=True):
        held = {folder: [] for folder in by_depth[depth]}
        for path, described in nodes.items():
            folder, _, name = path.rpartition("/")
            if folder in held:
                held[folder].append(f"{described}\t{name}\0")
        data = "".join("".join(lines) + "\0" for lines in held.values())
        oids = run(repo, "mktree", "-z", "--batch", data=os.fsencode(data)).decode().split()
        for (folder, lines), oid in zip(held.items(), oids, strict=True):
            nodes.pop(folder, None)
            if lines or not folder:
                nodes[folder] = f"040000 tree {oid}"
    return nodes[""].rpartition(" ")[2]
