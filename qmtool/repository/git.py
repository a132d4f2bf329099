"""The only module that runs Git, by the rules of `reliability.md` §2.

Functions take the repository and return plain data; names are resolved to object ids once. No
command that could run code chosen by the repository is used.
"""

import contextlib
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from qmtool.errors import NoRepository, RepositoryError
from qmtool.model.text import say

MINIMUM = (2, 36)
_PREFIX = (
    "--no-pager",
    "--no-optional-locks",
    "--literal-pathspecs",
    *("-c", "core.fsmonitor=false"),
    *("-c", "safe.bareRepository=explicit"),
    *("-c", "core.fsync=all"),
    *("-c", "core.logAllRefUpdates=always"),
    *("-c", "gc.auto=0"),
    *("-c", "protocol.allow=never"),
    *("-c", "core.quotePath=false"),
    *("-c", "i18n.commitEncoding=UTF-8"),
)
_NO_HOOKS = ("-c", "core.hooksPath=/dev/null")
_KEPT = re.compile(
    r"GIT_(CONFIG_(GLOBAL|SYSTEM|NOSYSTEM)|AUTHOR_.*|COMMITTER_.*|CEILING_DIRECTORIES)"
)
_FIXED = {
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}


class Entry(NamedTuple):
    """A file of a source: its mode as Git writes it, and its blob; *flag* is that of `ls-files`."""

    mode: str
    oid: str
    stage: str = "0"
    flag: str = "H"


class Tag(NamedTuple):
    """A release tag: its own object id and the commit it names."""

    name: str
    oid: str
    target: str


@dataclass(frozen=True)
class Repository:
    """A work tree and its Git folders."""

    root: Path
    git_dir: Path
    common_dir: Path
    object_format: str
    shallow: bool
    git: str


class GitError(RepositoryError):
    """A Git command failed; the sentence quotes it."""

    def __init__(self, command: str, words: str) -> None:
        lines = [line for line in words.strip().splitlines() if line]
        said = " / ".join(lines[:3]) or "no message"
        super().__init__(say("git {command} failed: {words}", command=command, words=said))
        self.words = words


def _executable(inside: str = "") -> str:
    """Return the absolute path of Git, never one from a relative or repository folder."""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        if not Path(folder).is_absolute() or (inside and _is_within(folder, inside)):
            continue
        found = shutil.which("git", path=folder)
        if found:
            return found
    raise RepositoryError(
        say("git is not installed: qm needs git {version} or later", version="2.36")
    )


def _is_within(folder: str, root: str) -> bool:
    real = os.path.realpath(folder)
    return real == root or real.startswith(root.rstrip("/") + "/")


def _environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("GIT_") or _KEPT.fullmatch(key)
    }
    return kept | _FIXED | dict(extra or {})


def _run(
    git: str,
    folder: Path,
    arguments: Sequence[str],
    *,
    data: bytes | None = None,
    extra: Mapping[str, str] | None = None,
    hooks: bool = False,
) -> subprocess.CompletedProcess[bytes]:
    prefix = _PREFIX if hooks else (*_PREFIX, *_NO_HOOKS)
    try:
        return subprocess.run(
            [git, *prefix, *arguments],
            cwd=folder,
            input=data,
            stdin=subprocess.DEVNULL if data is None else None,
            capture_output=True,
            env=_environment(extra),
            check=False,
        )
    except OSError as error:
        raise RepositoryError(say("git cannot be run: {error}", error=error.strerror)) from error


def run(
    repo: Repository,
    *arguments: str,
    data: bytes | None = None,
    extra: Mapping[str, str] | None = None,
    hooks: bool = False,
) -> bytes:
    """Return what the Git command prints, or raise GitError with its own words."""
    done = _run(repo.git, repo.root, arguments, data=data, extra=extra, hooks=hooks)
    if done.returncode:
        raise GitError(arguments[0], done.stderr.decode(errors="replace"))
    return done.stdout


def discover(folder: Path) -> Repository:
    """Return the repository whose work tree holds *folder*."""
    git = _executable()
    done = _run(
        git,
        folder,
        [
            "rev-parse",
            "--path-format=absolute",
            "--is-bare-repository",
            "--is-shallow-repository",
            "--show-object-format",
            "--git-dir",
            "--git-common-dir",
            "--show-toplevel",
        ],
    )
    words = done.stderr.decode(errors="replace")
    lines = os.fsdecode(done.stdout).split("\n")
    if done.returncode:
        is_none = "not a git repository" in words
        error = NoRepository if is_none else RepositoryError
        raise error(_why_not(git, folder, words, lines))
    if lines[0] == "true":
        raise RepositoryError(_bare())
    root = Path(lines[5])
    git = _executable(os.path.realpath(root))
    return Repository(root, Path(lines[3]), Path(lines[4]), lines[2], lines[1] == "true", git)


def _bare() -> object:
    return say("this is a bare repository; run qm inside a work tree (git clone it first)")


def _why_not(git: str, folder: Path, words: str, lines: Sequence[str]) -> object:
    """Return the sentence for a folder in which Git finds no work tree."""
    if "dubious ownership" in words:
        command = next(
            (line.strip() for line in words.splitlines() if "safe.directory" in line), ""
        )
        return say(
            "git does not trust the owner of this repository; if you do, type: {command}",
            command=command,
        )
    if lines[0] == "true" or "must be run in a work tree" in words or "bare" in words:
        return _bare()
    if "not a git repository" in words:
        return say(
            "{folder} is not in a Git repository; run qm inside one, or make one with: git init",
            folder=folder,
        )
    version = git_version(git)
    if version and version < MINIMUM:
        return say(
            "git {found} is too old: qm needs git {wanted} or later",
            found=".".join(map(str, version)),
            wanted=".".join(map(str, MINIMUM)),
        )
    return say("git cannot read this repository: {words}", words=words.strip().split("\n")[0])


def git_version(git: str) -> tuple[int, ...]:
    """Return the version of the program *git*, empty if it tells none."""
    words = _run(git, Path("/"), ["version"]).stdout.decode(errors="replace")
    found = re.search(r"([0-9]+)\.([0-9]+)", words)
    return (int(found[1]), int(found[2])) if found else ()


def index_entries(repo: Repository) -> dict[str, Entry]:
    """Return the files of the index by path; unmerged paths keep a stage other than 0."""
    entries = {}
    for record in os.fsdecode(run(repo, "ls-files", "-z", "-s", "-v")).split("\0")[:-1]:
        described, _, path = record.partition("\t")
        flag, mode, oid, stage = described.split(" ")
        entries[path] = Entry(mode, oid, stage, flag)
    return entries


def untracked(repo: Repository) -> list[str]:
    """Return the paths that Git neither tracks nor ignores; one ending in `/` is a repository."""
    found = run(repo, "ls-files", "-z", "--others", "--exclude-standard")
    return os.fsdecode(found).split("\0")[:-1]


def tree_entries(repo: Repository, commit: str) -> dict[str, Entry]:
    """Return the files of the tree of *commit* by path."""
    entries = {}
    for record in os.fsdecode(run(repo, "ls-tree", "-r", "-z", commit)).split("\0")[:-1]:
        described, _, path = record.partition("\t")
        mode, _, oid = described.split(" ")
        entries[path] = Entry(mode, oid)
    return entries


def read_blobs(
    repo: Repository, names: Iterable[str], limit: int | None = None
) -> Iterator[tuple[str, bytes | None]]:
    """Yield each of *names* (object ids, or `<oid>:<path>`) with its bytes, in one Git process.

    The bytes are None where there is no such object, and where it is larger than *limit*.
    """
    wanted = list(names)
    if not wanted:
        return
    with subprocess.Popen(
        [repo.git, *_PREFIX, *_NO_HOOKS, "cat-file", "--batch", "--buffer"],
        cwd=repo.root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    ) as process:
        # The requests may fill one pipe while the answers fill the other: write beside reading.
        feeder = threading.Thread(target=_feed, args=(process.stdin, wanted), daemon=True)
        feeder.start()
        try:
            for name in wanted:
                yield name, _answer(process.stdout, limit)
        finally:
            feeder.join()
            process.stdin = None  # the feeder closed it, whether or not git was still reading


def _feed(pipe: IO[bytes] | None, names: Sequence[str]) -> None:
    """Write *names* to *pipe*, one a line, and close it."""
    assert pipe is not None
    with contextlib.suppress(BrokenPipeError), pipe:
        pipe.write(b"".join(os.fsencode(name) + b"\n" for name in names))


def _answer(pipe: IO[bytes] | None, limit: int | None) -> bytes | None:
    """Return the next object that `cat-file --batch` writes to *pipe*."""
    assert pipe is not None
    header = pipe.readline().split()
    if not header:
        raise RepositoryError(say("git stopped while qm was reading objects"))
    if len(header) != 3 or not header[2].isdigit():
        return None
    size = int(header[2])
    if limit is not None and size > limit:
        left = size + 1
        while left > 0:
            left -= len(pipe.read(min(left, 1 << 20)) or b" " * left)
        return None
    data = pipe.read(size)
    pipe.read(1)
    return data


def read_blob(repo: Repository, name: str) -> bytes | None:
    """Return the bytes of the object *name*, or None where there is none."""
    return next(iter(read_blobs(repo, [name])))[1]


def resolve_commit(repo: Repository, revision: str) -> str | None:
    """Return the object id of the commit that *revision* names, or None."""
    done = _run(
        repo.git,
        repo.root,
        ["rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"],
    )
    return done.stdout.decode().strip() if done.returncode == 0 else None


def resolve_ref(repo: Repository, ref: str) -> str | None:
    """Return the object id that the full name *ref* holds, or None."""
    done = _run(repo.git, repo.root, ["rev-parse", "--verify", "--quiet", "--end-of-options", ref])
    return done.stdout.decode().strip() if done.returncode == 0 else None


def read_refs(repo: Repository, refs: Sequence[str]) -> dict[str, str]:
    """Return the object ids that the full names *refs* hold, without those that do not exist."""
    found = {}
    for start in range(0, len(refs), 200):
        turn = refs[start : start + 200]
        listed = run(repo, "for-each-ref", "--format=%(refname)%00%(objectname)", *turn)
        pairs = (line.split("\0") for line in os.fsdecode(listed).splitlines())
        found.update({name: oid for name, oid in pairs if name in turn})
    return found


def head_branch(repo: Repository) -> str | None:
    """Return the full name of the branch that HEAD is attached to, or None if detached."""
    done = _run(repo.git, repo.root, ["symbolic-ref", "--quiet", "HEAD"])
    return os.fsdecode(done.stdout).strip() if done.returncode == 0 else None


def tags_under(repo: Repository, prefix: str) -> list[Tag]:
    """Return the tags whose full names begin with *prefix*, a path of whole components."""
    form = "%(refname)%00%(objectname)%00%(*objectname)"
    found = os.fsdecode(run(repo, "for-each-ref", f"--format={form}", prefix))
    return [Tag(*line.split("\0")) for line in found.split("\n") if line]


def all_branch_tips(repo: Repository) -> list[str]:
    """Return the commits at the tips of every local and remote branch."""
    found = run(repo, "for-each-ref", "--format=%(objectname)", "refs/heads", "refs/remotes")
    return sorted(set(found.decode().split()))


def file_names_at(repo: Repository, commit: str) -> list[str]:
    """Return the paths of the files of the tree of *commit*."""
    return os.fsdecode(run(repo, "ls-tree", "-r", "-z", "--name-only", commit)).split("\0")[:-1]


def authors_of(repo: Repository, path: str, since: str | None, until: str) -> list[str]:
    """Return the emails of those who committed *path* after *since*, oldest first."""
    span = f"{since}..{until}" if since else until
    found = run(
        repo,
        *("rev-list", "--no-commit-header", "--format=%ae", "--reverse"),
        *("--end-of-options", span, "--", path),
    )
    return list(dict.fromkeys(found.decode(errors="replace").split("\n")[:-1]))


def history(repo: Repository, commit: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return *commit* and every commit before it with its parents, the oldest first."""
    found = run(repo, "rev-list", "--topo-order", "--reverse", "--parents", commit).decode()
    return [(one, tuple(parents)) for one, *parents in map(str.split, found.splitlines())]


def ancestors(repo: Repository, commit: str) -> frozenset[str]:
    """Return the ids of *commit* and of every commit before it."""
    return frozenset(run(repo, "rev-list", commit).decode().split())


def config(repo: Repository, key: str) -> str:
    """Return the configured value of *key*, empty if there is none."""
    done = _run(repo.git, repo.root, ["config", "--get", key])
    return done.stdout.decode(errors="replace").rstrip("\n") if done.returncode == 0 else ""


def identity(repo: Repository) -> tuple[str, str]:
    """Return the name and the email of the person who runs Git here: `user.name`, `user.email`."""
    name, email = config(repo, "user.name"), config(repo, "user.email")
    if not name or not email or "\n" in name + email:
        raise RepositoryError(
            say(
                'git does not know who you are; type: git config user.name "…" '
                'and: git config user.email "…"'
            )
        )
    return name, email


def state_in_progress(repo: Repository) -> str:
    """Return the name of the operation in progress that blocks a release, empty if none."""
    marks = {
        "MERGE_HEAD": "merge",
        "CHERRY_PICK_HEAD": "cherry-pick",
        "REVERT_HEAD": "revert",
        "BISECT_LOG": "bisect",
        "rebase-merge": "rebase",
        "rebase-apply": "rebase",
    }
    return next((word for mark, word in marks.items() if (repo.git_dir / mark).exists()), "")


def write_blob(repo: Repository, data: bytes) -> str:
    """Store *data* as a blob and return its object id."""
    return run(repo, "hash-object", "-w", "--no-filters", "--stdin", data=data).decode().strip()


def write_tree(
    repo: Repository, base: str | None, files: Mapping[str, Entry | None], index: Path
) -> str:
    """Return the tree of *base* with *files* put in or, where None, taken out.

    *index* is a temporary file that the caller removes.
    """
    extra = {"GIT_INDEX_FILE": str(index)}
    run(repo, "read-tree", *([base] if base else ["--empty"]), extra=extra)
    update_index(repo, files, index)
    return run(repo, "write-tree", extra=extra).decode().strip()


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


def write_commit(
    repo: Repository,
    tree: str,
    parents: Sequence[str],
    message: str,
    who: tuple[str, str],
    when: str,
) -> str:
    """Store a commit of *who* (name, email) dated *when* (`<seconds> <offset>`); return its id."""
    name, email = who
    extra = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", name), ("EMAIL", email), ("DATE", f"@{when}"))
    }
    arguments = [part for parent in parents for part in ("-p", parent)]
    done = run(repo, "commit-tree", tree, *arguments, data=message.encode(), extra=extra)
    return done.decode().strip()


def write_tag(repo: Repository, content: str) -> str:
    """Store the tag object *content* and return its id; Git checks its form."""
    return run(repo, "mktag", data=content.encode()).decode().strip()


def changed_blobs(repo: Repository, old: str, new: str) -> dict[str, str]:
    """Return the blobs of *new*, by path, of the files that differ between two commits."""
    found = run(repo, "diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", old, new)
    fields = os.fsdecode(found).split("\0")[:-1]
    return {path: raw.split(" ")[3] for raw, path in zip(fields[::2], fields[1::2], strict=True)}


class RefChange(NamedTuple):
    """A ref to move from *old* (None: it must not exist) to *new* (None: delete it)."""

    ref: str
    new: str | None
    old: str | None


def move_refs(repo: Repository, changes: Sequence[RefChange], *, hooks: bool = True) -> None:
    """Move all refs of *changes* or none, each from its old value only.

    This is the one call under which the `reference-transaction` hook of the site may run, so that
    it can veto. Git's exit code alone is not trusted: the refs are read back.
    """
    lines = ["start"]
    for change in changes:
        if change.new is None:
            lines.append(f"delete {change.ref}\0{change.old}")
        elif change.old is None:
            lines.append(f"create {change.ref}\0{change.new}")
        else:
            lines.append(f"update {change.ref}\0{change.new}\0{change.old}")
    lines += ["prepare", "commit"]
    data = os.fsencode("".join(line + "\0" for line in lines))
    done = _run(repo.git, repo.root, ["update-ref", "--stdin", "-z"], data=data, hooks=hooks)
    now = read_refs(repo, [change.ref for change in changes])
    if b"commit: ok" not in done.stdout or any(
        now.get(change.ref) != change.new for change in changes
    ):
        raise GitError("update-ref", done.stderr.decode(errors="replace"))


def count_commits(repo: Repository, have: str, want: str) -> int:
    """Return how many commits *want* has that *have* has not."""
    return int(run(repo, "rev-list", "--count", f"{have}..{want}"))


def tree_entry(repo: Repository, commit: str, path: str) -> Entry | None:
    """Return the file *path* of the tree of *commit*, or None."""
    found = os.fsdecode(run(repo, "ls-tree", "-z", commit, "--", path)).rstrip("\0")
    if not found:
        return None
    mode, _, oid = found.partition("\t")[0].split(" ")
    return Entry(mode, oid)


def index_entry(repo: Repository, path: str) -> Entry | None:
    """Return the file *path* of the index, or None."""
    found = os.fsdecode(run(repo, "ls-files", "-z", "-s", "-v", "--", path)).split("\0")[0]
    if not found:
        return None
    flag, mode, oid, stage = found.partition("\t")[0].split(" ")
    return Entry(mode, oid, stage, flag)
