"""The command `qm`: its list of commands, and how every error becomes a sentence and a code."""

import gc
import importlib
import io
import os
import sys
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any

import typer

from qmtool import __version__
from qmtool.cli import click_words
from qmtool.errors import QmError
from qmtool.reports.language import terminal_language
from qmtool.reports.terminal import safe

_ = terminal_language().gettext
click_words.translate()

EXIT_BUG = 70
EXIT_INTERRUPTED = 130

COMMANDS = {
    _("Start"): ("init", "adopt", "new", "list", "status", "show", "history", "diff", "move"),
    _("Document control"): (
        "check",
        "explain",
        "revise",
        "submit",
        "approve",
        "release",
        "review",
        "withdraw",
        "reinstate",
        "verify",
        "doctor",
    ),
    _("Referentials and reports"): (
        "ref",
        "advise",
        "gap",
        "matrix",
        "trend",
        "dossier",
        "publish",
    ),
    _("Living quality system"): (
        "log",
        "act",
        "register",
        "agenda",
        "audit",
        "indicators",
        "risks",
        "review-pack",
        "map",
    ),
    _("For engineers"): ("schema", "ci"),
}

GROUPS = {
    "ref": (
        _("Know the schemes: list, show, search, compare, import and export referentials."),
        _("Example: qm ref search justification"),
        ("list", "show", "search", "validate", "import", "export", "diff", "migrate"),
    ),
    "audit": (
        _("Audits: their programme, the grid to fill in, findings, report and follow-up; CREX."),
        _("Example: qm audit programme"),
        ("programme", "grid", "record", "report", "follow-up", "crex"),
    ),
    "ci": (
        _("Let a CI service, a Git server or an editor run qm."),
        _("Example: qm ci init github"),
        ("init",),
    ),
}
"""The commands that have commands of their own: help, example, and their names."""


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"qm {__version__}")
        raise typer.Exit


def options(
    folder: Annotated[
        str, typer.Option("-C", metavar="DIR", help=_("Run as if started in this folder."))
    ] = "",
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help=_("Print the version and exit.")
        ),
    ] = False,
) -> None:
    """Take the options that stand before the command."""
    del version
    if folder:
        try:
            os.chdir(folder)
        except OSError as error:
            from qmtool.errors import UsageError
            from qmtool.model.text import say

            raise UsageError(
                say("{path} cannot be entered ({error})", path=folder, error=error.strerror)
            ) from error


def application(only: str = "") -> typer.Typer:
    """Return the application with its commands in the order of the help, or with one *only*."""
    app = typer.Typer(
        name="qm",
        cls=click_words.Group,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help=_(
            "Keep the quality system of a medical-imaging centre as Markdown in Git: check it, "
            "release its versions, and tell what is missing for any referential."
        ),
        epilog=_("Example: qm check"),
    )
    app.callback()(options)
    for panel, names in COMMANDS.items():
        for name in names if not only else (one for one in names if one == only):
            if name in GROUPS:
                app.add_typer(_group(name), rich_help_panel=panel)
            else:
                _add(app, name, name, panel)
    return app


def _group(name: str) -> typer.Typer:
    """Return the application of the commands of a group."""
    text, example, names = GROUPS[name]
    group = typer.Typer(
        name=name, cls=click_words.Group, no_args_is_help=True, help=text, epilog=example
    )
    for one in names:
        _add(group, one, f"{name}_{one}", None)
    return group


def _add(to: typer.Typer, name: str, module_name: str, panel: str | None) -> None:
    """Add the command that a module defines, in a panel of the help if it has several."""
    module = importlib.import_module(f"qmtool.cli.{module_name.replace('-', '_')}_command")
    to.command(
        name,
        cls=click_words.Command,
        help=module.HELP,
        epilog=module.EXAMPLE,
        rich_help_panel=panel,
    )(module.command)


def run() -> None:
    """Run the command line and exit with the code of `product.md` §7."""
    gc.disable()  # one short run: collecting what will be dropped at exit only costs time
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    code = guarded(invoke)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # freeing thousands of documents one by one would take longer than the exit


def invoke() -> int:
    """Run the command that the arguments of this process name, and return its exit code."""
    first = sys.argv[1] if len(sys.argv) > 1 else ""
    is_asked = "_QM_COMPLETE" in os.environ  # a shell asks what may follow
    alone = not is_asked and any(first in names for names in COMMANDS.values())
    program = _program(first if alone else "")
    if is_asked:
        from qmtool.cli.completion import attach

        attach(program)
    code = program(standalone_mode=False, prog_name="qm")
    return code if isinstance(code, int) else 0


@cache
def _program(only: str) -> Any:
    """Return the program; working out the options of a command that nobody asks for costs 1 ms."""
    return typer.main.get_command(application(only))


def guarded(action: Callable[[], int]) -> int:
    """Return the exit code of *action*, saying every error in the way it deserves."""
    try:
        return action()
    except QmError as error:
        _complain(error)
        return error.exit_code
    except typer.Exit as stop:
        return stop.exit_code
    except (KeyboardInterrupt, typer.Abort) as stop:
        return _stopped(stop)
    except SystemExit as stop:  # typer leaves so when the reader of a pipe is gone
        return stop.code if isinstance(stop.code, int) else 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _failed(error)
    except Exception as error:
        if hasattr(error, "format_message") and hasattr(error, "exit_code"):  # an error of usage
            sys.stderr.write(click_words.usage_error(error) + "\n")
            return int(error.exit_code)
        return _bug()


def _stopped(stop: BaseException) -> int:
    """Say that the user stopped the run; typer takes every end of a file for their Ctrl-D."""
    if isinstance(stop.__cause__, EOFError):
        return _bug()
    sys.stderr.write("\n" + _("interrupted; nothing is half written") + "\n")
    return EXIT_INTERRUPTED


def _bug() -> int:
    """Say what qm itself did wrong."""
    import traceback  # only a bug needs it

    traceback.print_exc()
    sys.stderr.write(_("this is a bug of qm, please report it with the lines above") + "\n")
    return EXIT_BUG


def _failed(error: OSError) -> int:
    """Say what the system refused where no command says it better: the disk, or a program."""
    from qmtool.errors import RepositoryError
    from qmtool.model.text import say

    where = f"{error.filename}: " if error.filename else ""
    refusal = RepositoryError(
        say("the system refused to go on ({error})", error=f"{where}{error.strerror or error}")
    )
    _complain(refusal)
    return refusal.exit_code


def _complain(error: QmError) -> None:
    language = terminal_language()
    for sentence in error.sentences:
        sys.stderr.write(f"qm: {safe(language.render(sentence))}\n")
