"""The contents of many files, made on every core."""

import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence

from qmtool.model.piece import Piece

_ALONE_BELOW = 200
"""Fewer files than this are made without the help of other processes."""

_forked: list[Mapping[str, Piece]] = []


def made(pieces: Mapping[str, Piece], names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield *names*, in order, each with the bytes that its piece makes."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
    if len(names) < _ALONE_BELOW or cores < 2:
        for name in names:
            yield name, pieces[name].make()
        return
    _forked[:] = [pieces]
    import multiprocessing  # costly, and only needed where much is made

    with multiprocessing.get_context("fork").Pool(cores, _hush) as pool:
        yield from pool.imap(_made_forked, names, chunksize=20)


def _hush() -> None:
    """Leave it to the process that waits for this one to end both, and to say why."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _made_forked(name: str) -> tuple[str, bytes]:
    return name, _forked[0][name].make()
