"""What the commands of the registers share: values, questions and deadlines."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qmtool.cli.common import _, emit, language, tell
from qmtool.errors import UsageError
from qmtool.model.text import joined, say
from qmtool.reports.terminal import safe

if TYPE_CHECKING:
    from qmtool.model.kind import Kind
    from qmtool.model.project import Project
    from qmtool.model.state import State
    from qmtool.model.workflow import Deadline

SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="FIELD=VALUE", help=_("Value of a field; may be repeated.")),
]
CommentOption = Annotated[str, typer.Option("--comment", "-m", help=_("A remark for the history."))]


def asked(
    project: "Project", kind: "Kind", state: "State", given: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what a person answers for what *state* asks for and *given* does not hold."""
    from qmtool.actions.record_text import COMMON
    from qmtool.model.document import Document
    from qmtool.model.products import products
    from qmtool.model.workflow import holds

    found: dict[str, Any] = {}
    for need in state.needs:
        present = {**given, **found}
        present |= dict(products(kind, present))
        if any(key in present for key in need.any):
            continue
        if need.when and not holds(Document("", values=present), need.when):
            continue
        key = need.any[0]
        declared = kind.fields.get(key) or COMMON.get(key, {})
        if declared.get("default") or key == "date":
            continue  # today, or who runs qm
        found |= _answer(project, kind, key, declared)
    return found


def _answer(
    project: "Project", kind: "Kind", key: str, declared: Mapping[str, Any]
) -> dict[str, Any]:
    """Ask for one field until the answer fits; an empty answer leaves it out."""
    from qmtool.actions.record_text import value_of
    from qmtool.model.register import question

    spoken = language()
    asks = spoken.render(joined([question(kind, key)]))
    if declared.get("type") == "boolean":
        asks += f" [{spoken.render(say('yes'))}/{spoken.render(say('no'))}]"
    for name, label in _choices(project, key, declared):
        tell(f"    {name:<12} {label}")
    while True:
        text = _prompt(safe(asks))
        if not text:
            return {}
        try:
            return {key: value_of(kind, key, text)}
        except UsageError as error:
            is_yes_or_no = declared.get("type") == "boolean"
            for line in [say("Answer yes or no.")] if is_yes_or_no else error.sentences:
                tell(spoken.render(line))


def _choices(
    project: "Project", key: str, declared: Mapping[str, Any]
) -> Iterable[tuple[str, str]]:
    """Return what may be answered, each with its name, where that is a short list."""
    settings = project.settings
    if key == "process":
        return ((one.identifier, one.title) for one in settings.processes)
    if declared.get("type") in ("person", "people"):
        there = (one for one in settings.policy.people if one.is_there(project.on))
        return ((one.identifier, one.name) for one in there)
    if declared.get("type") == "site" or key == "sites":
        return ((one.identifier, "") for one in settings.sites)
    code = language().code
    names: Mapping[str, Mapping[str, str]] = declared.get("values", {})
    return ((name, label.get(code) or name) for name, label in names.items())


def _prompt(question: str) -> str:
    """Return what a person types, empty where they type nothing."""
    shown = language().pair(question, "")
    answer = typer.prompt(shown, default="", show_default=False, prompt_suffix="", err=True)
    return str(answer).strip()


def title_asked() -> str:
    """Return the title that a person gives to a new entry."""
    return _prompt(_("Title, in a few words, without names"))


def written_values(values: Mapping[str, Any]) -> list[str]:
    """Return *values* as `key=value`, as `--set` takes them."""
    from qmtool.model.document import Document
    from qmtool.model.workflow import written

    document = Document("", values=values)
    return [f"{key}={written(document, key)}" for key in values]


def tell_deadlines(found: Sequence["Deadline"], project: "Project") -> None:
    """Print a line for each deadline, those of laws and guides first."""
    from qmtool.reports.deadlines import told
    from qmtool.reports.table import page_width
    from qmtool.reports.wrapping import wrapped

    spoken = language()
    for one in sorted(found, key=lambda one: not one.due.is_legal):
        line = safe(spoken.render(told(one, project, spoken)))
        emit("".join(f"{part}\n" for part in wrapped(line, page_width(), rest="    ")))


def read_input(path: str) -> bytes:
    """Return the bytes of the file *path*, or of the standard input for `-`."""
    if path == "-":
        return sys.stdin.buffer.read()
    from qmtool.actions.import_source import read_bytes

    return read_bytes(Path(path))
