"""The suites of `make crash`: each is a list of trials, and a trial returns what it found wrong."""

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.crash import points, scene
from tests.crash.points import BREAKS, POINTS, Nth
from tests.crash.scene import DOC, SETTLE, Facts, Run, Scene, everything, facts, git, qm

Maker = Callable[[Path, Path], Scene]
"""What makes a scene from the template, in a folder."""

Outcome = list[str]
"""What a trial found wrong."""


@dataclass(frozen=True)
class Trial:
    """A trial by name, which needs the template and a folder of its own."""

    name: str
    run: Callable[[Path, Path], Outcome]


_SOME = 4
"""One trial in so many also runs the commands that read, and `qm verify`, which take longest."""


def _break(name: str) -> None:
    if name:
        BREAKS[name]()


# --- killed at a point --------------------------------------------------------------------------


def kills(repeat: int, seed: int, broken: str = "", only: Sequence[str] = ()) -> list[Trial]:
    """Return *repeat* kills at each point of a release, in each kind of repository in turn."""
    chosen = random.Random(seed)  # noqa: S311
    makers = list(scene.RELEASES.items())
    trials = []
    for name in only or POINTS:
        first = chosen.randrange(len(makers))
        for number in range(repeat):
            kind, make = makers[(first + number) % len(makers)]
            trials.append(
                Trial(
                    f"{name} [{kind}]",
                    _killed(
                        name, make, must_reach=True, broken=broken, thorough=number % _SOME == 0
                    ),
                )
            )
    return trials


def kills_of_commands(repeat: int, seed: int) -> list[Trial]:
    """Return kills at every point of the other commands that publish, where they come by."""
    del seed
    return [
        Trial(
            f"{name} [{kind} {turn}]", _killed(name, make, turn=turn, thorough=at % _SOME == turn)
        )
        for _ in range(repeat)
        for kind, make in scene.COMMANDS.items()
        for at, name in enumerate(POINTS)
        for turn in ((1, 2) if kind == "redo" else (1,))
    ]


def double_kills(repeat: int, seed: int) -> list[Trial]:
    """Return kills of a release, then of the command that settles it, at points by chance."""
    chosen = random.Random(seed)  # noqa: S311
    late = [name for name in POINTS if name >= "10"]
    trials = []
    for number in range(repeat):
        first, second = chosen.choice(late), chosen.choice(late)
        make = list(scene.RELEASES.values())[number % len(scene.RELEASES)]
        trials.append(Trial(f"{first}, then {second}", _killed(first, make, second=second)))
    return trials


def _killed(
    point: str,
    make: Maker,
    *,
    turn: int = 1,
    second: str = "",
    must_reach: bool = False,
    broken: str = "",
    thorough: bool = True,
) -> Callable[[Path, Path], Outcome]:
    def run(template: Path, folder: Path) -> Outcome:
        one = make(template, folder)

        def prepare() -> None:
            _break(broken)
            POINTS[point](Nth(turn, points.die))

        done = qm(one.root, *one.argv, prepare=prepare)
        if not done.killed:
            if must_reach:
                return [f"the point was never reached: {done}"]
            if done.code and turn == 1:  # at a later turn, Git alone was killed before
                return [f"unexpected: {done}"]
        found = _reader_changes_nothing(one) if thorough else []
        if second:
            qm(one.elsewhere or one.root, *SETTLE, prepare=lambda: POINTS[second](Nth(1)))
        return found + settled_and_done_again(one, broken, verify=thorough)

    return run


def _reader_changes_nothing(one: Scene) -> Outcome:
    """Return what a command that only reads changed, or did not say (I4)."""
    pending = _journal_of(one.root).exists()
    before = everything(one.root)
    listed, checked = qm(one.root, "list"), qm(one.root, "check")
    found = [] if everything(one.root) == before else ["a command that reads changed something"]
    if (listed.code, checked.code in (0, 1)) != (0, True):
        found.append(f"a command that reads failed: {listed} {checked}")
    said = ["is not finished" in ran.err for ran in (listed, checked)]
    if said != [pending, pending]:
        found.append(f"the pending release is told {said}, the journal is there: {pending}")
    return found


def _journal_of(root: Path) -> Path:
    common = git(root, "rev-parse", "--path-format=absolute", "--git-common-dir").strip()
    return Path(common, "qm/journal.json")


def settled_and_done_again(one: Scene, broken: str = "", *, verify: bool = True) -> Outcome:
    """Settle a scene, judge it, run its command again, and judge that it is done."""
    root = one.elsewhere or one.root
    settled = qm(root, *SETTLE, prepare=lambda: _break(broken))
    found = [] if settled.code == 2 else [f"not settled: {settled}"]
    found += scene.judge(one)
    if found:
        return found
    was_done = _is_done(one)
    again = qm(one.root, *one.argv)
    if again.code not in ((3, 0) if was_done else (0,)):
        found.append(f"the command does not run again: {again}")
    if not was_done:
        found += scene.judge(one)
    if not _is_done(one):
        found.append(f"not done by the second run: {again}")
    return found + (verified(one.root) if verify else [])


def verifying() -> bool:
    """Return whether `qm verify` is to be run in the end."""
    return os.environ.get("QM_CRASH_VERIFY", "1") == "1"


def _is_done(one: Scene) -> bool:
    now = facts(one.root)
    path, content = one.or_file
    return now.refs != one.before.refs or bool(path and (one.root / path).read_bytes() == content)


def verified(root: Path) -> Outcome:
    """Return what `qm verify` finds wrong at the end."""
    if not verifying():
        return []
    done = qm(root, "verify")
    return [] if done.code == 0 else [f"qm verify: {done}"]


# --- faults -------------------------------------------------------------------------------------

_SYSCALLS = (
    *("openat", "write", "fsync", "rename", "renameat", "renameat2"),
    *("link", "linkat", "unlink", "unlinkat", "close", "mkdir", "mkdirat"),
)
_ERRORS = ("ENOSPC", "EIO", "EACCES")


def syscall_counts(template: Path, folder: Path) -> dict[str, int]:
    """Return how often each system call occurs in the `git update-ref` of a release."""
    one = scene.plain(template, folder)
    log = folder / "trace"

    def change(command: list[str]) -> tuple[list[str], bool]:
        tracer = ["strace", "-f", "-qq", "-o", str(log), "-e", f"trace={','.join(_known())}"]
        return [*tracer, *command], False

    done = qm(one.root, *one.argv, prepare=lambda: points.on_update_ref(change)(lambda: None))
    if done.code:
        raise AssertionError(f"strace: {done}")
    names = [line.split(None, 1)[1].partition("(")[0] for line in log.read_text().splitlines()]
    return {name: names.count(name) for name in _SYSCALLS if name in names}


def _known() -> list[str]:
    """Return the system calls that this machine has: others than x86-64 lack the older ones."""
    tried = [
        (name, ["strace", "-qq", "-o", os.devnull, "-e", f"trace={name}", "true"])
        for name in _SYSCALLS
    ]
    return [
        name
        for name, command in tried
        if subprocess.run(command, capture_output=True, check=False).returncode == 0
    ]


def has_strace() -> bool:
    """Return whether `strace` is there and may trace."""
    if not shutil.which("strace"):
        return False
    tried = subprocess.run(
        ["strace", "-qq", "-o", os.devnull, "true"], capture_output=True, check=False
    )
    return tried.returncode == 0


def ref_faults(template: Path, folder: Path) -> list[Trial]:
    """Return every fault of every system call of the step of the refs."""
    trials = []
    for name, count in syscall_counts(template, folder).items():
        for number in range(1, count + 1):
            for at, what in enumerate(("KILL", *_ERRORS)):
                how = "signal=KILL" if what == "KILL" else f"error={what}"
                inject = f"{name}:{how}:when={number}"
                for and_parent in (False, True):
                    also = " and qm" if and_parent else ""
                    trials.append(
                        Trial(
                            f"{name} {number} {what}{also}",
                            _ref_fault(inject, and_parent, verify=(number + at) % _SOME == 0),
                        )
                    )
    return trials


def _ref_fault(inject: str, and_parent: bool, verify: bool) -> Callable[[Path, Path], Outcome]:
    def run(template: Path, folder: Path) -> Outcome:
        one = scene.plain(template, folder)
        point = points.traced(inject, and_parent)
        done = qm(one.root, *one.argv, prepare=lambda: point(points.die))
        return _ended_well(done) + settled_and_done_again(one, verify=verify)

    return run


def _ended_well(done: Run) -> Outcome:
    """Return the tracebacks and hangs of a run: it may fail, with a sentence."""
    if done.killed or (done.code in (0, 2, 3, 4, 5) and "Traceback" not in done.err):
        return []
    return [f"ended badly: {done}"]


def call_count(make: Maker, template: Path, folder: Path) -> int:
    """Return how often a command touches the disk or starts a program."""
    folder.mkdir()
    one = make(template, folder)
    log = folder / "count"
    done = qm(one.root, *one.argv, prepare=lambda: points.every_call(0, "", log))
    if done.code:
        raise AssertionError(f"counting: {done}")
    return int(log.read_text())


def call_faults(template: Path, folder: Path) -> list[Trial]:
    """Return the failure of the n-th call of a command, for every n until it passes.

    A release is killed in every call, and every other call fails with one of the errors in turn;
    the other commands are killed in one call of eight.
    """
    trials = []
    for kind, make in ({"plain": scene.plain} | scene.COMMANDS).items():
        count = call_count(make, template, folder / kind)
        for number in range(1, count + 2) if kind == "plain" else range(1, count + 2, 8):
            fails = kind == "plain" and number % 2
            faults = ("KILL", _ERRORS[number % len(_ERRORS)]) if fails else ("KILL",)
            trials += [
                Trial(
                    f"call {number} {what} [{kind}]",
                    _call_fault(make, number, what, number % _SOME == 0),
                )
                for what in faults
            ]
    return trials


def recovery_faults(template: Path, folder: Path) -> list[Trial]:
    """Return the failure of the n-th call of the command that settles a release killed late."""
    trials = []
    for point in ("12 between the refs", "13 files exchanged", "14 before the index"):
        inside = folder / point
        inside.mkdir()
        one = scene.plain(template, inside)
        _kill_at_point(one, point)
        log = inside / "count"
        qm(one.root, *SETTLE, prepare=lambda log=log: points.every_call(0, "", log))
        for number in range(1, int(log.read_text()) + 2, 3):
            trials += [
                Trial(
                    f"settling call {number} {what} after {point}",
                    _recovery_fault(point, number, what),
                )
                for what in ("KILL", _ERRORS[number % len(_ERRORS)])
            ]
    return trials


def _kill_at_point(one: Scene, point: str) -> None:
    done = qm(one.root, *one.argv, prepare=lambda: POINTS[point](points.die))
    if not done.killed:
        raise AssertionError(f"{point}: {done}")


def _recovery_fault(point: str, number: int, what: str) -> Callable[[Path, Path], Outcome]:
    def run(template: Path, folder: Path) -> Outcome:
        one = scene.plain(template, folder)
        _kill_at_point(one, point)
        done = qm(one.root, *SETTLE, prepare=lambda: points.every_call(number, what))
        return _ended_well(done) + settled_and_done_again(one, verify=False)

    return run


def _call_fault(
    make: Maker, number: int, what: str, verify: bool
) -> Callable[[Path, Path], Outcome]:
    def run(template: Path, folder: Path) -> Outcome:
        one = make(template, folder)
        done = qm(one.root, *one.argv, prepare=lambda: points.every_call(number, what))
        return _ended_well(done) + settled_and_done_again(one, verify=verify)

    return run


def random_kills(repeat: int, seed: int) -> list[Trial]:
    """Return kills at uniform times, of a release or of the command that settles it."""
    chosen = random.Random(seed)  # noqa: S311
    return [
        Trial(f"at {moment:.3f} s", _kill_at(moment, number))
        for number, moment in enumerate(chosen.uniform(0.0, 0.25) for _ in range(repeat))
    ]


def _kill_at(moment: float, number: int) -> Callable[[Path, Path], Outcome]:
    def run(template: Path, folder: Path) -> Outcome:
        make = list(scene.SCENES.values())[number % len(scene.SCENES)]
        one = make(template, folder)
        child = scene.start(one.root, one.argv)
        time.sleep(moment)
        os.kill(child, signal.SIGKILL)
        scene.wait(one.root, child)
        if number % 3 == 0:
            child = scene.start(one.root, SETTLE)
            time.sleep(moment / 2)
            os.kill(child, signal.SIGKILL)
            scene.wait(one.root, child)
        return settled_and_done_again(one)

    return run


# --- somebody else, at a point -------------------------------------------------------------------

EDIT = b"\nWritten by the user at this very moment.\n"


def _stages(root: Path) -> bool:
    """Stage a file, as far as the lock of the index lets one; return whether it did."""
    (root / "theirs.txt").write_text("theirs\n")
    added = subprocess.run(["git", "add", "theirs.txt"], cwd=root, capture_output=True, check=False)
    if added.returncode == 0:
        (root.parent / "staged").touch()
    return added.returncode == 0


def _commits(root: Path) -> None:
    """Commit a file, and nothing else."""
    if _stages(root):
        _committed(root, "--", "theirs.txt")


def _commits_all(root: Path) -> None:
    """Commit all that is staged."""
    if _stages(root):
        _committed(root)


def _committed(root: Path, *paths: str) -> None:
    command = ["git", "commit", "-q", "-m", "theirs", *paths]
    if subprocess.run(command, cwd=root, capture_output=True, check=False).returncode == 0:
        (root.parent / "committed").write_text(git(root, "rev-parse", "HEAD"))


def _edits(root: Path) -> None:
    """Edit the document itself, as an editor does that writes in place."""
    with (root / DOC).open("ab") as file:
        file.write(EDIT)


def _replaces(root: Path) -> None:
    """Edit the document itself, as an editor does that renames a new file."""
    beside = root / DOC.replace(".md", ".md~")
    beside.write_bytes((root / DOC).read_bytes() + EDIT)
    beside.rename(root / DOC)


OTHERS = {
    "commits": _commits,
    "commits all": _commits_all,
    "stages": _stages,
    "edits": _edits,
    "replaces": _replaces,
}


def interlopers(broken: str = "", only: Sequence[str] = ()) -> list[Trial]:
    """Return a release beside which somebody else does something at a point."""
    # Nobody else is awake when Git is killed; without the exchange, a file can be replaced between.
    apart = ("12 refs prepared", "12 between the refs", "12 refs committed", "12 qm alone")
    apart += ("13 backup linked",)
    return [
        Trial(f"{other} at {name}", _beside(name, other, broken))
        for name in only or POINTS
        if name not in apart
        for other in OTHERS
    ]


def _beside(point: str, other: str, broken: str) -> Callable[[Path, Path], Outcome]:
    def run(template: Path, folder: Path) -> Outcome:
        one = scene.plain(template, folder)

        def prepare() -> None:
            _break(broken)
            POINTS[point](Nth(1, lambda: OTHERS[other](one.root)))

        done = qm(one.root, *one.argv, prepare=prepare)
        found = _ended_well(done)
        qm(one.root, *SETTLE)
        return found + _nothing_is_lost(one, other, facts(one.root))

    return run


def _nothing_is_lost(one: Scene, other: str, now: Facts) -> Outcome:
    """Return what was lost of a release or of the work of somebody else beside it."""
    found = [f"left over: {path}" for path in scene.left_over(one.root)]
    tag = now.refs.get("refs/tags/release/PR-ACC-001/1.0")
    if tag:
        tagged = git(one.root, "rev-parse", f"{tag}^{{commit}}:{DOC}")
        if git(one.root, "rev-parse", f"{now.head}:{DOC}") != tagged:
            found.append("the release was reverted")
        if git(one.root, "rev-parse", f":{DOC}") != tagged:
            found.append("the index would revert the release")
    if other in ("edits", "replaces") and not (one.root / DOC).read_bytes().endswith(EDIT):
        found.append("what the user wrote is lost")
    if (one.root.parent / "staged").exists() and "theirs.txt" not in git(one.root, "ls-files"):
        found.append("what was staged is lost")
    committed = one.root.parent / "committed"
    if committed.exists():
        commit = committed.read_text().strip()
        if git(one.root, "merge-base", commit, "HEAD").strip() != commit:
            found.append("a commit is lost")
    return found
