"""Text that is safe to show in a terminal, whatever a document holds (`reliability.md` §7)."""

import re
import unicodedata

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def safe(text: str) -> str:
    """Return *text* with every control, bidi and invisible character made visible."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub(_escape, unicodedata.normalize("NFC", text))
