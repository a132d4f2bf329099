"""Templates of documents, rendered in a process of their own with limits (`reliability.md` §3).

A template of a repository may hold anything: it sees plain texts only, in a sandbox, and a loop
or a giant is stopped.
"""

import contextlib
import multiprocessing
import resource
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from qmtool.errors import SettingsError
from qmtool.model.text import say

MAX_SECONDS = 10
MAX_MEMORY = 512 * 1024 * 1024
MAX_OUTPUT = 20 * 1024 * 1024


def render(source: str, shown: str, values: Mapping[str, str]) -> str:
    """Return the template *source*, called *shown* in messages, with *values* filled in.

    Raise SettingsError with the line if it fails or outgrows the limits.
    """
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(
        target=_work, args=(theirs, source, dict(values)), daemon=True
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


def _work(pipe: Connection, source: str, values: Mapping[str, str]) -> None:
    """Render *source* and send the line, the text and what failed."""
    with contextlib.suppress(OSError, ValueError):  # a lower limit is already in force
        resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
        most = _in_use() + MAX_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    environment = ImmutableSandboxedEnvironment(
        autoescape=False,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    try:
        text = environment.from_string(source).render(values)
    except TemplateError as error:
        pipe.send((getattr(error, "lineno", None) or 1, "", str(error)))
    except Exception as error:
        pipe.send((1, "", f"{type(error).__name__}: {error}"))
    else:
        too_long = f"more than {MAX_OUTPUT} characters" if len(text) > MAX_OUTPUT else ""
        pipe.send((1, "" if too_long else text, too_long))
