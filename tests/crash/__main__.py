"""`make crash`: kill, starve and race the publication of versions, and count what it breaks.

A table tells the trials, the violations and the time of every suite; the exit code is 1 if there
is a violation, or if a protocol that is broken on purpose shows none.
"""

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from tests.crash import scene, suites, together
from tests.crash.suites import Trial

BROKEN = "broken: "


def all_suites(options: argparse.Namespace) -> dict[str, Callable[[Path, Path], list[Trial]]]:
    """Return the suites by name: each makes its trials from the template and a folder."""
    many, seed, part = options.trials, options.seed, options.part

    def some(trials: list[Trial]) -> list[Trial]:
        chosen = random.Random(seed)  # noqa: S311
        return chosen.sample(trials, min(part, len(trials))) if part else trials

    def broken(name: str, *points: str) -> list[Trial]:
        return suites.kills(1, seed, broken=name, only=points)

    return {
        "kill points of release": lambda *_: some(suites.kills(many, seed)),
        "kill points of the others": lambda *_: some(suites.kills_of_commands(many // 20 or 1, 0)),
        "double kills": lambda *_: suites.double_kills(part if part else many * 6, seed),
        "faults of the ref step": lambda *two: some(suites.ref_faults(*two)),
        "faults of every call": lambda *two: some(suites.call_faults(*two)),
        "faults of the recovery": lambda *two: some(suites.recovery_faults(*two)),
        "kills at any time": lambda *_: suites.random_kills(part if part else many * 10, seed),
        "somebody else at a point": lambda *_: some(suites.interlopers()),
        "releasers at once": lambda *_: together.releasers(4, options.documents),
        "the same document": lambda *_: together.contenders(8, many // 2 or 1),
        "a plain committer": lambda *_: together.committer(options.documents * 2, many // 10 or 1),
        "linked work trees": lambda *_: together.work_trees(
            options.documents, many // 10 or 1, seed
        ),
        f"{BROKEN}tag-first": lambda *_: broken("tag-first", "14 before the index"),
        f"{BROKEN}no-journal": lambda *_: broken("no-journal", "12 between the refs"),
        f"{BROKEN}no-recovery": lambda *_: broken("no-recovery", "02 index locked"),
        f"{BROKEN}no-step-14": lambda *_: broken("no-step-14", "15 journal gone"),
        f"{BROKEN}no-index-lock": lambda *_: suites.interlopers(
            "no-index-lock", ("12 after the refs",)
        ),
    }


def carry_out(trials: list[Trial], template: Path, folder: Path, jobs: int) -> list[list[str]]:
    """Carry out *trials* in *jobs* processes; return what each found wrong, in their order."""
    folder.mkdir()
    children = []
    for job in range(jobs):
        child = os.fork()
        if child == 0:
            _worker([*enumerate(trials)][job::jobs], template, folder, folder / f"job-{job}")
        children.append(child)
    found: dict[int, list[str]] = {}
    for job, child in enumerate(children):
        os.waitpid(child, 0)
        path = folder / f"job-{job}"
        for line in path.read_text().splitlines() if path.exists() else ():
            number, wrong = json.loads(line)
            found[number] = wrong
    return [found.get(number, ["the trial did not end"]) for number in range(len(trials))]


def _worker(trials: list[tuple[int, Trial]], template: Path, folder: Path, results: Path) -> None:
    with results.open("w") as file:
        for number, trial in trials:
            inside = folder / str(number)
            inside.mkdir()
            try:
                wrong = trial.run(template, inside)
            except BaseException:
                wrong = [traceback.format_exc()]
            file.write(json.dumps([number, wrong]) + "\n")
            file.flush()
            if not wrong:
                shutil.rmtree(inside, ignore_errors=True)
    os._exit(0)


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(prog="make crash", description=__doc__)
    parser.add_argument("--trials", type=int, default=8, help="kills at each named point")
    parser.add_argument("--documents", type=int, default=10, help="documents of each releaser")
    parser.add_argument("--part", type=int, default=0, help="so many trials of each long suite")
    parser.add_argument("--only", default="", help="suites whose name holds this | or this")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--show", type=int, default=3, help="violations to print of each suite")
    parser.add_argument("--json", default="", help="write the figures to this file")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Run the suites and print the table; return 1 if a promise was broken."""
    options = parse(arguments)
    memory = Path("/dev/shm")
    where = memory if memory.is_dir() and shutil.disk_usage(memory).free > 1 << 30 else None
    folder = Path(tempfile.mkdtemp(prefix="qm-crash-", dir=where))
    scene.quiet_environment(folder)
    template = scene.make_template(folder / "template")
    scene.warm_up(template, folder / "warm")
    figures = {}
    print(f"seed {options.seed}, {options.jobs} jobs, in {folder}")
    print(f"{'suite':34}{'trials':>8}{'violations':>12}{'seconds':>9}", flush=True)
    bad = False
    for number, (name, make) in enumerate(all_suites(options).items()):
        if not any(one in name for one in options.only.split("|")):
            continue
        figures[name] = one = _suite(name, make, template, folder / str(number), options)
        is_broken = name.startswith(BROKEN)
        bad = bad or (one["violations"] == 0 if is_broken else one["violations"] != 0)
    if options.json:
        Path(options.json).write_text(json.dumps(figures, indent=1))
    if not bad:
        shutil.rmtree(folder, ignore_errors=True)
    return int(bad)


def _suite(
    name: str,
    make: Callable[[Path, Path], list[Trial]],
    template: Path,
    folder: Path,
    options: argparse.Namespace,
) -> dict[str, object]:
    """Run one suite, print its line and the first violations, and return its figures."""
    started = time.monotonic()
    folder.mkdir()
    (folder / "count").mkdir()
    if "ref step" in name and not suites.has_strace():
        print(f"{name:34}{'–':>8}{'–':>12}{'–':>9}  strace is not there, or may not trace")
        return {"trials": 0, "violations": 0, "seconds": 0.0, "skipped": "strace"}
    trials = make(template, folder / "count")
    wrong = carry_out(trials, template, folder / "trials", options.jobs)
    found = [(one.name, what) for one, what in zip(trials, wrong, strict=True) if what]
    seconds = time.monotonic() - started
    print(f"{name:34}{len(trials):>8}{len(found):>12}{seconds:>9.1f}", flush=True)
    if not name.startswith(BROKEN):
        for trial, what in found[: options.show]:
            print(f"  {trial}:", *what, sep="\n    ")
    return {
        "trials": len(trials),
        "violations": len(found),
        "seconds": round(seconds, 1),
        "found": [f"{trial}: {what}" for trial, what in found],
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
