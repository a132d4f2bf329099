"""What is fuzzed: functions of bytes that give an answer or a `QmError`, and nothing else.

Each target also looks at the answer: places are inside the file, and no format of the check lets a
control character or a command of a CI service through.
"""

import io
import json
import marshal
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter

from qmtool.actions import adopt_rules, import_source, journal
from qmtool.cli import checking
from qmtool.errors import SettingsError
from qmtool.model.kind import OWNED_KEYS
from qmtool.model.project import Project
from qmtool.model.text import Text
from qmtool.reports.check import FORMATS
from qmtool.reports.check_report import CheckReport
from qmtool.reports.check_veil import without_identities
from qmtool.reports.language import Language
from qmtool.repository import front_matter
from qmtool.repository.cache import Cache
from qmtool.repository.data_files import DataFiles
from qmtool.repository.importing.imported import Wish
from qmtool.repository.library import Library
from qmtool.repository.markdown import parse_body
from qmtool.repository.parse import Parser
from qmtool.repository.pending import Damaged
from qmtool.repository.record import build
from qmtool.repository.settings_file import read_settings
from qmtool.repository.text import decode
from qmtool.repository.verification import anchor
from qmtool.repository.verification.plumbing import Stored
from qmtool.repository.verification.statements import read_statements
from qmtool.repository.yaml_events import read_yaml
from qmtool.rules import ALL_RULES
from tests.conftest import SETTINGS

DOC = "processes/welcome/applicables/PR-ACC-001.md"
TAG = "refs/tags/release/PR-ACC-001/1.0"
ON = date(2026, 11, 21)
SHEET = (("ref_id", "name", "description"), ("1", "A chapter", ""), ("1.1", "One", "Text"))
_LANGUAGES = (Language("en"), Language("fr"))
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_COMMAND = re.compile(r"^\s*::(?!(error|warning|notice) file=)|##\[|##teamcity\[", re.MULTILINE)


@cache
def _files() -> DataFiles:
    return DataFiles(Cache("fuzz", enabled=False))


@cache
def _project() -> tuple[Project, Parser]:
    """Return a project with no document yet, and the parser of its kinds."""
    library = Library(_files(), (), lambda path: b"")
    settings = read_settings(SETTINGS.encode(), _files())
    project = Project(
        on=ON,
        at="worktree",
        settings=settings,
        kinds=library.kinds,
        documents=(),
        files=frozenset({DOC}),
        referentials={"iso-9001-2015": library.referential("iso-9001-2015")},
        known_referentials=library.referential_ids,
        glossary=library.own_glossary,
        policy=settings.policy,
    )
    return project, Parser(library.kinds)


def document(data: bytes) -> None:
    """Parse a document, judge it with every rule, and write what they say in every format."""
    empty, parser = _project()
    parsed = parser.parse(data)
    marshal.dumps(parsed)
    lines = data.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for fault in parsed.get("faults", ()):
        assert 1 <= fault[1] <= len(lines), fault
        assert fault[2] >= 1, fault
    one = build(DOC, parsed, empty.settings.markers)
    project = replace(empty, documents=(one,))
    outcome = checking.judged(project, ALL_RULES)
    told = [*outcome.diagnostics, *(each.diagnostic for each in outcome.suppressed)]
    numbers = {one.location.line for one in told}
    shown = {(DOC, n): lines[n - 1] for n in numbers if n <= len(lines)}
    report = CheckReport(outcome.diagnostics, shown, 1, outcome.suppressed, paths=[DOC], on=ON)
    report = without_identities(report, project)
    for language in _LANGUAGES:
        for name, form in FORMATS.items():
            _look_at(name, form(report, language))


def _look_at(name: str, text: str) -> None:
    """Raise AssertionError if a report has what a terminal or a CI service would obey."""
    text.encode()
    match name:
        case "json" | "sarif" | "gitlab":
            json.loads(text)
        case "junit":
            ET.fromstring(text)  # noqa: S314
        case _:
            assert not _UNSAFE.search(text), text
            assert not _COMMAND.search(text), text


def body(data: bytes) -> None:
    """Parse the body of a document, whole and by segments, which give the same."""
    decoded = decode(data)
    text = decoded.text or ""
    found, whole = (parse_body(text, whole=one) for one in (False, True))
    if decoded.faults:  # a carriage return that stands alone, say, is told of anyway
        return
    assert bool(found.faults) == bool(whole.faults)
    if found.faults:  # of what is refused, the two read more or less
        return
    for part in ("headings", "links", "comments", "anchors"):
        assert getattr(found, part) == getattr(whole, part), part
    assert all(1 <= one.line <= text.count("\n") + 1 for one in found.links)


def patch(data: bytes) -> None:
    """Change keys of a front matter: no byte of the body changes, and the keys read back."""
    try:
        text = data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError:
        return
    cut = front_matter.split(text)
    if cut.block is None or read_yaml(cut.block).faults:
        return
    front_matter.digest(text)
    changes = {"version": 'version: "2.0"', "status": "status: released", "effective": None}
    assert set(changes) <= set(OWNED_KEYS)
    after = front_matter.patch(data, changes).decode().replace("\r\n", "\n")
    again = front_matter.split(after)
    assert again.body == cut.body
    assert again.block is not None
    assert read_yaml(again.block).data["status"] == "released"


def adoption(data: bytes) -> None:
    """Look at a file of a repository that is not adopted, and propose rules for it."""
    found = adopt_rules.look_at("PR-001-x.md", data)
    if isinstance(found, adopt_rules.OldFile):
        rules = adopt_rules.propose([found], {"id": "rq1"}, ("iso-9001-2015",))
        text = adopt_rules.write(rules, {})
        assert adopt_rules.read(text.encode(), _files()) is not None


def data_of(schema: str) -> Callable[[bytes], None]:
    """Return the target that reads a data file of that *schema*."""
    return lambda data: _placed(data, lambda: _files().read(data, schema, "file.yaml"))


def settings(data: bytes) -> None:
    """Read `qm.yaml`."""
    _placed(data, lambda: read_settings(data, _files()))


def rules_of_adoption(data: bytes) -> None:
    """Read `adopt.yaml`."""
    _placed(data, lambda: adopt_rules.read(data, _files()))


def _placed(data: bytes, read: Callable[[], object]) -> None:
    """Call *read*; the places of what it refuses are lines of *data*."""
    try:
        read()
    except SettingsError as error:
        last = len(re.split(rb"\r\n|[\r\n]", data))
        for one in error.sentences:
            assert isinstance(one, Text)
            assert one.render()
            assert 1 <= dict(one.values)["line"] <= last, one
        raise


def tag(data: bytes) -> None:
    """Take a tag object apart."""
    for statement in read_statements({TAG: "0" * 40}, {"0" * 40: Stored("tag", data)}):
        if not statement.fault:
            assert statement.payload["document"] is not None
            assert statement.signed + statement.signature == data


def kept_anchor(data: bytes) -> None:
    """Read an anchor."""
    anchor._parse(Path("anchor.json"), data)


def kept_journal(data: bytes) -> None:
    """Read the journal of an interrupted release."""
    try:
        value = json.loads(data)
        if isinstance(value, dict):
            journal._typed(value)
    except (ValueError, RecursionError, Damaged):
        return


@cache
def _book() -> dict[str, bytes]:
    """Return the parts of a workbook."""
    whole = io.BytesIO()
    with xlsxwriter.Workbook(whole, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(SHEET):
            for column, value in enumerate(row):
                sheet.write_string(number, column, value)
    with zipfile.ZipFile(whole) as parts:
        return {one: parts.read(one) for one in parts.namelist()}


def workbook(data: bytes) -> None:
    """Import a workbook whose sheet, or the texts of it, are *data*."""
    part = "xl/sharedStrings.xml" if b"<sst" in data[:200] else "xl/worksheets/sheet1.xml"
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as parts:
        for name, content in {**_book(), part: data}.items():
            parts.writestr(name, content)
    imported("sheet.xlsx")(whole.getvalue())


@cache
def _library() -> Library:
    return Library(_files(), (), lambda path: b"")


def imported(name: str) -> Callable[[bytes], None]:
    """Return the target that imports a referential from a file called *name*."""

    def target(data: bytes) -> None:
        order = import_source.Order(Path(name), Wish(), ON)
        import_source.read(order, data, _library(), "en")

    return target


TARGETS: dict[str, Callable[[bytes], Any]] = {
    "document": document,
    "body": body,
    "patch": patch,
    "adoption": adoption,
    "settings": settings,
    "kind": data_of("kind"),
    "chapter": data_of("chapter"),
    "referential": data_of("referential"),
    "crosswalk": data_of("crosswalk"),
    "adopt": rules_of_adoption,
    "tag": tag,
    "anchor": kept_anchor,
    "journal": kept_journal,
    "csv": imported("sheet.csv"),
    "oscal": imported("catalog.json"),
    "ciso": imported("library.yaml"),
    "workbook": workbook,
}
"""The targets by name; the weights of the runner say how often each has its turn."""
