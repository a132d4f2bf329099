"""What Typer says of itself, in the language of the terminal.

Typer asks gettext for a part of its words, and writes the others in English. The first are
found in the catalogue of `qm`, which the literals here put there; the others are replaced.
"""

import gettext
import re
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup

from qmtool.model.text import Text, say
from qmtool.reports.language import terminal_language
from qmtool.reports.terminal import safe
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

SENTENCES = (
    (r"Missing argument '(?P<name>.+)'\.", say("the argument {name} is missing")),
    (r"Missing command\.", say("no command is given")),
    (
        r"No such command '(?P<name>.+?)'\.(?: Did you mean (?P<near>.+)\?)?",
        say("no command is called {name}"),
    ),
    (
        r"No such option: (?P<name>\S+)(?: \(Possible options: (?P<near>.+)\))?",
        say("no option is called {name}"),
    ),
    (r"Option '(?P<name>.+)' requires an argument\.", say("the option {name} needs a value")),
    (r"Option '(?P<name>.+)' does not take a value\.", say("the option {name} takes no value")),
    (
        r"Got unexpected extra argument\(s\) \((?P<name>.+)\)",
        say("{name} is one argument too many"),
    ),
    (r"Invalid value for '(?P<name>.+)': .+", say("the value of {name} is not of the right type")),
)
"""Errors that Typer words in English, and what is said in their place."""


def translate() -> None:
    """Let Typer find its words in the catalogue of `qm`; to be called before any help."""
    if terminal_language().code != "en":
        gettext.bindtextdomain("qm", str(locale_folder()))
        gettext.textdomain("qm")


def usage_error(error: Any) -> str:
    """Return what to say of *error*, which Typer found in the arguments."""
    language, message = terminal_language(), error.format_message()
    if type(error).__name__ == "NoArgsIsHelpError":
        return str(message)
    path = error.ctx.command_path if error.ctx else "qm"
    advice = say("Type: {command}", command=f"{path} --help")
    for pattern, sentence in SENTENCES:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found:
            values = found.groupdict()
            near = values.pop("near", None)
            message = language.render(Text(sentence.message, tuple(values.items())))
            if near:
                advice = say("Did you mean {nearest}?", nearest=near.replace("'", ""))
    return f"qm: {safe(message.rstrip('.'))}. {language.render(advice)}"


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
