"""The sandbox in which templates are filled in: plain values, no file, nothing that runs."""

import base64
import hashlib
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment


def sandbox(*, autoescape: bool) -> "ImmutableSandboxedEnvironment":
    """Return an environment for templates; with *autoescape*, what they make is HTML."""
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=autoescape,
        lstrip_blocks=autoescape,
        keep_trailing_newline=True,
        loader=FunctionLoader(_alone),
    )
    if autoescape:
        environment.filters["csp_hash"] = _csp_hash
        environment.filters["css_text"] = css_text
    return environment


def _alone(name: str) -> NoReturn:
    """Raise the error about a template that names another one."""
    from jinja2 import TemplateError

    raise TemplateError(f"{name!r} cannot be included: a template stands alone")


def _csp_hash(style: str) -> str:
    """Return the source under which a Content-Security-Policy lets *style* apply."""
    digest = hashlib.sha256(str(style).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def css_text(text: str) -> str:
    """Return *text* as it stands between the quotes of a style, its signs written in codes."""
    return "".join(
        char if char.isascii() and (char.isalnum() or char in " .,:-_") else f"\\{ord(char):x} "
        for char in text
    )
