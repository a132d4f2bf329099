"""Text that is safe to show in a terminal, whatever a document holds (`reliability.md` §7)."""

import re
import unicodedata

UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
"""Controls, marks that turn the direction of a text, and signs of no width."""


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def safe(text: str) -> str:
    """Return *text* with every control, bidi and invisible character made visible."""
    if text.isascii() and text.isprintable():
        return text
    return visible(unicodedata.normalize("NFC", text))


def visible(text: str) -> str:
    """Return *text* as `safe` does, its letters composed as they are: the name of a file, say."""
    return UNSEEN.sub(_escape, text)


_COMMANDS = re.compile(r"^(?P<blank>\s*):(?=:)|#(?=#(?:\[|teamcity\[))", re.MULTILINE)


def inert(text: str) -> str:
    """Return *text* with no line that the runner of a CI service takes for a command of its own."""
    if "::" not in text and "##" not in text:
        return text
    return _COMMANDS.sub(_disarmed, text)


def _disarmed(found: re.Match[str]) -> str:
    return "\\x23" if found["blank"] is None else f"{found['blank']}\\x3a"
