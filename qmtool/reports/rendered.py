"""Markdown as a terminal shows it: nothing a document holds reaches the terminal unescaped."""

import io
from typing import TYPE_CHECKING, ClassVar

from qmtool.reports.terminal import safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console, ConsoleOptions
    from rich.markdown import Markdown
    from rich.segment import Segment

MAX_RENDERED = 60_000
"""Characters beyond which a text is shown as it is written: rich takes seconds for as many."""


def plain(text: str) -> str:
    """Return *text* as it is written, line by line, with what is unsafe made visible."""
    return "".join(f"{harmless(safe(line.expandtabs(4)))}\n" for line in text.splitlines())


def harmless(line: str) -> str:
    """Return *line* so that a build server that shows it reads no command in it."""
    body = line.lstrip()
    if body.startswith("::"):
        line = line[: len(line) - len(body)] + "\\x3a" + body[1:]
    return line.replace("##[", "\\x23#[").replace("##teamcity[", "\\x23#teamcity[")


def rendered(text: str, width: int) -> str:
    """Return *text* with headings, lists and tables drawn, and styles if the terminal has them."""
    from rich.console import Console  # 60 ms: only where Markdown is drawn

    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=True,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
    )
    # What stands in the text is made safe before it is parsed, what entities spell after.
    drawn = _markdown("\n".join(safe(line.expandtabs(4)) for line in text.splitlines()))
    console.print(_Safe(drawn))
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _markdown(text: str) -> "Markdown":
    """Return *text* for rich, without links of the terminal and without colours in code."""
    from rich.markdown import CodeBlock, Markdown
    from rich.text import Text

    class Code(CodeBlock):
        """A block of code as it is written: the document names no lexer to be looked for."""

        def __rich_console__(
            self, console: "Console", options: "ConsoleOptions"
        ) -> "Iterator[Text]":
            """Yield the lines, set apart by a margin."""
            del console, options
            lines = str(self.text).rstrip().split("\n")
            yield Text("\n".join(f"    {line}" for line in lines), style="markdown.code_block")

    class Page(Markdown):
        """Markdown whose code is plain."""

        elements: ClassVar = {**Markdown.elements, "fence": Code, "code_block": Code}

    page = Page(text, hyperlinks=False)
    for token in page.parsed:  # HTML is never drawn, and rich fails at a </kbd> that opens nothing
        token.children = [one for one in token.children or () if one.type != "html_inline"]
    return page


class _Safe:
    """Something to draw, every piece of which is made safe when it is drawn."""

    def __init__(self, inner: "Markdown") -> None:
        self.inner = inner

    def __rich_console__(
        self, console: "Console", options: "ConsoleOptions"
    ) -> "Iterator[Segment]":
        """Yield the pieces of *inner*, safe and without links."""
        from rich.segment import Segment

        for piece in console.render(self.inner, options):
            if piece.control:
                continue
            text = "\n".join(safe(part) for part in piece.text.split("\n"))
            yield Segment(text, piece.style.update_link(None) if piece.style else None)
