"""What Typer says of itself, in the language of the terminal.

Typer asks gettext for a part of its words, and writes the others in English. The first are
found in the catalogue of `qm`, which the literals here put there; the others are replaced.
"""

import gettext
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup

from qmtool.model.text import Text, say
from qmtool.reports.language import terminal_language
from qmtool.resources import locale_folder

if TYPE_CHECKING:
    _Base = TyperCommand
else:
    _Base = object

ASKED = (
    say("Arguments"),
    say("Commands"),
    say("Options"),
    say("[default: {}]"),
    say("[required]"),
)
"""Words that Typer asks gettext for."""

HELPS = {
    text.message: text
    for text in (
        say("Install completion for the current shell."),
        say("Show completion for the current shell, to copy it or customize the installation."),
        say("Show this message and exit."),
    )
}
"""Help of options that Typer adds."""

SENTENCES: tuple[tuple[str, Callable[..., Text]], ...] = (
    (
        r"Missing argument '(?P<name>.+)'\.",
        lambda name: say("the argument {name} is missing", name=name),
    ),
    (
        r"No such command '(?P<name>.+?)'\.(?: Did you mean (?P<near>.+)\?)?",
        lambda name, near: say("there is no command {name}{near}", name=name, near=_near(near)),
    ),
    (
        r"No such option: (?P<name>\S+)(?: \(Possible options: (?P<near>.+)\))?",
        lambda name, near: say("there is no option {name}{near}", name=name, near=_near(near)),
    ),
    (
        r"Option '(?P<name>.+)' requires an argument\.",
        lambda name: say("the option {name} needs a value", name=name),
    ),
    (
        r"Option '(?P<name>.+)' does not take a value\.",
        lambda name: say("the option {name} takes no value", name=name),
    ),
    (
        r"Got unexpected extra argument\(s\) \((?P<words>.+)\)",
        lambda words: say("one argument too many: {words}", words=words),
    ),
    (
        r"Invalid value for '(?P<name>.+)': .+",
        lambda name: say("the value of {name} is not of the right type", name=name),
    ),
)
"""Errors that Typer words in English, and what is said in their place."""


def _near(words: str | None) -> Text | str:
    return say("; did you mean {choices}?", choices=words.replace("'", "")) if words else ""


def translate() -> None:
    """Let Typer find its words in the catalogue of `qm`; to be called before any help."""
    if terminal_language().code != "en":
        gettext.bindtextdomain("qm", str(locale_folder()))
        gettext.textdomain("qm")


def usage_error(error: Any) -> str:
    """Return the sentence for *error*, an error of usage that Typer found, and where to look."""
    language, message = terminal_language(), error.format_message()
    for pattern, sentence in SENTENCES:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found:
            message = language.render(sentence(**found.groupdict()))
            break
    path = error.ctx.command_path if getattr(error, "ctx", None) else "qm"
    return language.render(say("{message}. Type: {path} --help", message=message, path=path))


class _Words(_Base):
    """A command whose usage line and whose own options speak the language of the terminal."""

    def get_params(self, ctx: Any) -> Any:
        params = super().get_params(ctx)
        for one in params:
            text = HELPS.get(getattr(one, "help", None) or "")
            if text is not None:
                one.help = terminal_language().render(text)  # type: ignore[attr-defined]
        return params

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        prefix = terminal_language().gettext("Usage: ")
        formatter.write_usage(ctx.command_path, pieces, prefix=prefix)


class Command(_Words, TyperCommand):
    """A command of `qm`."""


class Group(_Words, TyperGroup):
    """`qm` itself."""
