"""Builds projects from fenced documents, with the real parser and without Git.

The syntax of the fences is described in README.md.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, partial
from itertools import takewhile
from operator import ne
from pathlib import Path
from typing import Any

import pytest
import yaml

from qmtool.model.diagnostic import Fault, Rule
from qmtool.model.document import Document
from qmtool.model.project import Project
from qmtool.model.settings import Settings
from qmtool.model.text import say
from qmtool.repository import front_matter
from qmtool.repository.cache import Cache
from qmtool.repository.data_files import DataFiles
from qmtool.repository.library import Library
from qmtool.repository.names import name_faults
from qmtool.repository.parse import Parser
from qmtool.repository.record import build, pack_fault
from qmtool.repository.series import kept_series, series_problems
from qmtool.repository.settings_file import read_settings, without_file
from qmtool.rules import ALL_RULES

FOLDER = Path(__file__).parent
ON = date(2026, 11, 21)
SETTINGS = """\
qm: 1
language: en
people: [{id: rq1, roles: [rq]}, {id: mia}]
sites: [{id: nord}]
processes: [{id: accueil, code: ACC, owner: rq1}, {id: scanner, code: SCA, owner: mia}]
adopts: [iso-9001-2015]
"""
MARK = re.compile(r"[ \t]*(?:#|<!--) finds: ([A-Z0-9, ]+?)(?: -->)?$")
RIGHT_DIGEST = "sha256:…"
BASE = "base"

Place = tuple[str, int, str]


@dataclass(frozen=True)
class Fence:
    """A fenced block: the words after its backticks, and its text without the marks."""

    words: tuple[str, ...]
    text: str
    finds: tuple[tuple[int, str], ...]

    @property
    def is_document(self) -> bool:
        return self.words[0] == "markdown"

    @property
    def path(self) -> str:
        """Return the path of the file; a document has one even when its fence gives none."""
        given = next((word for word in self.words[1:] if "." in word or word == "facts"), "")
        if given or not self.is_document:
            return given
        found = re.search(r"^id: (\S+)$", self.text, re.MULTILINE)
        return f"processes/accueil/applicables/{found[1] if found else 'sans-id'}.md"

    @property
    def data(self) -> bytes:
        """Return the bytes of the file."""
        if "bytes" in self.words:
            return (
                self.text.encode("latin-1", "backslashreplace")
                .decode("unicode_escape")
                .encode("latin-1")
            )
        digest = front_matter.digest(self.text)
        return self.text.replace(RIGHT_DIGEST, digest).encode()


@dataclass(frozen=True)
class Case:
    """A titled run of fenced files, and the places where the rules speak."""

    title: str
    fences: tuple[Fence, ...] = field(repr=False)

    @property
    def finds(self) -> list[Place]:
        return sorted(
            (fence.path, line, code) for fence in self.fences for line, code in fence.finds
        )


def read_cases(text: str) -> list[Case]:
    """Return the `##` sections of *text* that hold fences."""
    sections: dict[str, list[Fence]] = {}
    title = ""
    for heading, fence in _read(text):
        title = heading or title
        if fence is not None:
            assert title, "a fence before the first title"
            sections.setdefault(title, []).append(fence)
    return [Case(title, tuple(fences)) for title, fences in sections.items()]


def read_fences(text: str) -> tuple[Fence, ...]:
    """Return the fenced blocks of *text*."""
    return tuple(fence for _, fence in _read(text) if fence is not None)


def _read(text: str) -> Iterator[tuple[str, Fence | None]]:
    """Yield the title of each section and each fence, of three backticks or more, in order."""
    lines = iter(text.split("\n"))
    for line in lines:
        opening = re.fullmatch(r"(`{3,})([^`]+)", line)
        if opening:
            block = list(takewhile(partial(ne, opening[1]), lines))
            yield "", _fence(tuple(opening[2].split()), block)
        elif line.startswith("## "):
            yield line[3:].strip(), None


def _fence(words: tuple[str, ...], block: list[str]) -> Fence:
    finds = []
    for number, line in enumerate(block):
        found = MARK.search(line)
        if found:
            block[number] = line[: found.start()]
            finds += [(number + 1, code) for code in found[1].replace(",", " ").split()]
    return Fence(words, "".join(f"{line}\n" for line in block), tuple(finds))


@cache
def data_files() -> DataFiles:
    return DataFiles(Cache("t", enabled=False))


@cache
def shipped() -> tuple[Library, Parser]:
    library = Library(data_files(), [], _never_read)
    return library, Parser(library.kinds)


def _never_read(path: str) -> bytes:
    raise AssertionError(path)


def _library(files: dict[str, Fence]) -> tuple[Library, Parser]:
    if not any(path.startswith(("templates/", "referentials/")) for path in files):
        return shipped()
    library = Library(data_files(), files, lambda path: files[path].data)
    return library, Parser(library.kinds)


def _settings(files: dict[str, Fence], name: str) -> Settings:
    data = files[name].data if name in files else SETTINGS.encode()
    return read_settings(data, data_files())


def build_project(fences: tuple[Fence, ...]) -> Project:
    """Return the project of the files that *fences* hold, with that of the word `base`."""
    before = tuple(fence for fence in fences if BASE in fence.words)
    after = tuple(fence for fence in fences if BASE not in fence.words)
    if not before:
        return _project(after)
    data = tuple(fence for fence in after if not fence.is_document)
    return replace(_project(after), base=_project((*data, *before)))


def _project(fences: tuple[Fence, ...]) -> Project:
    files = {fence.path: fence for fence in fences if fence.path}
    facts: dict[str, Any] = yaml.safe_load(files.pop("facts").text) if "facts" in files else {}
    settings = _settings(files, "qm.yaml") if facts.get("settings", True) else without_file()
    in_force = _settings(files, "qm.yaml@released") if "qm.yaml@released" in files else settings
    library, parser = _library(files)
    documents = [
        _document(fence, path, parser, settings)
        for path, fence in sorted(files.items())
        if fence.is_document
    ]
    values = {path: fence.data for path, fence in files.items() if path.endswith(".csv")}
    problems = series_problems(documents, kept_series(_Files(values), documents, library.kinds))
    named = {one.referential for document in documents for one in document.declarations}
    named |= {*settings.adopts, *(one.referential for one in settings.exclusions)}
    return Project(
        on=facts.get("day", ON),
        at="worktree",
        settings=settings,
        kinds=library.kinds,
        documents=tuple(_with_name_faults(documents)),
        files=frozenset(files),
        referentials={
            name: library.referential(name) for name in library.referential_ids if name in named
        },
        known_referentials=library.referential_ids,
        released={name: tuple(found) for name, found in facts.get("released", {}).items()},
        changed_lines=facts.get("changed_lines", {}),
        glossary=library.own_glossary,
        policy=in_force.policy,
        holidays=library.holidays,
        taken=facts.get("taken", {}),
        problems=problems,
    )


@dataclass(frozen=True)
class _Files:
    """The files of a case that are no documents, as a source gives them."""

    entries: dict[str, bytes]

    def read(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes, None]]:
        return ((path, self.entries[path], None) for path in paths)


def _document(fence: Fence, path: str, parser: Parser, settings: Settings) -> Document:
    if "unread" in fence.words:
        fault = Fault("unread-file", 1, 1, say("the file cannot be read"))
        return build(path, {"faults": [pack_fault(fault)]}, settings.markers)
    document = build(path, parser.parse(fence.data), settings.markers)
    if "executable" in fence.words:
        fault = Fault("executable-file", 1, 1, say("the file is marked as a program"))
        return replace(document, faults=(*document.faults, fault))
    return document


def _with_name_faults(documents: list[Document]) -> Iterator[Document]:
    found = name_faults([document.path for document in documents])
    for document in documents:
        yield replace(document, faults=(*document.faults, *found.get(document.path, ())))


def case_files() -> list[Path]:
    return sorted(FOLDER.glob("QM*.md"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        cases = {
            f"{path.stem}: {case.title}": case
            for path in case_files()
            for case in read_cases(path.read_text(encoding="utf-8"))
        }
        metafunc.parametrize("case", cases.values(), ids=list(cases))
    if "rule" in metafunc.fixturenames:
        metafunc.parametrize("rule", ALL_RULES, ids=[rule.code for rule in ALL_RULES])


@pytest.fixture(scope="session")
def project_of() -> Callable[..., Project]:
    """Return the function that builds a project from a text with fences, or from fences."""

    def project(source: str | tuple[Fence, ...]) -> Project:
        return build_project(read_fences(source) if isinstance(source, str) else source)

    return project


@pytest.fixture
def page_of() -> Callable[[Rule], dict[str, Case]]:
    """Return the function that gives the examples of the page of a rule by their titles."""
    return lambda rule: {case.title: case for case in read_cases(rule.doc)}


@pytest.fixture
def cases_of() -> Callable[[str], list[Case]]:
    """Return the function that gives the cases of the file of a rule."""

    def cases(code: str) -> list[Case]:
        return read_cases((FOLDER / f"{code}.md").read_text(encoding="utf-8"))

    return cases
