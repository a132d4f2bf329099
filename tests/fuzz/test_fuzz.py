"""What broke a reader once does not again, and no mutation that is tried at each change does."""

import argparse
import random
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qmtool.errors import QmError
from tests.fuzz import __main__ as fuzz
from tests.fuzz.mutate import MAX_SIZE, mutated
from tests.fuzz.seeds import CORPUS, seeds
from tests.fuzz.targets import TARGETS

KEPT = sorted(CORPUS.glob("*/*"))


def answer(name: str, data: bytes) -> list[str]:
    """Return the sentences with which the target called *name* refuses *data*."""
    try:
        TARGETS[name](data)
    except QmError as error:
        return [str(one) for one in error.sentences]
    return []


@pytest.mark.parametrize("path", KEPT, ids=[f"{one.parent.name}/{one.name}" for one in KEPT])
def test_what_failed_once_has_an_answer(path: Path) -> None:
    assert all(answer(path.parent.name, path.read_bytes()))


@pytest.mark.parametrize("name", TARGETS)
def test_a_reader_takes_what_it_should_and_any_mutation_of_it(name: str) -> None:
    some = [one for one in seeds()[name] if len(one) < 3_000]
    TARGETS[name](some[0])
    tried = 0

    @settings(
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=25,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 2**32), st.sampled_from(some))
    def attempt(number: int, seed: bytes) -> None:
        nonlocal tried
        tried += 1
        assert all(answer(name, mutated(random.Random(number), [seed])[:4_000]))  # noqa: S311

    attempt()
    assert tried >= 20


def test_the_long_run_tells_a_failure_and_keeps_a_short_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaks(data: bytes) -> None:
        if b"e" in data:
            raise ZeroDivisionError

    monkeypatch.setitem(TARGETS, "tag", breaks)
    monkeypatch.setattr(fuzz, "CORPUS", tmp_path)
    monkeypatch.setattr(fuzz, "ROOM", 1 << 40)
    code = fuzz.main(["--executions", "20", "--jobs", "1", "--only", "tag", "--seed", "1"])
    told = capsys.readouterr().out
    assert (code, "ZeroDivisionError" in told, "20 executions" in told) == (1, True, True), told
    assert [path.read_bytes() for path in (tmp_path / "tag").iterdir()] == [b"e"]


def test_an_execution_that_takes_too_long_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(data: bytes) -> None:
        del data
        while True:
            pass

    monkeypatch.setitem(TARGETS, "tag", endless)
    monkeypatch.setattr(fuzz, "SECONDS", 0.05)
    before = signal.signal(signal.SIGPROF, fuzz._alarm)
    try:
        assert fuzz.attempt("tag", b"")[0] == "slow"
    finally:
        signal.signal(signal.SIGPROF, before)


def test_mutations_are_the_same_from_the_same_seed_and_within_their_size() -> None:
    some = seeds()["document"]
    made = [
        [mutated(chance, some) for _ in range(60)]
        for chance in (random.Random(7), random.Random(7))  # noqa: S311
    ]
    assert made[0] == made[1]
    assert all(len(one) <= MAX_SIZE for one in made[0])
    assert isinstance(fuzz.parse([]), argparse.Namespace)
