"""What `qm ref validate` prints."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from qmtool.model.diagnostic import Problem
from qmtool.model.text import Text
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.terminal import safe


class Soundness(NamedTuple):
    """What was looked at, and what is wrong: problems, or sentences that hold their place."""

    referentials: int
    requirements: int
    crosswalks: int
    problems: Sequence[object]


def text(found: Soundness, language: Language) -> str:
    """Return a line for each problem, and what was looked at."""
    lines = [_line(one, language) for one in found.problems]
    looked = [
        language.ngettext("{n} referential", "{n} referentials", found.referentials).format(
            n=found.referentials
        ),
        language.ngettext("{n} requirement", "{n} requirements", found.requirements).format(
            n=found.requirements
        ),
        language.ngettext("{n} crosswalk", "{n} crosswalks", found.crosswalks).format(
            n=found.crosswalks
        ),
    ]
    count = len(found.problems)
    if count:
        told = language.ngettext("{n} problem", "{n} problems", count).format(n=count)
    else:
        told = language.gettext("all is sound")
    lines.append(language.pair(", ".join(looked), told))
    return "\n".join(lines) + "\n"


def _line(one: object, language: Language) -> str:
    if not isinstance(one, Problem):
        return safe(language.render(one))
    place = f"{one.location.path}:{one.location.line}:{one.location.column}"
    fix = f". {language.render(one.fix)}" if one.fix else ""
    return safe(f"{place}: {language.render(one.message)}{fix}")


def json_(found: Soundness, language: Language) -> str:
    """Return what was found as JSON."""
    value = {
        "version": 1,
        "referentials": found.referentials,
        "requirements": found.requirements,
        "crosswalks": found.crosswalks,
        "problems": [_entry(one, language) for one in found.problems],
    }
    return json_page(value)


def _entry(one: object, language: Language) -> dict[str, Any]:
    """Return a problem as plain data; a sentence that holds its place gives it up."""
    if isinstance(one, Problem):
        values: dict[str, Any] = {**one.location._asdict(), "message": one.message, "fix": one.fix}
    else:
        values = dict(one.values) if isinstance(one, Text) else {}
        if "message" not in values:
            values = {"message": one}
    fix = values.get("fix")
    return {
        "path": safe(str(values["path"])) if "path" in values else None,
        "line": values.get("line"),
        "column": values.get("column"),
        "message": safe(language.render(values["message"])),
        "fix": language.render(fix) if fix else None,
    }


SOUNDNESS_FORMATS: Mapping[str, Callable[[Soundness, Language], str]] = {
    "text": text,
    "json": json_,
}
