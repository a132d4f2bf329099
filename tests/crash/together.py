"""Several at once in one repository: releasers, a plain committer, linked work trees."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.conftest import procedure
from tests.crash import scene
from tests.crash.points import BREAKS
from tests.crash.scene import FOLDER, RELEASE, Run, git
from tests.crash.suites import Outcome, Trial, verified

_PATIENCE = 300.0


def _documents(template: Path, folder: Path, count: int) -> tuple[Path, list[str]]:
    """Return a copy of the template with *count* more drafts, and the ids of these."""
    root = scene.plain(template, folder).root
    git(root, "reset", "-q", "--hard")
    names = [f"PR-ACC-{number:03}" for number in range(101, 101 + count)]
    scene.write(root, {f"{FOLDER}/{name}.md": procedure(name) for name in names})
    scene.commit(root, "drafts")
    return root, names


def _child(action: Callable[[], object]) -> int:
    """Run *action* in a child process of its own, and return its id."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            action()
            code = 0
        finally:
            os._exit(code)
    return child


def releasers(count: int, each: int) -> list[Trial]:
    """Return *count* releasers of *each* documents at once, on one clone."""

    def run(template: Path, folder: Path) -> Outcome:
        root, names = _documents(template, folder, count * each)
        children = [
            _child(lambda mine=names[turn::count]: _release_all(root, mine, folder))
            for turn in range(count)
        ]
        for child in children:
            os.waitpid(child, 0)
        return _all_released(root, names, folder) + _sound(root)

    return [Trial(f"{count} releasers of {each} documents", run)]


def _release_all(root: Path, names: list[str], folder: Path) -> None:
    """Release *names* one after the other, and note what became of each."""
    for name in names:
        done = _patient(root, "release", name, "-m", "why")
        (folder / f"{name}.done").write_text(f"{done.code}\n{done.err}")


def _patient(root: Path, *argv: str) -> Run:
    """Run `qm`, again where it is busy, as its message says."""
    done = Run(5, "", "")
    deadline = time.monotonic() + _PATIENCE
    while done.code == 5 and time.monotonic() < deadline:
        done = scene.wait(root, scene.start(root, argv), _PATIENCE)
    return done


def _all_released(root: Path, names: list[str], folder: Path) -> Outcome:
    """Return the documents that were not released exactly once."""
    found = []
    for name in names:
        told = (folder / f"{name}.done").read_text()
        if not told.startswith("0\n"):
            found.append(f"{name}: {told}")
        commits = git(root, "log", "--format=%H", f"--grep=^release {name} 1.0").split()
        tag = git(root, "rev-parse", f"refs/tags/release/{name}/1.0^{{commit}}").strip()
        if commits != [tag]:
            found.append(f"{name}: released by {commits}, tagged {tag}")
            continue
        if scene.changed_paths(root, f"{tag}~1", tag) != {f"{FOLDER}/{name}.md"}:
            found.append(f"{name}: the commit changes more than the document")
        path = f"{FOLDER}/{name}.md"
        if git(root, "rev-parse", f"{tag}:{path}") != git(root, "rev-parse", f"HEAD:{path}"):
            found.append(f"{name}: reverted later")
    return found


def _sound(root: Path) -> Outcome:
    """Return what is wrong in a repository in which nothing is under way any more."""
    found = [f"left over: {one}" for one in scene.left_over(root)]
    status = git(root, "status", "--porcelain", "-uno")
    if status:
        found.append(f"not clean: {status}")
    checked = subprocess.run(
        ["git", "fsck", "--strict"], cwd=root, capture_output=True, check=False
    )
    if checked.returncode:
        found.append(f"fsck: {checked.stderr.decode()}")
    return found + verified(root)


def contenders(count: int, repeat: int) -> list[Trial]:
    """Return *count* releasers of the same document: one wins, the others are refused."""

    def run(template: Path, folder: Path) -> Outcome:
        root = scene.plain(template, folder).root
        children = [scene.start(root, RELEASE) for _ in range(count)]
        done = [scene.wait(root, child, _PATIENCE) for child in children]
        codes = sorted(one.code for one in done)
        found = [] if codes == [0, *[3] * (count - 1)] else [f"exit codes {codes}: {done}"]
        tagged = git(root, "rev-parse", "refs/tags/release/PR-ACC-001/1.0^{commit}")
        if tagged != git(root, "rev-parse", "HEAD"):
            found.append("the tag is not on the branch")
        git(root, "reset", "-q", "--hard")
        return found + _sound(root)

    return [Trial(f"{count} contenders", run)] * repeat


def committer(documents: int, repeat: int, broken: str = "") -> list[Trial]:
    """Return a releaser of *documents* beside who commits every 10 ms in the same work tree."""

    def run(template: Path, folder: Path) -> Outcome:
        root, names = _documents(template, folder, documents)
        loop = _child(lambda: _commit_loop(root, folder))
        releaser = _child(lambda: _release_beside(root, names, folder, broken))
        os.waitpid(releaser, 0)
        (folder / "stop").touch()
        os.waitpid(loop, 0)
        scene.qm(root, *scene.SETTLE)
        return _released_or_busy(root, names, folder) + _commits_kept(root, folder) + _sound(root)

    return [Trial(f"a committer beside {documents} releases", run)] * repeat


def _release_beside(root: Path, names: list[str], folder: Path, broken: str) -> None:
    if broken:
        BREAKS[broken]()
    for name in names:
        done = scene.qm(root, "release", name, "-m", "why")
        (folder / f"{name}.done").write_text(f"{done.code}\n{done.err}")


def _commit_loop(root: Path, folder: Path) -> None:
    """Commit every 10 ms until told to stop, and note every commit that succeeded."""
    number = 0
    with (folder / "commits").open("w") as log:
        while not (folder / "stop").exists():
            number += 1
            (root / "loop.txt").write_text(f"{number}\n")
            add = subprocess.run(
                ["git", "add", "loop.txt"], cwd=root, capture_output=True, check=False
            )
            command = ["git", "commit", "-q", "-m", f"loop {number}"]
            if add.returncode == 0:
                done = subprocess.run(command, cwd=root, capture_output=True, check=False)
                if done.returncode == 0:
                    log.write(f"loop {number}\n")
            time.sleep(0.01)
    subprocess.run(["git", "checkout", "-q", "-f", "--", "."], cwd=root, check=False)
    subprocess.run(
        ["git", "commit", "-q", "-m", "the rest"], cwd=root, capture_output=True, check=False
    )


def _released_or_busy(root: Path, names: list[str], folder: Path) -> Outcome:
    """Return the documents that are neither released, nor left with a clean exit 5."""
    told = {name: (folder / f"{name}.done").read_text() for name in names}
    busy = [name for name in names if told[name].startswith("5\n")]
    found = _all_released(root, [name for name in names if name not in busy], folder)
    tags = git(root, "tag", "-l")
    found += [f"{name}: busy, and tagged" for name in busy if f"release/{name}/" in tags]
    (folder.parent / "busy").open("a").write("".join(f"{name}\n" for name in busy))
    return found


def _commits_kept(root: Path, folder: Path) -> Outcome:
    """Return the commits of the loop that the branch does not hold."""
    made = (folder / "commits").read_text().splitlines()
    held = set(git(root, "log", "--format=%s").splitlines())
    lost = [one for one in made if one not in held]
    return (
        [f"lost commits: {lost}"] if lost else ([] if made else ["the committer never committed"])
    )


def work_trees(documents: int, repeat: int, seed: int) -> list[Trial]:
    """Return releases in a linked work tree beside kills of `qm` in the main one."""
    chosen = random.Random(seed)  # noqa: S311

    def run(template: Path, folder: Path) -> Outcome:
        root, names = _documents(template, folder, documents)
        done = scene.qm(root, *RELEASE)
        git(root, "switch", "-q", "-c", "side")
        git(root, "worktree", "add", "-q", str(folder / "linked"), "main")
        releaser = _child(lambda: _release_all(folder / "linked", names, folder))
        while os.waitpid(releaser, os.WNOHANG) == (0, 0):
            child = scene.start(root, ("revise", "PR-ACC-001"))
            time.sleep(chosen.uniform(0.0, 0.2))
            os.kill(child, signal.SIGKILL)
            scene.wait(root, child)
        scene.qm(root, *scene.SETTLE)
        found = [] if done.code == 0 else [f"unexpected: {done}"]
        found += _all_released(folder / "linked", names, folder)
        return found + _sound(folder / "linked") + _clean(root)

    return [Trial(f"a linked work tree, {documents} releases", run)] * repeat


def _clean(root: Path) -> Outcome:
    status = git(root, "status", "--porcelain", "-uno")
    return [f"not clean: {status}"] if status else []
