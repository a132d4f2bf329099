"""What `qm ref validate` prints."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from qmtool.model.diagnostic import Problem
from qmtool.model.text import say
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
    looked = say(
        "{referentials} referentials, {requirements} requirements, {crosswalks} crosswalks",
        referentials=found.referentials,
        requirements=found.requirements,
        crosswalks=found.crosswalks,
    )
    count = len(found.problems)
    if count:
        told = language.ngettext("{n} problem", "{n} problems", count).format(n=count)
    else:
        told = language.gettext("all is sound")
    lines.append(f"{language.render(looked)}: {told}")
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
        "problems": [
            {
                "path": safe(one.location.path),
                "line": one.location.line,
                "column": one.location.column,
                "message": language.render(one.message),
                "fix": language.render(one.fix) if one.fix else None,
            }
            if isinstance(one, Problem)
            else {"message": safe(language.render(one))}
            for one in found.problems
        ],
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


SOUNDNESS_FORMATS: Mapping[str, Callable[[Soundness, Language], str]] = {
    "text": text,
    "json": json_,
}
