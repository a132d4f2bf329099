"""Repositories to crash in, what must still be true of them afterwards, and `qm` run in them."""

import contextlib
import gc
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qmtool.cli import main
from tests.conftest import SETTINGS, procedure

FOLDER = "processes/welcome/applicables"
DOC = f"{FOLDER}/PR-ACC-001.md"
OTHER = f"{FOLDER}/PR-ACC-002.md"
SETTLE = ("revise", "NO-SUCH")
"""A command that takes the lock of `qm`, settles what was interrupted, and then does nothing."""

RELEASE = ("release", "PR-ACC-001", "-m", "why")
_SECONDS = 60.0


def quiet_environment(folder: Path) -> None:
    """Give this process an empty Git configuration, its own cache and anchors, and English."""
    for name in list(os.environ):
        if name.startswith(("GIT_", "LC_", "LANG")):
            del os.environ[name]
    os.environ |= {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "QM_CACHE_DIR": str(folder / "cache"),
        "QM_STATE_DIR": str(folder / "state"),
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "120",
        "CI": "true",
    }


def git(root: Path, *arguments: str, check: bool = True) -> str:
    """Return what a Git command prints."""
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)
    if check and done.returncode:
        raise AssertionError(f"git {arguments}: {done.stderr.decode(errors='replace')}")
    return os.fsdecode(done.stdout)


def write(root: Path, files: dict[str, str]) -> None:
    """Write *files* by path."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())


def commit(root: Path, message: str = "work") -> None:
    """Commit everything."""
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", message)


@dataclass(frozen=True)
class Run:
    """How `qm` ended: its exit code, or minus the signal that killed it."""

    code: int
    out: str
    err: str

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL

    def __str__(self) -> str:
        return f"exit {self.code}: {self.out[-200:]!r} {self.err[-300:]!r}"


def start(root: Path, argv: Sequence[str], prepare: Callable[[], object] | None = None) -> int:
    """Start `qm` in *root* in a child process, after *prepare* there, and return its id."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child
    code = 99
    try:
        os.chdir(root)
        streams = (os.devnull, _stream(root, os.getpid(), "out"), _stream(root, os.getpid(), "err"))
        for number, name in enumerate(streams):
            os.dup2(os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), number)
        sys.argv = ["qm", *argv]
        if prepare:
            prepare()
        code = main.guarded(main.invoke)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _stream(root: Path, child: int, name: str) -> str:
    return str(root.parent / f"{root.name}.{child}.{name}")


def wait(root: Path, child: int, seconds: float = _SECONDS) -> Run:
    """Return how the child ended; it is killed, and counts as hanging (98), after *seconds*."""
    deadline = time.monotonic() + seconds
    status = None
    pause = 0.001
    while status is None:
        ended, code = os.waitpid(child, os.WNOHANG)
        if ended:
            status = os.waitstatus_to_exitcode(code)
        elif time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            status = 98
        else:
            time.sleep(pause)
            pause = min(pause * 1.3, 0.01)
    texts = []
    for name in ("out", "err"):
        path = Path(_stream(root, child, name))
        texts.append(path.read_text(errors="replace") if path.exists() else "")
        path.unlink(missing_ok=True)
    return Run(status, *texts)


def qm(root: Path, *argv: str, prepare: Callable[[], object] | None = None) -> Run:
    """Run `qm` in *root*, with *prepare* called in its process before."""
    return wait(root, start(root, argv, prepare))


@dataclass(frozen=True)
class Facts:
    """All that a command may change in a repository, as seen from one work tree."""

    refs: dict[str, str]
    head: str
    index: dict[str, str]
    files: dict[str, object]
    status: tuple[str, ...]


def facts(root: Path) -> Facts:
    """Return the facts of the work tree *root*."""
    listed = git(root, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    index = git(root, "ls-files", "-s", "-v", "-z").split("\0")[:-1]
    status = git(root, "--no-optional-locks", "status", "--porcelain", "-z").split("\0")
    return Facts(
        refs=dict(line.split(" ") for line in listed),
        head=git(root, "symbolic-ref", "HEAD").strip(),
        index={line.partition("\t")[2]: line.partition("\t")[0] for line in index},
        files=work_files(root),
        status=tuple(sorted(status)),
    )


def work_files(root: Path) -> dict[str, object]:
    """Return every file and folder of a work tree: its mode, and its bytes or where it points."""
    found: dict[str, object] = {}
    for folder, folders, files in os.walk(root):
        if Path(folder) == root:
            folders[:] = [one for one in folders if one != ".git"]
        for name in (*folders, *files):
            path = Path(folder, name)
            if path == root / ".git":
                continue
            mode = path.lstat().st_mode
            content = path.readlink() if path.is_symlink() else b""
            found[str(path.relative_to(root))] = (
                (mode, path.read_bytes()) if path.is_file() else (mode, content)
            )
    return found


def everything(root: Path) -> dict[str, object]:
    """Return every byte of a repository, that of Git too: a command that reads changes none."""
    return {
        str(path): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def left_over(root: Path) -> list[str]:
    """Return the locks, temporary files and journals that nobody will ever take away."""
    git_dir = Path(git(root, "rev-parse", "--path-format=absolute", "--git-common-dir").strip())
    inside = [
        path
        for path in git_dir.rglob("*")
        if path.name.endswith((".lock", ".new"))
        or path.name.startswith((".qm", "qm-scratch", "qm-index", "journal", "next-index"))
    ]
    beside = [root / path for path in work_files(root) if Path(path).name.startswith(".qm-")]
    return [str(path) for path in (*inside, *beside)]


@dataclass
class Scene:
    """A repository, the command to kill in it, and how to judge what came of it."""

    name: str
    root: Path
    argv: tuple[str, ...] = RELEASE
    elsewhere: Path | None = None
    or_file: tuple[str, bytes] = ("", b"")
    judge: Callable[["Scene", Facts, Facts], list[str]] | None = None
    before: Facts = field(init=False)

    def __post_init__(self) -> None:
        self.before = facts(self.root)


def judge(scene: Scene) -> list[str]:
    """Return what is wrong in a scene that was settled: it is all old, or all new (I2, I3)."""
    found = [f"left over: {one}" for one in left_over(scene.root)]
    checked = subprocess.run(
        ["git", "fsck", "--strict", "--no-dangling"],
        cwd=scene.root,
        capture_output=True,
        check=False,
    )
    if checked.returncode:
        found.append(f"fsck: {checked.stdout.decode()}{checked.stderr.decode()}")
    now = facts(scene.root)
    if now.refs == scene.before.refs:
        path, content = scene.or_file
        but = {path} if path and (scene.root / path).read_bytes() == content else set()
        return found + _differences(scene.before, now, frozenset(but), "not published")
    return found + (scene.judge or published)(scene, scene.before, now)


def published(scene: Scene, before: Facts, now: Facts) -> list[str]:
    """Return what is wrong where one commit on the branch, and its tags, were published."""
    found = []
    base, tip = before.refs[before.head], now.refs.get(now.head, "")
    if git(scene.root, "rev-parse", f"{tip}^@").split() != [base]:
        found.append(f"the branch is not one commit further: {before.head}")
    changed = changed_paths(scene.root, base, tip)
    found += _as_committed(scene.root, tip, changed)
    if scene.argv == RELEASE and changed != {DOC}:
        found.append(f"the commit changes {sorted(changed)}")
    if scene.argv[0] not in ("revise", "log", "act", "register") and not tags_of(before, now):
        found.append("there is no tag")
    for ref in tags_of(before, now):
        if git(scene.root, "rev-parse", f"{ref}^{{commit}}").strip() != tip:
            found.append(f"{ref} is on another commit")
    others = {ref for ref in {*before.refs, *now.refs} if before.refs.get(ref) != now.refs.get(ref)}
    if others - {before.head, *tags_of(before, now)}:
        found.append(f"other refs moved: {sorted(others)}")
    return found + _differences(before, now, frozenset(changed), "published")


def tags_of(before: Facts, now: Facts) -> list[str]:
    """Return the tags that are new."""
    return [ref for ref in now.refs if ref.startswith("refs/tags/") and ref not in before.refs]


def changed_paths(root: Path, base: str, tip: str) -> set[str]:
    """Return the paths that differ between two commits."""
    compared = git(root, "diff-tree", "-r", "-z", "--name-only", "--no-renames", base, tip)
    return {*compared.split("\0")[:-1]}


def _as_committed(root: Path, tip: str, paths: set[str]) -> list[str]:
    """Return the *paths* whose file or index entry is not that of the commit *tip*."""
    found = []
    for path in sorted(paths):
        tree = git(root, "ls-tree", tip, "--", path).split()
        index = git(root, "ls-files", "-s", "--", path).split()
        if tree[2:3] != index[1:2]:
            found.append(f"the index is not at the new commit: {path}")
        blob = git(root, "cat-file", "blob", tree[2]).encode() if tree else None
        file = root / path
        held = file.read_bytes() if file.exists() else None
        if held is None or blob is None:
            same = held is blob
        else:
            same = held.replace(b"\r\n", b"\n") == blob.replace(b"\r\n", b"\n")
        if not same:
            found.append(f"the file is not that of the new commit: {path}")
    return found


def _differences(before: Facts, now: Facts, but: frozenset[str], state: str) -> list[str]:
    """Return what differs between two facts outside of the paths *but*."""
    found = []
    if before.head != now.head:
        found.append(f"{state}, and HEAD is on another branch")
    above = {str(one) for path in but for one in Path(path).parents}
    for what, old, new in (
        ("index", before.index, now.index),
        ("work tree", before.files, now.files),
    ):
        names = {path for path in {*old, *new} if old.get(path) != new.get(path)}
        other = names - but - (above if what == "work tree" else set())
        found += [f"{state}, and the {what} changed: {path}" for path in sorted(other)]
    old, new = ({one for one in each.status if one[3:] not in but} for each in (before, now))
    if old != new:
        found.append(f"{state}, and git status differs: {sorted(old ^ new)}")
    return found


# --- the scenes ------------------------------------------------------------------------------


def make_template(root: Path) -> Path:
    """Make the repository of which every scene is a copy: two drafts, and work under way."""
    root.mkdir(parents=True)
    git(root, "init", "-q", "-b", "main")
    git(root, "config", "user.name", "Quality Manager")
    git(root, "config", "user.email", "rq@example.org")
    write(
        root,
        {
            "qm.yaml": SETTINGS,
            DOC: procedure("PR-ACC-001"),
            OTHER: procedure("PR-ACC-002"),
            "notes.txt": "one\n",
            "gone.txt": "staged for deletion\n",
        },
    )
    commit(root, "start")
    return root


def work_under_way(root: Path) -> None:
    """Leave staged, unstaged and untracked work in *root*."""
    write(root, {"staged.txt": "staged\n", "notes.txt": "one\ntwo\n"})
    git(root, "add", "staged.txt", "notes.txt")
    git(root, "rm", "-q", "--cached", "gone.txt")
    write(root, {"notes.txt": "one\ntwo\nthree\n", "untracked.txt": "untracked\n"})
    write(root, {OTHER: procedure("PR-ACC-002", "## Purpose\n\nBeing edited.\n")})


def _copy(template: Path, folder: Path) -> Path:
    root = folder / "centre"
    shutil.copytree(template, root, symlinks=True)
    return root


def plain(template: Path, folder: Path) -> Scene:
    """Return a first release."""
    root = _copy(template, folder)
    work_under_way(root)
    return Scene("release", root)


def packed(template: Path, folder: Path) -> Scene:
    """Return a release where all refs are packed, of a second version."""
    root = _copy(template, folder)
    _must(root, "release", "PR-ACC-001", "-m", "first")
    _must(root, "revise", "PR-ACC-001")
    git(root, "pack-refs", "--all")
    work_under_way(root)
    return Scene("release, packed refs", root)


def crlf(template: Path, folder: Path) -> Scene:
    """Return a release where the file on disk has CRLF and the blob has LF."""
    root = _copy(template, folder)
    (root / DOC).write_bytes((root / DOC).read_bytes().replace(b"\n", b"\r\n"))
    git(root, "config", "core.autocrlf", "true")
    git(root, "add", DOC)
    work_under_way(root)
    return Scene("release, CRLF on disk", root)


def linked(template: Path, folder: Path) -> Scene:
    """Return a release in a linked work tree, settled by a command in the main one."""
    root = _copy(template, folder)
    git(root, "switch", "-q", "-c", "side")
    git(root, "worktree", "add", "-q", str(folder / "linked"), "main")
    work_under_way(folder / "linked")
    return Scene("release, linked work tree", folder / "linked", elsewhere=root)


def revise(template: Path, folder: Path) -> Scene:
    """Return the opening of the next draft."""
    root = _copy(template, folder)
    _must(root, *RELEASE)
    work_under_way(root)
    return Scene("revise", root, ("revise", "PR-ACC-001"))


def revise_edited(template: Path, folder: Path) -> Scene:
    """Return the opening of a draft where the document was edited: only its file changes."""
    root = _copy(template, folder)
    _must(root, *RELEASE)
    text = (root / DOC).read_text()
    edited = text.replace("Text.", "Better text.")
    write(root, {DOC: edited})
    draft = edited.replace("status: released", "status: draft").encode()
    return Scene("revise, edited", root, ("revise", "PR-ACC-001"), or_file=(DOC, draft))


def adopt(template: Path, folder: Path) -> Scene:
    """Return the adoption of many files, with a `qm.yaml` and folders that are new."""
    del template
    root = folder / "centre"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    git(root, "config", "user.name", "Quality Manager")
    git(root, "config", "user.email", "rq@example.org")
    names = [f"welcome/PR-ACC-{number:03}.md" for number in range(1, 13)]
    write(root, {name: f"# Title of {name[8:-3]}\n\nText of {name}.\n" for name in names})
    write(root, {"notes.txt": "one\n", "gone.txt": "x\n"})
    commit(root, "start")
    _must(root, "adopt")
    write(root, {"staged.txt": "staged\n", "notes.txt": "one\ntwo\n"})
    git(root, "add", "staged.txt")
    return Scene("adopt", root, ("adopt",))


def withdraw(template: Path, folder: Path) -> Scene:
    """Return a withdrawal: the file goes to another folder."""
    root = _copy(template, folder)
    _must(root, *RELEASE)
    work_under_way(root)
    return Scene("withdraw", root, ("withdraw", "PR-ACC-001", "--reason", "no longer done"))


LOG = (
    *("log", "action", "New mark", "--set", "origin=event", "--set", "type=corrective"),
    *("--set", "description=Put a mark on the wall"),
)


def log(template: Path, folder: Path) -> Scene:
    """Return the declaration of an entry: a file that is new, in a folder that is new."""
    root = _copy(template, folder)
    work_under_way(root)
    return Scene("log", root, LOG)


def act(template: Path, folder: Path) -> Scene:
    """Return a step of an entry."""
    root = _copy(template, folder)
    _must(root, *LOG)
    name = next(root.glob("processes/*/*/action/*.md")).name[:17]
    work_under_way(root)
    return Scene("act", root, ("act", name, "abandoned", "--set", "reason=Done by others"))


def take_over(template: Path, folder: Path) -> Scene:
    """Return an import: one entry that is new, and one that changes."""
    root = _copy(template, folder)
    _must(root, *LOG)
    name = next(root.glob("processes/*/*/action/*.md")).name[:17]
    table = folder / "actions.csv"
    rows = (f"{name},New mark,event,corrective,On the door", ",Second mark,event,corrective,Low")
    table.write_text("\n".join(["id,title,origin,type,description", *rows, ""]), encoding="utf-8")
    work_under_way(root)
    return Scene("import", root, ("register", "action", "--import", str(table)))


def redo(template: Path, folder: Path) -> Scene:
    """Return a release that is made again after its push was rejected."""
    root = _copy(template, folder)
    git(folder, "clone", "-q", "--bare", str(root), "shared.git")
    git(root, "remote", "add", "origin", str(folder / "shared.git"))
    git(root, "fetch", "-q", "origin")
    git(root, "branch", "-q", "--set-upstream-to=origin/main", "main")
    _must(root, *RELEASE)
    git(folder, "clone", "-q", str(folder / "shared.git"), "second")
    write(
        folder / "second", {"theirs.txt": "theirs\n", OTHER: procedure("PR-ACC-002", "## P\n\nT\n")}
    )
    git(folder / "second", "-c", "user.name=B", "-c", "user.email=b@example.org", "add", "-A")
    identity = ("-c", "user.name=B", "-c", "user.email=b@example.org")
    git(folder / "second", *identity, "commit", "-q", "-m", "theirs")
    git(folder / "second", "push", "-q", "origin", "main")
    git(root, "fetch", "-q", "origin")
    write(root, {"staged.txt": "staged\n", "notes.txt": "one\ntwo\n", "untracked.txt": "u\n"})
    git(root, "add", "staged.txt")
    return Scene("release --redo", root, ("release", "--redo"), judge=_redone)


def _redone(scene: Scene, before: Facts, now: Facts) -> list[str]:
    """Return what is wrong where a lost attempt was set aside, and perhaps made again."""
    found = []
    followed, tip = now.refs["refs/remotes/origin/main"], now.refs[now.head]
    between = git(scene.root, "rev-list", f"{followed}..{tip}").split()
    tag = "refs/tags/release/PR-ACC-001/1.0"
    aside = [ref for ref in now.refs if ref.startswith("refs/qm/abandoned/")]
    if [now.refs[ref] for ref in aside] != [before.refs[tag]]:
        found.append(f"the lost attempt is not kept: {aside}")
    if len(between) != (tag in now.refs) or now.refs.get(tag) == before.refs[tag]:
        found.append("the branch and the tag do not go together")
    changed = changed_paths(scene.root, before.refs[before.head], tip)
    found += _as_committed(scene.root, tip, changed)
    return found + _differences(before, now, frozenset(changed), "redone")


def policy(template: Path, folder: Path) -> Scene:
    """Return the release of the policy: a tag, and nothing else."""
    root = _copy(template, folder)
    work_under_way(root)
    return Scene("release POLICY", root, ("release", "POLICY", "-m", "why"), judge=_tagged)


def finalise(template: Path, folder: Path) -> Scene:
    """Return the tag of a version that was proposed and merged."""
    root = _copy(template, folder)
    _must(root, *RELEASE, "--propose")
    git(root, "merge", "-q", "--ff-only", "qm/PR-ACC-001-1.0")
    work_under_way(root)
    return Scene("finalise", root, ("release", "PR-ACC-001", "--finalise"), judge=_tagged)


def _tagged(scene: Scene, before: Facts, now: Facts) -> list[str]:
    """Return what is wrong where one tag on the last commit was published, and no commit."""
    tags = tags_of(before, now)
    found = [] if len(tags) == 1 else [f"the tags are {tags}"]
    if {ref: oid for ref, oid in now.refs.items() if ref not in tags} != before.refs:
        found.append("other refs moved")
    if tags and git(scene.root, "rev-parse", f"{tags[0]}^{{commit}}").strip() != now.refs[now.head]:
        found.append(f"{tags[0]} is on another commit")
    return found + _differences(before, now, frozenset(), "tagged")


def propose(template: Path, folder: Path) -> Scene:
    """Return a proposal: a branch of its own, and nothing else."""
    root = _copy(template, folder)
    work_under_way(root)
    return Scene("propose", root, (*RELEASE, "--propose"), judge=_proposed)


def _proposed(scene: Scene, before: Facts, now: Facts) -> list[str]:
    """Return what is wrong where a version was proposed on a branch of its own."""
    new = sorted({*now.refs} - {*before.refs})
    found = [] if new == ["refs/heads/qm/PR-ACC-001-1.0"] else [f"the new refs are {new}"]
    if {ref: oid for ref, oid in now.refs.items() if ref not in new} != before.refs:
        found.append("other refs moved")
    if new and changed_paths(scene.root, now.head, new[0]) != {DOC}:
        found.append("the proposal changes more than the document")
    return found + _differences(before, now, frozenset(), "proposed")


def warm_up(template: Path, folder: Path) -> None:
    """Release once in this process, so that the children of it need not import and parse again."""
    folder.mkdir()
    root = _copy(template, folder)
    here, argv = Path.cwd(), sys.argv
    os.chdir(root)
    for sys.argv in (["qm", *RELEASE], ["qm", "list"], ["qm", "verify"]):
        with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
            main.guarded(main.invoke)
    sys.argv = argv
    os.chdir(here)
    gc.collect()  # a Git that is still read from would be shared with the children, which wait


def _must(root: Path, *argv: str) -> None:
    done = qm(root, *argv)
    if done.code:
        raise AssertionError(f"qm {argv}: {done}")


RELEASES = {"plain": plain, "packed": packed, "crlf": crlf, "linked": linked}
COMMANDS = {
    "revise": revise,
    "revise-edited": revise_edited,
    "adopt": adopt,
    "withdraw": withdraw,
    "log": log,
    "act": act,
    "import": take_over,
    "redo": redo,
    "policy": policy,
    "propose": propose,
    "finalise": finalise,
}
SCENES = RELEASES | COMMANDS
