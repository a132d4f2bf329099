"""What `qm doctor` finds: how much it weighs, one sentence, and the command that mends it."""

from typing import NamedTuple

from qmtool.model.diagnostic import Severity


class Finding(NamedTuple):
    """One thing seen; the *command* is what to type, empty where that is another's to say."""

    name: str
    severity: Severity
    message: object
    command: str = ""


def error(name: str, message: object, command: str = "") -> Finding:
    """Return what keeps qm from working, or the record from being believed."""
    return Finding(name, Severity.ERROR, message, command)


def warning(name: str, message: object, command: str = "") -> Finding:
    """Return what will cause trouble."""
    return Finding(name, Severity.WARNING, message, command)


def note(name: str, message: object, command: str = "") -> Finding:
    """Return what is good to know."""
    return Finding(name, Severity.INFO, message, command)
