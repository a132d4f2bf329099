"""How every report writes JSON: indented, and with nothing in it that a reader would not see."""

import json
from collections.abc import Mapping

from qmtool.reports.terminal import UNSEEN


def json_page(value: object) -> str:
    """Return *value* as JSON; the bytes of paths that are no UTF-8 are written out."""
    return visible_json(json.dumps(_decoded(value), ensure_ascii=False, indent=2)) + "\n"


def visible_json(text: str) -> str:
    """Return the JSON *text* with each sign that would not be seen as JSON escapes it."""
    # A line feed outside of a text is the layout; within one it is escaped already.
    lines = (UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", line) for line in text.split("\n"))
    return "\n".join(lines)


def _decoded(value: object) -> object:
    if isinstance(value, str):
        return value.encode(errors="surrogateescape").decode(errors="backslashreplace")
    if isinstance(value, Mapping):
        return {key: _decoded(one) for key, one in value.items()}
    return [_decoded(one) for one in value] if isinstance(value, list | tuple) else value
