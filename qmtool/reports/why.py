"""What `qm gap --why` prints: the chain of facts behind the status of one requirement."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from qmtool.model.gap import SELF_ASSESSMENT, Gap
from qmtool.model.why import Step
from qmtool.reports.gap_view import said
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.table import markdown_text, terminal_width
from qmtool.reports.wrapping import wrapped

WIDTH = 100


@dataclass(frozen=True)
class Why:
    """Why a requirement of *gap* has its status; *name* is what a document cites."""

    gap: Gap
    name: str
    steps: Sequence[Step]


def text(found: Why, language: Language, width: int = 0) -> str:
    """Return a line for each step, and below it those that it rests on."""
    width = width or min(terminal_width(), WIDTH)
    lines = [found.name]
    for step in found.steps:
        lines += wrapped(said(step.said, language), width)
        for one in step.because:
            lines += wrapped(said(one, language), width, first="  - ", rest="    ")
    lines += ["", *wrapped(said(SELF_ASSESSMENT, language), width)]
    return "\n".join(lines) + "\n"


def markdown(found: Why, language: Language) -> str:
    """Return the steps as a list, each with those that it rests on."""
    lines = [f"# {markdown_text(found.name)}", ""]
    for step in found.steps:
        lines.append(f"1. {markdown_text(said(step.said, language))}")
        lines += [f"   - {markdown_text(said(one, language))}" for one in step.because]
    return "\n".join([*lines, "", markdown_text(said(SELF_ASSESSMENT, language))]) + "\n"


def json_(found: Why, language: Language) -> str:
    """Return the steps as JSON, version 1."""
    value = {
        "version": 1,
        "requirement": found.name,
        "on": found.gap.on.isoformat(),
        "at": found.gap.at,
        "site": found.gap.site,
        "steps": [
            {
                "said": said(step.said, language),
                "because": [said(one, language) for one in step.because],
            }
            for step in found.steps
        ],
    }
    return json_page(value)


WHY_FORMATS: Mapping[str, Callable[[Why, Language], str]] = {
    "text": text,
    "json": json_,
    "markdown": markdown,
}
