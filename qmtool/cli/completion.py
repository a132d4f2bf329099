"""What a shell proposes after Tab: ids of documents, rules, referentials, people, formats.

It is imported only when a shell asks, and it never fails: where nothing can be read, nothing is
proposed. A shell evaluates what it is given, so only names of plain letters leave this module,
and no title.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qmtool.errors import QmError

if TYPE_CHECKING:
    from qmtool.model.referential import Referential, Requirement
    from qmtool.model.settings import Settings
    from qmtool.repository.library import Library

Names = Callable[[str], Iterable[str]]

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]*")


@dataclass(frozen=True)
class Proposal:
    """One word that the shell may put in; Typer asks for its kind and its help, too."""

    value: str
    type: str = "plain"
    help: None = None


def attach(command: Any, path: tuple[str, ...] = ()) -> None:
    """Give the parameters of *command*, and of those below it, what they propose."""
    for name, below in getattr(command, "commands", {}).items():
        attach(below, (*path, name))
    for parameter in command.params:
        names = _names_for(path, parameter)
        if names is not None:
            parameter.shell_complete = _proposing(names)
        elif parameter.name in _NODES:
            parameter.shell_complete = _proposing_nodes(_NODES[parameter.name])


def _names_for(path: tuple[str, ...], parameter: Any) -> Names | None:
    """Return what the *parameter* of the command at *path* takes, None if nobody can know."""
    if parameter.name in _LISTED_IN_HELP or (path, parameter.name) == (("schema",), "name"):
        words = re.findall(r"[a-z][a-z-]*", parameter.help or "")
        return lambda start: words
    if path[:1] == ("ref",) and parameter.name in ("name", "names", "first", "second"):
        return _referentials
    return _BY_PARAMETER.get(parameter.name)


def _proposing(names: Names) -> Callable[[Any, str], list[Proposal]]:
    """Return what a parameter does when it is asked: the *names* that begin like the word."""

    def proposals(context: Any, start: str) -> list[Proposal]:
        del context
        try:
            found = {one for one in names(start) if one.startswith(start) and _PLAIN.fullmatch(one)}
        except QmError:
            return []
        return [Proposal(one) for one in sorted(found)]

    return proposals


def _proposing_nodes(
    nodes: "Callable[[Referential], Iterable[Requirement]]",
) -> Callable[[Any, str], list[Proposal]]:
    """Return what a parameter proposes that takes one of the *nodes* of the referentials named."""

    def proposals(context: Any, start: str) -> list[Proposal]:
        # A last option without its value stops the parsing: the arguments are then left over.
        typed = [*(context.params.get("referential") or ()), *context.args] if context else []

        def names(start: str) -> Iterator[str]:
            del start
            library = _library()
            for name in dict.fromkeys(typed):
                if name in library.referential_ids:
                    yield from (one.identifier for one in nodes(library.referential(name)))

        return _proposing(names)(context, start)

    return proposals


def _chapters(referential: "Referential") -> "Iterable[Requirement]":
    return [one for one in referential.nodes if any(referential.below(one.identifier))]


def _assessable(referential: "Referential") -> "Iterable[Requirement]":
    return referential.assessable


def _documents(start: str) -> Iterator[str]:
    from datetime import date

    from qmtool.cli.common import repository
    from qmtool.repository.load import load
    from qmtool.repository.sources import open_source

    repo = repository()
    project = load(repo, open_source(repo, None), on=date.min).project
    for document in project.documents:
        yield document.path if "/" in start else document.identifier


def _rules(start: str) -> Iterator[str]:
    from qmtool.rules import ALL_RULES

    for rule in ALL_RULES:
        yield rule.code if start[:1].isupper() else rule.name


def _library() -> "Library":
    from qmtool.cli.common import referentials

    return referentials()[0]


def _referentials(start: str) -> Iterable[str]:
    del start
    return _library().referential_ids


def _kinds(start: str) -> Iterable[str]:
    del start
    return _library().kinds


def _settings() -> "Settings":
    from qmtool.cli.common import repository
    from qmtool.repository.load import settings_of
    from qmtool.repository.sources import WorkTree

    return settings_of(WorkTree(repository()))


def _people(start: str) -> Iterable[str]:
    del start
    return [one.identifier for one in _settings().policy.people]


def _processes(start: str) -> Iterable[str]:
    del start
    return [one.identifier for one in _settings().processes]


def _sites(start: str) -> Iterable[str]:
    del start
    return [one.identifier for one in _settings().sites]


def _devices(start: str) -> Iterable[str]:
    del start
    return [name for one in _settings().sites for name in one.devices]


_LISTED_IN_HELP = ("format_", "target_")

_NODES = {"chapter": _chapters, "why": _assessable}

_BY_PARAMETER: Mapping[str, Names] = {
    "document": _documents,
    "documents": _documents,
    "rule": _rules,
    "select": _rules,
    "ignore": _rules,
    "referential": _referentials,
    "adopt": _referentials,
    "extends": _referentials,
    "old": _referentials,
    "new": _referentials,
    "kind": _kinds,
    "owner": _people,
    "person": _people,
    "process": _processes,
    "site": _sites,
    "device": _devices,
}
