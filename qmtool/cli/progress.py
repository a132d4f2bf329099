"""A line on the terminal that tells how far a long run is."""

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator

from qmtool.cli.common import language
from qmtool.model.text import say
from qmtool.reports.terminal import safe

PATIENCE = 1.0
"""After how many seconds a run is long."""

_PAUSE = 0.2
_CLEAR = "\r\x1b[K"


@contextlib.contextmanager
def progress() -> Iterator[Callable[[int, int], None]]:
    """Yield what shows how many files are done, and of how many: on a terminal, and on long work.

    The line goes when the work is done, or fails.
    """
    line = _Line()
    try:
        yield line.show if _is_terminal() else lambda done, total: None
    finally:
        line.clear()


def _is_terminal() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"


class _Line:
    """The last line of the terminal, while it tells how far the work is."""

    def __init__(self) -> None:
        self.next = time.monotonic() + PATIENCE
        self.is_shown = False

    def show(self, done: int, total: int) -> None:
        """Show how far the work is, now and then."""
        if time.monotonic() < self.next:
            return
        words = safe(language().render(say("{done} of {total} files", done=done, total=total)))
        sys.stderr.write(f"{_CLEAR}{words}")
        sys.stderr.flush()
        self.next = time.monotonic() + _PAUSE
        self.is_shown = True

    def clear(self) -> None:
        """Leave the line as if nothing had been on it."""
        if self.is_shown:
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()
