"""The only module that runs Git, by the rules of `reliability.md` §2.

Functions take the repository and return plain data; names are resolved to object ids once. No
command that could run code chosen by the repository is used.
"""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, NamedTuple

from qmtool.errors import NoRepository, RepositoryError
from qmtool.model.text import Text, say

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


def _executable(inside: str) -> str:
    """Return the absolute path of Git, never one from a relative folder or one below *inside*."""
    found = find_program("git", inside)
    if found is None:
        raise RepositoryError(
            say("git is not installed: qm needs git {version} or later", version="2.36")
        )
    return found


def _work_tree_around(folder: Path) -> str:
    """Return the nearest folder from *folder* upward that holds a `.git`, empty without one.

    Git is not asked: a program of the repository could answer under its name.
    """
    real = folder.resolve()
    around = (one for one in (real, *real.parents) if os.path.lexists(one / ".git"))
    return os.fspath(next(around, ""))


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
    apart: tuple[int, ...] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run Git; with *apart*, in a process group of its own that keeps these descriptors."""
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
            process_group=None if apart is None else 0,
            pass_fds=apart or (),
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
    started = _started.get((repo.root, arguments))
    printed = started() if started else None
    if printed is not None:
        return printed
    done = _run(repo.git, repo.root, arguments, data=data, extra=extra, hooks=hooks)
    if done.returncode:
        raise GitError(arguments[0], done.stderr.decode(errors="replace"))
    return done.stdout


def discover(folder: Path) -> Repository:
    """Return the repository whose work tree holds *folder*."""
    git = _executable(_work_tree_around(folder))
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
    if done.returncode or lines[0] not in ("true", "false"):
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
    return too_old(git) or say(
        "git cannot read this repository: {words}", words=words.strip().split("\n")[0]
    )


def too_old(git: str) -> Text | None:
    """Return what to say of a program *git* that is older than qm needs, None if it is not."""
    version = git_version(git)
    if not version or version >= MINIMUM:
        return None
    return say(
        "git {found} is too old: qm needs git {wanted} or later",
        found=".".join(map(str, version)),
        wanted=".".join(map(str, MINIMUM)),
    )


def git_version(git: str) -> tuple[int, ...]:
    """Return the version of the program *git*, empty if it tells none."""
    words = _run(git, Path("/"), ["version"]).stdout.decode(errors="replace")
    found = re.search(r"([0-9]+)\.([0-9]+)", words)
    return (int(found[1]), int(found[2])) if found else ()


def index_entries(repo: Repository) -> dict[str, Entry]:
    """Return the files of the index by path; unmerged paths keep a stage other than 0."""
    return _listed_entries(repo)


def _listed_entries(repo: Repository, *paths: str) -> dict[str, Entry]:
    entries = {}
    for record in os.fsdecode(run(repo, "ls-files", "-z", "-s", "-v", *paths)).split("\0")[:-1]:
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
                yield name, _answer(process.stdout, name, limit)
        finally:
            feeder.join()
            process.stdin = None  # the feeder closed it, whether or not git was still reading


def _feed(pipe: IO[bytes] | None, names: Sequence[str]) -> None:
    """Write *names* to *pipe*, one a line, and close it."""
    assert pipe is not None
    with contextlib.suppress(BrokenPipeError), pipe:
        pipe.write(b"".join(os.fsencode(name) + b"\n" for name in names))


def _answer(pipe: IO[bytes] | None, name: str, limit: int | None) -> bytes | None:
    """Return the next object, called *name*, that `cat-file --batch` writes to *pipe*."""
    assert pipe is not None
    header = pipe.readline().split()
    if not header:
        raise missing(name)
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


def missing(name: str) -> RepositoryError:
    """Return what to say of an object that should be there, and that Git does not give."""
    return RepositoryError(
        say(
            "the object {oid} is missing from this clone, or damaged; type: git fsck, then git "
            "fetch, or clone again without --depth and --filter",
            oid=name,
        )
    )


def has_object(repo: Repository, oid: str) -> bool:
    """Return whether Git finds the object *oid* and can read the head of it."""
    return _run(repo.git, repo.root, ["cat-file", "-s", oid]).returncode == 0


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


def is_object_id(text: str) -> bool:
    """Return whether *text* is written like the id of an object."""
    return re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", text) is not None


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


def write_tag(repo: Repository, content: bytes) -> str:
    """Store the tag object *content* and return its id; Git checks its form."""
    return run(repo, "mktag", data=content).decode().strip()


def write_object(repo: Repository, kind: str, content: bytes) -> str:
    """Store *content* as an object of that *kind* and return its id; Git checks its form."""
    found = run(repo, "hash-object", "-t", kind, "-w", "--stdin", data=content)
    return found.decode().strip()


class RefChange(NamedTuple):
    """A ref to move from *old* (None: it must not exist) to *new* (None: delete it).

    Where both are the same, the ref must only still be there.
    """

    ref: str
    new: str | None
    old: str | None

    @property
    def command(self) -> str:
        """Return the line of `update-ref --stdin -z` that makes the change."""
        if self.new == self.old:
            return f"verify {self.ref}\0{self.old}"
        if self.new is None:
            return f"delete {self.ref}\0{self.old}"
        if self.old is None:
            return f"create {self.ref}\0{self.new}"
        return f"update {self.ref}\0{self.new}\0{self.old}"


def move_refs(
    repo: Repository,
    changes: Sequence[RefChange],
    *,
    hooks: bool = True,
    keep_open: Sequence[int] = (),
) -> None:
    """Move all refs of *changes* in that order or none, each from its old value only.

    This is the one call under which the `reference-transaction` hook of the site may run, so that
    it can veto. Git's exit code alone is not trusted: the refs are read back. Git runs in a
    process group of its own, so that Ctrl-C does not reach it, and with the descriptors of
    *keep_open*: a lock on them is held until Git ends, even if this process is killed before.
    """
    lines = ["start", *(change.command for change in changes), "prepare", "commit"]
    data = os.fsencode("".join(line + "\0" for line in lines))
    done = _run(
        repo.git,
        repo.root,
        ["update-ref", "--stdin", "-z"],
        data=data,
        hooks=hooks,
        apart=tuple(keep_open),
    )
    now = read_refs(repo, [change.ref for change in changes])
    if b"commit: ok" not in done.stdout or any(
        now.get(change.ref) != change.new for change in changes
    ):
        raise GitError("update-ref", done.stderr.decode(errors="replace"))


def count_commits(repo: Repository, have: str, want: str) -> int:
    """Return how many commits *want* has that *have* has not."""
    return int(run(repo, "rev-list", "--count", f"{have}..{want}"))


_MANY = 100
"""Beyond so many paths, a whole listing costs less than a long command line."""


def tree_entries_of(repo: Repository, commit: str, paths: Sequence[str]) -> dict[str, Entry]:
    """Return those files of *paths* that the tree of *commit* holds."""
    if len(paths) > _MANY:
        return tree_entries(repo, commit)
    found = os.fsdecode(run(repo, "ls-tree", "-z", commit, "--", *paths)) if paths else ""
    entries = {}
    for record in found.split("\0")[:-1]:
        described, _, path = record.partition("\t")
        mode, _, oid = described.split(" ")
        entries[path] = Entry(mode, oid)
    return entries


def tree_entry(repo: Repository, commit: str, path: str) -> Entry | None:
    """Return the file *path* of the tree of *commit*, or None."""
    return tree_entries_of(repo, commit, [path]).get(path)


def index_entries_of(repo: Repository, paths: Sequence[str]) -> dict[str, Entry]:
    """Return those files of *paths* that the index holds."""
    if len(paths) > _MANY:
        return index_entries(repo)
    return _listed_entries(repo, "--", *paths) if paths else {}


def index_entry(repo: Repository, path: str) -> Entry | None:
    """Return the file *path* of the index, or None."""
    return index_entries_of(repo, [path]).get(path)


def changed_files(repo: Repository, old: str, new: str) -> dict[str, tuple[str | None, str | None]]:
    """Return the blobs before and after (None: absent) of the files that differ."""
    found = run(repo, "diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", old, new)
    fields = os.fsdecode(found).split("\0")[:-1]
    pairs = {}
    for raw, path in zip(fields[::2], fields[1::2], strict=True):
        before, after = (None if not oid.strip("0") else oid for oid in raw.split(" ")[2:4])
        pairs[path] = before, after
    return pairs


def is_ancestor(repo: Repository, commit: str, tip: str) -> bool:
    """Return whether *commit* is *tip* or comes before it."""
    done = _run(repo.git, repo.root, ["merge-base", "--is-ancestor", commit, tip])
    return done.returncode == 0


def branch_tips(repo: Repository) -> list[tuple[str, str]]:
    """Return the names of the local branches and their commits."""
    form = "--format=%(refname:lstrip=2)%00%(objectname)"
    lines = os.fsdecode(run(repo, "for-each-ref", form, "refs/heads")).split("\n")[:-1]
    return [(name, oid) for name, _, oid in (line.partition("\0") for line in lines)]


def find_program(name: str, inside: str) -> str | None:
    """Return the absolute path of *name*, never from a relative folder or one below *inside*."""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        if Path(folder).is_absolute() and not (inside and _is_within(folder, inside)):
            found = shutil.which(name, path=folder)
            if found:
                return found
    return None


class Touch(NamedTuple):
    """A commit that changed a file: by whom, and the blobs before (one a parent) and after."""

    commit: str
    email: str
    before: tuple[str | None, ...]
    after: str | None


def touches_of(repo: Repository, path: str, since: str | None, until: str) -> list[Touch]:
    """Return the commits after *since* that changed the file *path*, the oldest first."""
    listed = run(repo, *_touching(path, since, until))
    lines = listed.decode(errors="replace").split("\n")[:-1]
    emails = dict(line.partition(" ")[::2] for line in lines)
    compared = run(
        repo,
        *("diff-tree", "--stdin", "-r", "-m", "--root", "-z", "--raw"),
        *("--no-abbrev", "--no-renames", "--end-of-options", "--", path),
        data="".join(f"{commit}\n" for commit in emails).encode(),
    )
    before: dict[str, list[str | None]] = {}
    after: dict[str, str | None] = {}
    commit = ""
    for field in os.fsdecode(compared).split("\0"):
        if field.startswith(":"):
            old, new = (oid if oid.strip("0") else None for oid in field.split(" ")[2:4])
            before.setdefault(commit, []).append(old)
            after[commit] = new
        elif is_object_id(field):
            commit = field
    return [
        Touch(one, email, tuple(before[one]), after[one])
        for one, email in emails.items()
        if one in before
    ]


def options_of_a_call() -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the options and the environment of every call, for a library that runs Git itself."""
    return (*_PREFIX, *_NO_HOOKS), _environment()


def commits_between(repo: Repository, have: str, want: str) -> list[str]:
    """Return the commits that *want* has and *have* has not, the oldest first."""
    return run(repo, "rev-list", "--topo-order", "--reverse", f"{have}..{want}").decode().split()


def commits_of_path(repo: Repository, tip: str, path: str) -> Iterator[tuple[str, str]]:
    """Yield the commits before *tip* that change *path*, with their first parents.

    Those of the main line come first, then those that were merged into it; the newest first.
    """
    for how in ("--first-parent", "--full-history"):
        found = run(repo, "rev-list", how, tip, "--", path).decode()
        for commit in found.split():
            parent = resolve_commit(repo, f"{commit}^1")
            if parent:
                yield commit, parent


def exact_version(git: str) -> tuple[int, ...]:
    """Return the version of the program *git* with all its parts, empty if it tells none."""
    words = _run(git, Path("/"), ["version"]).stdout.decode(errors="replace")
    found = re.search(r"[0-9]+(\.[0-9]+)+", words)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def settings(repo: Repository) -> dict[str, str]:
    """Return every setting of Git that people made; of several values, the one that counts."""
    found = run(repo, "config", "--list", "-z", "--show-scope").decode(errors="replace").split("\0")
    pairs = (
        pair.partition("\n")
        for scope, pair in zip(found[::2], found[1::2], strict=False)
        if scope != "command"
    )
    return {key: value for key, _, value in pairs}


def setting_in(repo: Repository, file: Path, key: str) -> bool:
    """Return whether *key* is true in the configuration *file*, without what that includes."""
    arguments = ["config", "--file", str(file), "--no-includes", "--type=bool", "--get", key]
    return _run(repo.git, repo.root, arguments).stdout.strip() == b"true"


def ref_names(repo: Repository, prefix: str) -> list[str]:
    """Return the full names of the refs below *prefix*."""
    found = run(repo, "for-each-ref", "--format=%(refname)", prefix)
    return os.fsdecode(found).split("\n")[:-1]


def last_tag(repo: Repository, *prefixes: str) -> tuple[str, int] | None:
    """Return the tag below *prefixes* with the latest date, and that date in seconds."""
    form = "--format=%(refname) %(taggerdate:unix)"
    found = run(repo, "for-each-ref", "--sort=-taggerdate", "--count=1", form, *prefixes)
    name, _, seconds = os.fsdecode(found).strip().partition(" ")
    return (name, int(seconds)) if seconds.isdigit() else None


def stored_tags(repo: Repository, git_dir: Path, limit: int = 1 << 20) -> dict[str, bytes]:
    """Return the tag objects of the clone at *git_dir*, whether or not a ref names them.

    The clone is read as a folder on disk: nothing is fetched, and none of its refs matter.
    """
    place = ["--git-dir", str(git_dir)]
    form = "--batch-check=%(objecttype) %(objectname) %(objectsize)"
    listed = _run(
        repo.git, repo.root, [*place, "cat-file", "--batch-all-objects", "--unordered", form]
    )
    if listed.returncode:
        raise GitError("cat-file", listed.stderr.decode(errors="replace"))
    lines = (line.split(" ") for line in listed.stdout.decode().splitlines())
    oids = [oid for kind, oid, size in lines if kind == "tag" and int(size) <= limit]
    asked = "".join(f"{oid}\n" for oid in oids).encode()
    answer = BytesIO(_run(repo.git, repo.root, [*place, "cat-file", "--batch"], data=asked).stdout)
    found = ((oid, _answer(answer, oid, None)) for oid in oids)
    return {oid: data for oid, data in found if data is not None}


_PEELED = re.compile(rb"^([0-9a-f]+) (refs/tags/.+)\n([0-9a-f]+) \2\^\{\}$", re.MULTILINE)


def peeled_tags(repo: Repository, prefix: str) -> list[Tag]:
    """Return the annotated tags whose full names begin with *prefix*, as `tags_under` does.

    The commits come from the packed refs where Git keeps them: no tag object is read. A tag of a
    tag is told by the commit that it leads to in the end.
    """
    done = _run(repo.git, repo.root, ["show-ref", "--tags", "--dereference"])
    if done.returncode not in (0, 1):  # 1: there is no tag
        raise GitError("show-ref", done.stderr.decode(errors="replace"))
    start = os.fsencode(prefix)
    return [
        Tag(os.fsdecode(name), oid.decode(), target.decode())
        for oid, name, target in _PEELED.findall(done.stdout)
        if name.startswith(start)
    ]


def unmerged(repo: Repository) -> list[str]:
    """Return the paths that a merge left unresolved in the index, each once."""
    found = os.fsdecode(run(repo, "ls-files", "-z", "--unmerged")).split("\0")[:-1]
    return list(dict.fromkeys(record.partition("\t")[2] for record in found))


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
    turns = [[], *(below[start : start + _MANY] for start in range(0, len(below), _MANY))]
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


_started: dict[tuple[Path, tuple[str, ...]], Callable[[], bytes | None]] = {}
"""The commands that `ahead` started, each with what waits for all that it prints."""


@contextlib.contextmanager
def ahead(repo: Repository, *arguments: str) -> Iterator[None]:
    """Start a Git command whose answer cannot change: `run` of the same one then waits for it."""
    key = repo.root, arguments
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [repo.git, *_PREFIX, *_NO_HOOKS, *arguments],
            cwd=repo.root,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )

        def printed() -> bytes | None:
            if process.wait():
                return None  # it will fail again, and say why
            output.seek(0)
            return output.read()

        _started[key] = printed
        try:
            yield
        finally:
            del _started[key]
            process.kill()
            process.wait()


def touches_ahead(
    repo: Repository, path: str, since: str | None, until: str
) -> contextlib.AbstractContextManager[None]:
    """Let Git list what `touches_of` is going to ask for, while the caller does something else."""
    return ahead(repo, *_touching(path, since, until))


def _touching(path: str, since: str | None, until: str) -> tuple[str, ...]:
    span = f"{since}..{until}" if since else until
    return (
        *("rev-list", "--no-commit-header", "--format=%H %ae", "--reverse"),
        *("--end-of-options", span, "--", path),
    )


def attempt(repo: Repository, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Return what the Git command did, whether or not it succeeded."""
    return _run(repo.git, repo.root, arguments)


@contextlib.contextmanager
def fed(repo: Repository, *arguments: str, data: bytes) -> Iterator[Callable[[], bytes]]:
    """Start a Git command that reads *data*, and yield what waits for all that it prints."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as output:
        given.write(data)
        given.seek(0)
        process = subprocess.Popen(
            [repo.git, *_PREFIX, *_NO_HOOKS, *arguments],
            cwd=repo.root,
            stdin=given,
            stdout=output,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )

        def printed() -> bytes:
            if process.wait():
                raise GitError(arguments[0], "")
            output.seek(0)
            return output.read()

        try:
            yield printed
        finally:
            process.kill()
            process.wait()


def index_paths(repo: Repository) -> list[str]:
    """Return the paths of the files of the index."""
    return os.fsdecode(run(repo, "ls-files", "-z")).split("\0")[:-1]
