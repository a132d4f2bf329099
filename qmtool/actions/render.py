"""Templates of documents and pages, rendered in a process of their own (`reliability.md` §3).

A template of a repository may hold anything: it sees plain values only, in a sandbox, and a loop
or a giant is stopped.
"""

import contextlib
import multiprocessing
import resource
import traceback
from collections.abc import Iterable, Iterator, Mapping
from multiprocessing.connection import Connection
from pathlib import Path

from jinja2 import TemplateError, TemplateSyntaxError

from qmtool.errors import SettingsError
from qmtool.model.text import say
from qmtool.reports.sandbox import sandbox

MAX_SOURCE = 200_000
MAX_SECONDS = 10
MAX_MEMORY = 512 * 1024 * 1024
MAX_OUTPUT = 20 * 1024 * 1024


def render(
    source: str, shown: str, values: Mapping[str, object], *, autoescape: bool = False
) -> str:
    """Return the template *source*, called *shown* in messages, with *values* filled in.

    With *autoescape* it makes HTML. Raise SettingsError with the line if it fails or outgrows the
    limits.
    """
    return next(render_each(source, shown, [values], autoescape=autoescape))


def render_each(
    source: str, shown: str, every: Iterable[Mapping[str, object]], *, autoescape: bool = False
) -> Iterator[str]:
    """Yield what `render` returns for each of *every* values; one process makes them all."""
    if len(source) > MAX_SOURCE:
        raise SettingsError(
            say(
                "{path}: the template is longer than {limit} characters; shorten it",
                path=shown,
                limit=MAX_SOURCE,
            )
        )
    wanted = list(every)
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(
        target=_work, args=(theirs, source, wanted, autoescape), daemon=True
    )
    process.start()
    theirs.close()
    try:
        for _ in wanted:
            line, text, failure = _received(ours)
            if failure:
                raise SettingsError(
                    say(
                        "{path}:{line}: the template fails ({error})",
                        path=shown,
                        line=line,
                        error=failure,
                    )
                )
            yield text
    finally:
        process.kill()
        process.join()
        ours.close()


def _received(pipe: Connection) -> tuple[int, str, object]:
    """Return the line, the text and what failed, of the next text to come."""
    try:
        if pipe.poll(MAX_SECONDS):
            received: tuple[int, str, object] = pipe.recv()
            return received
    except EOFError:
        return 1, "", say("it needs too much memory or time")
    return 1, "", say("it takes more than {limit} seconds", limit=MAX_SECONDS)


def _in_use() -> int:
    """Return the bytes of the address space that this process was forked with, where one can."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        return 0
    return pages * resource.getpagesize()


def _work(
    pipe: Connection, source: str, every: Iterable[Mapping[str, object]], autoescape: bool
) -> None:
    """Render *source* with *every* values; send each time the line, the text and what failed."""
    with contextlib.suppress(OSError, ValueError):  # a lower limit is already in force
        most = _in_use() + MAX_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    for made in _made(source, every, autoescape):
        pipe.send(made)
        if made[2]:
            return


def _made(
    source: str, every: Iterable[Mapping[str, object]], autoescape: bool
) -> Iterator[tuple[int, str, str]]:
    try:
        template = sandbox(autoescape=autoescape).from_string(source)
        for values in every:
            _limit_time()
            text = template.render(values)
            too_long = f"more than {MAX_OUTPUT} characters" if len(text) > MAX_OUTPUT else ""
            yield 1, "" if too_long else text, too_long
    except TemplateError as error:
        yield _line(error), "", str(error)
    except Exception as error:
        yield _line(error), "", f"{type(error).__name__}: {error}"


def _limit_time() -> None:
    """Let this process work for `MAX_SECONDS` more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + MAX_SECONDS + 1
    with contextlib.suppress(OSError, ValueError):  # a lower limit is already in force
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _line(error: Exception) -> int:
    """Return the line of the template that *error* is about: where it is, or was raised."""
    if isinstance(error, TemplateSyntaxError):
        return error.lineno
    places = traceback.extract_tb(error.__traceback__)
    return next((one.lineno or 1 for one in reversed(places) if one.filename == "<template>"), 1)
