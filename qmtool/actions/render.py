"""Templates of documents and pages, rendered in a process of their own (`reliability.md` §3).

A template of a repository may hold anything: it sees plain values only, in a sandbox, and a loop
or a giant is stopped.
"""

import contextlib
import multiprocessing
import resource
import traceback
from collections.abc import Mapping
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
    if len(source) > MAX_SOURCE:
        raise SettingsError(
            say(
                "{path}: the template is longer than {limit} characters; shorten it",
                path=shown,
                limit=MAX_SOURCE,
            )
        )
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(
        target=_work, args=(theirs, source, dict(values), autoescape), daemon=True
    )
    process.start()
    theirs.close()
    line, text = 1, ""
    failure: object = say("it takes more than {limit} seconds", limit=MAX_SECONDS)
    try:
        if ours.poll(MAX_SECONDS):
            line, text, failure = ours.recv()
    except EOFError:
        failure = say("it needs too much memory or time")
    finally:
        process.kill()
        process.join()
        ours.close()
    if failure:
        raise SettingsError(
            say("{path}:{line}: the template fails ({error})", path=shown, line=line, error=failure)
        )
    return text


def _in_use() -> int:
    """Return the bytes of the address space that this process was forked with, where one can."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        return 0
    return pages * resource.getpagesize()


def _work(pipe: Connection, source: str, values: Mapping[str, object], autoescape: bool) -> None:
    """Render *source* and send the line, the text and what failed."""
    with contextlib.suppress(OSError, ValueError):  # a lower limit is already in force
        resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
        most = _in_use() + MAX_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    try:
        text = sandbox(autoescape=autoescape).from_string(source).render(values)
    except TemplateError as error:
        pipe.send((_line(error), "", str(error)))
    except Exception as error:
        pipe.send((_line(error), "", f"{type(error).__name__}: {error}"))
    else:
        too_long = f"more than {MAX_OUTPUT} characters" if len(text) > MAX_OUTPUT else ""
        pipe.send((1, "" if too_long else text, too_long))


def _line(error: Exception) -> int:
    """Return the line of the template that *error* is about: where it is, or was raised."""
    if isinstance(error, TemplateSyntaxError):
        return error.lineno
    places = traceback.extract_tb(error.__traceback__)
    return next((one.lineno or 1 for one in reversed(places) if one.filename == "<template>"), 1)
