"""What a grid adds to the record of an audit: lines of `assessed`, and items of its text."""

from collections.abc import Iterable, Mapping, Sequence

from qmtool.actions.stamp import lines_of
from qmtool.actions.yaml_text import Value, row
from qmtool.errors import Refused
from qmtool.model.text import Text, say
from qmtool.repository import front_matter

KEY = "assessed"


def with_lines(data: bytes, lines: Sequence[Mapping[str, Value]]) -> bytes:
    """Return *data* with *lines* after those that were assessed, which stay as written."""
    if not lines:
        return data
    block = lines_of(data.decode().replace("\r\n", "\n")).get(KEY)
    rows = [one for one in (block or [])[1:] if one.lstrip().startswith("- ")]
    if block and not rows and block[0].strip() not in (f"{KEY}:", f"{KEY}: []"):
        raise Refused(say("assessed: write one line a row, each begun by a hyphen"))
    indent = rows[0][: len(rows[0]) - len(rows[0].lstrip())] if rows else "  "
    first = block if block and rows else [f"{KEY}:"]
    text = "\n".join([*first, *(f"{indent}- {row(one)}" for one in lines)])
    return front_matter.patch(data, {KEY: text})


def with_items(data: bytes, heading: str, items: Iterable[str]) -> bytes:
    """Return *data* with *items* at the end of the section called *heading*, made if need be."""
    added = [f"- {one}" for one in items]
    if not added:
        return data
    text = data.decode()
    eol = "\r\n" if "\r\n" in text else "\n"
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    title = f"## {heading}"
    if title not in lines:
        lines += ["", title]
    start = lines.index(title) + 1
    end = next((n for n in range(start, len(lines)) if lines[n].startswith("#")), len(lines))
    while end > start and not lines[end - 1].strip():
        end -= 1
    before = [] if lines[end - 1].startswith("- ") else [""]
    lines[end:end] = [*before, *added]
    return (eol.join(lines) + eol).encode()


def refusal(path: str, messages: Iterable[Text]) -> Refused:
    """Return the error that the audit at *path* would be faulty with what the grid adds."""
    return Refused([say("{document} was not written:", document=path), *messages])
