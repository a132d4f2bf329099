"""Measure `qm` beside public tools on the same files, and print the ratios as a table."""

# This process stays small: the peak memory of a child includes that of its parent until `exec`.
import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from generate import Corpus, git

HERE = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent
SMALL = 10  # documents of the centre that a long framework is imported into, or that has a past
CHAPTERS, LINES = 40, 30  # of that framework: 1,200 requirements
MEMORY_BAR = 250  # MB, for every run of qm
HELLO = '''import typer

app = typer.Typer()


@app.command()
def hello(name: str) -> None:
    """Say hello."""
    print(f"Hello {name}")


app()
'''


def nothing() -> None:
    """Do nothing before a run."""


@dataclass(frozen=True)
class Program:
    """A command to measure, and what to do before each of its runs."""

    command: list[str | Path]
    environment: dict[str, str] = field(default_factory=dict)
    prepare: Callable[[], None] = nothing
    folder: Path | None = None
    """Where it runs; by default in the corpus."""


@dataclass(frozen=True)
class Case:
    """A row of the table: `qm` may take *bar* times the wall time of the reference."""

    name: str
    qm: Program
    reference: Program
    bar: float
    goal: float | None = None


@dataclass(frozen=True)
class Run:
    """What one process cost."""

    wall: float
    cpu: float
    memory: float
    status: int


class Bench:
    """A corpus, the caches beside it, and the cases to measure there."""

    def __init__(self, folder: Path, documents: int) -> None:
        self.folder = folder
        self.corpus = folder / "corpus"
        self.output = folder / "output.txt"
        (folder / "hello.py").write_text(HELLO, encoding="utf-8")
        self.small = folder / "small"
        for place, count in ((self.corpus, documents), (self.small, SMALL)):
            generate = [sys.executable, str(HERE / "generate.py"), str(place)]
            subprocess.run([*generate, "--documents", str(count)], check=True)
        self.living = folder / "living"
        generate = [sys.executable, str(HERE / "generate.py"), str(self.living)]
        counts = ["--documents", str(documents), "--records", str(documents * 6 // 10)]
        subprocess.run([*generate, *counts], check=True)
        self.past = folder / "past"
        self.small_past = folder / "small-past"
        self.counts = {self.past: documents, self.small_past: SMALL}
        shutil.copytree(self.small, self.small_past)
        self.import_framework()

    def import_framework(self) -> None:
        """Import a framework of more than a thousand requirements into the small centre."""
        rows = ["id,title,described_by,proven_by,fresh_months"]
        rows += [
            f'{chapter}.{line},Requirement {line} of chapter {chapter},"PRO, INS",REC,12'
            for chapter in range(1, CHAPTERS + 1)
            for line in range(1, LINES + 1)
        ]
        table = self.folder / "framework.csv"
        table.write_text("\n".join(rows) + "\n", encoding="utf-8")
        run = self.run(self.qm("ref", "import", str(table), folder=self.small))
        if run.status:
            sys.exit(self.output.read_text(encoding="utf-8"))

    def cases(self) -> list[Case]:
        """Return the rows of the table of `product.md` §8, and those about the past last."""
        return [*self.cases_of_files(), *self.cases_of_registers(), *self.cases_of_releases()]

    def cases_of_registers(self) -> list[Case]:
        """Return the rows about a quality system of which six documents of ten are records."""
        rumdl = (BIN / "rumdl", "check", "--no-config", "--cache-dir", self.folder / "rumdl")
        beside = Program([*rumdl, "."], folder=self.living)
        asked = {
            "check": ("check",),
            "agenda": ("agenda",),
            "register event": ("register", "event"),
        }
        return [
            Case(
                f"qm {name}, 6 of 10 are records / rumdl check, cache warm",
                self.qm(*arguments, folder=self.living),
                beside,
                bar=0.5,
            )
            for name, arguments in asked.items()
        ]

    def cases_of_releases(self) -> list[Case]:
        """Return the rows about repositories with as many releases as documents."""
        fsck = Program(
            ["git", "fsck", "--connectivity-only"],
            prepare=partial(self.release_all, self.past),
            folder=self.past,
        )
        verify = partial(self.qm, "verify", folder=self.past)
        return [
            Case(
                "qm verify without an anchor / git fsck --connectivity-only",
                verify(prepare=self.lift_anchor),
                fsck,
                bar=4.0,
            ),
            Case(
                "qm verify, the anchor up to date / git fsck --connectivity-only",
                verify(prepare=partial(self.release_all, self.past)),
                fsck,
                bar=4.0,
            ),
            Case(
                f"qm release among {self.counts[self.past]} releases / among {SMALL}",
                self.release(self.past),
                self.release(self.small_past),
                bar=2.0,
                goal=1.5,
            ),
            Case(
                "qm publish again after one release / qm check, warm",
                self.qm(
                    "publish",
                    str(self.folder / "site"),
                    prepare=partial(self.release_first, self.past),
                    folder=self.past,
                ),
                self.qm("check", folder=self.past),
                bar=3.0,
            ),
        ]

    def cases_of_files(self) -> list[Case]:
        """Return the rows about documents that were never released; one that writes comes last."""
        rumdl = (BIN / "rumdl", "check", "--no-config")
        warm = self.qm("check")
        return [
            Case(
                "qm check, nothing cached / rumdl check --no-cache",
                self.qm("check", cache="fresh", prepare=self.forget),
                Program([*rumdl, "--no-cache", "."]),
                bar=1.5,
                goal=1.0,
            ),
            Case(
                "qm check, nothing changed / rumdl check, cache warm",
                warm,
                Program([*rumdl, "--cache-dir", self.folder / "rumdl", "."]),
                bar=0.5,
                goal=0.35,
            ),
            Case(
                "qm gap iso-9001-2015, warm / qm check, warm",
                self.qm("gap", "iso-9001-2015"),
                warm,
                bar=1.2,
            ),
            Case(
                "qm --help / --help of a one-command typer program",
                self.qm("--help"),
                Program([sys.executable, self.folder / "hello.py", "--help"]),
                bar=1.3,
            ),
            Case(
                f"qm gap of {CHAPTERS * LINES} requirements / of iso-9001-2015, {SMALL} documents",
                self.qm("gap", "framework", folder=self.small),
                self.qm("gap", "iso-9001-2015", folder=self.small),
                bar=2.0,
            ),
            Case(
                "qm check --staged, one file staged / import typer, rich",
                self.qm("check", "--staged", prepare=self.stage_one_document),
                Program([sys.executable, "-c", "import typer, rich"]),
                bar=4.0,
            ),
        ]

    def qm(
        self,
        *arguments: str,
        cache: str = "qm",
        prepare: Callable[[], None] = nothing,
        folder: Path | None = None,
    ) -> Program:
        """Return `qm` with *arguments* in *folder*, its cache in the folder *cache*."""
        environment = {
            "QM_CACHE_DIR": str(self.folder / cache),
            "QM_STATE_DIR": str(self.folder / "state"),
        }
        return Program([BIN / "qm", *arguments], environment, prepare, folder)

    def forget(self) -> None:
        """Remove the cache of the runs that have none."""
        shutil.rmtree(self.folder / "fresh", ignore_errors=True)

    def stage_one_document(self) -> None:
        """Stage a change that no run has seen."""
        document = min(self.corpus.glob("processes/*/*/*.md"))
        with document.open("a", encoding="utf-8") as stream:
            stream.write(f"\nModification numéro {time.time_ns()}.\n")
        git(self.corpus, "add", "--", str(document))

    def release_all(self, root: Path) -> None:
        """Release every document of the repository *root*, unless that is done."""
        done = Path(f"{root}.done")
        if not done.exists():
            if not root.exists():
                shutil.copytree(self.corpus, root)
                git(root, "reset", "--quiet", "--hard")  # what another row has staged
            history = [sys.executable, str(HERE / "history.py"), str(root)]
            subprocess.run([*history, "--documents", str(self.counts[root])], check=True)
            git(root, "tag", "-a", "-m", "where the rows begin", "bench")
            done.touch()

    def lift_anchor(self) -> None:
        """Forget what was verified before."""
        self.release_all(self.past)
        shutil.rmtree(self.folder / "state", ignore_errors=True)

    def release(self, root: Path) -> Program:
        """Return the release of the next version of the document that was released first."""
        name = Corpus(self.counts[root]).identifier(0)
        order = "release", name, "--summary", "Nouvelle version"
        return self.qm(*order, prepare=partial(self.draft, root), folder=root)

    def draft(self, root: Path) -> None:
        """Commit a new draft of the first document of *root*, on the releases of `release_all`."""
        self.release_all(root)
        corpus = Corpus(self.counts[root])
        tag = f"refs/tags/release/{corpus.identifier(0)}/2.0"
        if git(root, "for-each-ref", tag):
            git(root, "update-ref", "-d", tag)
        git(root, "reset", "--quiet", "--hard", "refs/tags/bench")
        document = root / "processes" / corpus.path(0)
        text = document.read_text(encoding="utf-8").replace("status: released", "status: draft")
        text += f"\nModification numéro {time.time_ns()}.\n"
        document.write_text(text, encoding="utf-8", newline="\n")
        git(root, "commit", "--quiet", "--no-verify", "--all", "--message=Nouvelle version")

    def release_first(self, root: Path) -> None:
        """Release a new text of the first document of *root*."""
        if self.run(self.release(root)).status:
            sys.exit(self.output.read_text(encoding="utf-8"))

    def run(self, program: Program) -> Run:
        """Return what *program* costs; its output goes to a file that the next run overwrites."""
        program.prepare()
        alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "NO_COLOR": "1"}
        environment = os.environ | alone | program.environment
        with self.output.open("wb") as output:
            start = time.perf_counter()
            child = subprocess.Popen(
                program.command,
                cwd=program.folder or self.corpus,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            _, status, usage = os.wait4(child.pid, 0)
            wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        unit = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kilobytes elsewhere
        cpu = usage.ru_utime + usage.ru_stime
        return Run(wall, cpu, usage.ru_maxrss / unit, child.returncode)

    def row(self, case: Case, runs: int) -> str:
        """Return the row of *case*: one run of each that does not count, then *runs* by turns."""
        print(case.name, file=sys.stderr)
        for program in (case.qm, case.reference):
            first = self.run(program)
            if first.status != 0:
                last = self.output.read_text(encoding="utf-8").strip().splitlines()[-1:]
                print(f"{named(program)}: exit {first.status}: {' '.join(last)}", file=sys.stderr)
        pairs = [(self.run(case.qm), self.run(case.reference)) for _ in range(runs)]
        qm, reference = (middle(side) for side in zip(*pairs, strict=True))
        ratio = qm.wall / reference.wall
        goal = "" if case.goal is None else f" (goal {case.goal:g})"
        cells = [
            case.name,
            f"{qm.wall:.3g} / {reference.wall:.3g}",
            f"{qm.cpu:.3g} / {reference.cpu:.3g}",
            f"{qm.memory:.0f} / {reference.memory:.0f}",
            f"{ratio:.2f}",
            f"{qm.cpu / reference.cpu:.3g}",
            f"{case.bar:g}{goal}",
            "failed" if qm.status or reference.status else verdict(ratio, qm.memory, case),
        ]
        return line(cells)


def middle(runs: tuple[Run, ...]) -> Run:
    """Return the median times of *runs*, the most memory, and a failure if there is one."""
    return Run(
        median(run.wall for run in runs),
        median(run.cpu for run in runs),
        max(run.memory for run in runs),
        next((run.status for run in runs if run.status), 0),
    )


def verdict(ratio: float, memory: float, case: Case) -> str:
    """Return whether the bar holds, and the goal."""
    if memory > MEMORY_BAR:
        return f"no, above {MEMORY_BAR} MB"
    if ratio > case.bar:
        return "no"
    return "yes" if case.goal is None or ratio > case.goal else "yes, and the goal"


def named(program: Program) -> str:
    """Return *program* as a person types it."""
    first, *rest = program.command
    return " ".join([Path(first).name, *map(str, rest)])


def line(cells: list[str]) -> str:
    """Return one line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Read the command line, measure every case and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000, help="how many (%(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="runs that count (%(default)s)")
    parser.add_argument("--only", metavar="TEXT", default="", help="the rows that hold this text")
    options = parser.parse_args()
    missing = [name for name in ("qm", "rumdl") if not (BIN / name).exists()]
    if missing:
        sys.exit(f"{BIN} has no {' and no '.join(missing)}: run this with make bench")
    with TemporaryDirectory(prefix="qm-bench-") as folder:
        bench = Bench(Path(folder).resolve(), options.documents)
        cases = [case for case in bench.cases() if options.only in case.name]
        rows = [bench.row(case, options.runs) for case in cases]
    print(f"{options.documents} documents, median of {options.runs}, {os.cpu_count()} cores.\n")
    print(line(["case", "wall s", "CPU s", "peak MB", "wall ×", "CPU ×", "bar", "holds"]))
    print(line(["---"] * 8))
    print("\n".join(rows))


if __name__ == "__main__":
    main()
