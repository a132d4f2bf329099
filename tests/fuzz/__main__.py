"""`make fuzz`: give the readers of `qm` broken inputs, and count what breaks them.

An execution fails by an exception other than a `QmError`, by more than two seconds of the
processor, or by more than 512 MB. What failed is made shorter and kept in `tests/fuzz/corpus`;
`make test` runs each file there again.
"""

import argparse
import hashlib
import multiprocessing
import os
import random
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from types import FrameType
from typing import Any

from qmtool.errors import QmError
from tests.fuzz.mutate import mutated
from tests.fuzz.seeds import CORPUS, seeds
from tests.fuzz.targets import TARGETS

SECONDS = 2.0
MEGABYTES = 512
ROOM = 2 << 30
"""The address space of a worker: beyond it Python raises MemoryError."""

WEIGHTS = {"document": 6, "body": 5, "patch": 3, "adoption": 2, "ciso": 1, "workbook": 1}
"""How many turns of a round a target has; the others have two."""

EVERY = 200
"""After so many executions a worker tells its figures."""


class TooSlow(Exception):
    """An execution took more than `SECONDS` of the processor."""


@dataclass
class Figures:
    """What a worker did."""

    executions: Counter[str] = field(default_factory=Counter)
    slowest: dict[str, float] = field(default_factory=dict)
    failures: dict[tuple[str, str], bytes] = field(default_factory=dict)
    memory: int = 0


def _alarm(number: int, frame: FrameType | None) -> None:
    raise TooSlow


def attempt(name: str, data: bytes) -> tuple[str, float]:
    """Return how the target called *name* fails on *data*, if it does, and its seconds."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    before = time.process_time()
    wrong = ""
    try:
        TARGETS[name](data)
    except QmError:
        pass
    except TooSlow:
        wrong = "slow"
    except Exception as error:
        wrong = _kind(error)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    taken = time.process_time() - before
    return wrong or ("slow" if taken > SECONDS else ""), taken


def _kind(error: Exception) -> str:
    """Return what an exception is, and where: one bug is told once."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    ours = [one for one in traceback.extract_tb(error.__traceback__) if "qmtool" in one.filename]
    place = ours[-1] if ours else frame
    return f"{type(error).__name__} {Path(place.filename).name}:{place.lineno}"


def shortened(name: str, data: bytes, wrong: str, seconds: float) -> bytes:
    """Return a shorter input that fails in the same way, as far as *seconds* lead."""
    until = time.monotonic() + seconds
    size = max(len(data) // 2, 1)
    while size and time.monotonic() < until:
        start = 0
        while start < len(data) and time.monotonic() < until:
            less = data[:start] + data[start + size :]
            if attempt(name, less)[0] == wrong:
                data = less
            else:
                start += size
        size //= 2
    return data


def work(job: int, options: argparse.Namespace, told: Any) -> None:
    """Execute targets until the executions or the seconds of this job are used up."""
    signal.signal(signal.SIGPROF, _alarm)
    resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))
    chance = random.Random(options.seed * 1_000 + job)  # noqa: S311
    names = [name for name in TARGETS if options.only in name for _ in range(WEIGHTS.get(name, 2))]
    for name in set(names):  # what is read once is no part of an execution
        attempt(name, seeds()[name][0])
    until = time.monotonic() + options.seconds
    share = options.executions // options.jobs + (job < options.executions % options.jobs)
    figures, done = Figures(), 0
    while done < share and time.monotonic() < until:
        name = chance.choice(names)
        _once(name, mutated(chance, seeds()[name]), figures)
        done += 1
        if done % EVERY == 0 or done == share:
            told.put(figures)
            figures = Figures()
    told.put(figures)
    told.put(None)


def _once(name: str, data: bytes, figures: Figures) -> None:
    wrong, seconds = attempt(name, data)
    figures.executions[name] += 1
    figures.slowest[name] = max(figures.slowest.get(name, 0.0), seconds)
    figures.memory = max(figures.memory, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    if wrong and (name, wrong) not in _known:
        _known.add((name, wrong))
        figures.failures[name, wrong] = shortened(name, data, wrong, 20.0)


_known: set[tuple[str, str]] = set()


def keep(name: str, data: bytes) -> Path:
    """Write an input that failed to the corpus, and return where."""
    path = CORPUS / name / hashlib.sha256(data).hexdigest()[:12]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def collect(told: Any, alive: Callable[[], bool], jobs: int) -> Figures:
    """Return the figures of all workers; show how far they are every ten seconds or so."""
    total, shown, ended = Figures(), time.monotonic(), 0
    while ended < jobs:
        try:
            one = told.get(timeout=5)
        except Empty:
            if not alive():
                total.failures["", "a worker died"] = b""
                break
            continue
        if one is None:
            ended += 1
            continue
        total.executions += one.executions
        total.memory = max(total.memory, one.memory)
        for name, seconds in one.slowest.items():
            total.slowest[name] = max(total.slowest.get(name, 0.0), seconds)
        for (name, wrong), data in one.failures.items():
            if (name, wrong) not in total.failures:
                total.failures[name, wrong] = data
                print(f"{name}: {wrong}: {keep(name, data)}", flush=True)
        if time.monotonic() - shown > 10:
            shown = time.monotonic()
            print(f"  {total.executions.total():,} executions", file=sys.stderr, flush=True)
    return total


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--executions", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", default="", help="targets whose name holds this")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Run the workers and print a table; return 1 if anything failed."""
    options = parse(arguments)
    print(f"seed {options.seed}, {options.jobs} jobs", flush=True)
    context = multiprocessing.get_context("fork")
    told = context.Queue()
    started = time.monotonic()
    workers = [
        context.Process(target=work, args=(job, options, told)) for job in range(options.jobs)
    ]
    for worker in workers:
        worker.start()
    total = collect(told, lambda: any(one.is_alive() for one in workers), options.jobs)
    for worker in workers:
        worker.join()
    seconds = time.monotonic() - started
    print(f"{'target':12}{'executions':>12}{'slowest (s)':>13}{'failures':>10}")
    failed = Counter(name for name, _ in total.failures)
    for name, count in sorted(total.executions.items()):
        print(f"{name:12}{count:>12,}{total.slowest[name]:>13.3f}{failed[name]:>10}")
    count = total.executions.total()
    print(f"{count:,} executions in {seconds:.0f} s ({count / seconds:.0f} a second)")
    print(f"at most {total.memory // 1024} MB, {len(total.failures)} failures")
    return int(bool(total.failures) or total.memory > MEGABYTES * 1024)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
