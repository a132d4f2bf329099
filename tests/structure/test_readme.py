"""The tables of the README say what the program is now; `make readme` writes them."""

import importlib
import os
import re
from pathlib import Path

from qmtool.cli.main import COMMANDS, GROUPS
from qmtool.model.kind import Kind
from qmtool.model.referential import Referential
from qmtool.reports.catalogue import rule_table
from qmtool.reports.table import markdown_table
from qmtool.repository.cache import Cache
from qmtool.repository.data_files import DataFiles
from qmtool.repository.library import Library
from qmtool.rules import ALL_RULES

README = Path(__file__).resolve().parents[2] / "README.md"


def library() -> Library:
    """Return the shipped data."""
    return Library(DataFiles(Cache("readme", enabled=False)), (), lambda path: b"")


def module_of(command: str) -> str:
    """Return the module of a command such as `ref show`."""
    return f"qmtool.cli.{command.replace(' ', '_').replace('-', '_')}_command"


def commands() -> str:
    """Return the table of the commands."""
    names = [name for panel in COMMANDS.values() for name in panel]
    whole = [
        " ".join((name, *rest))
        for name in names
        for rest in ([(one,) for one in GROUPS[name][2]] if name in GROUPS else [()])
    ]
    rows = [[f"qm {name}", importlib.import_module(module_of(name)).HELP] for name in whole]
    return markdown_table(["command", "what it does"], rows)


def kinds() -> str:
    """Return the table of the shipped kinds."""

    def row(kind: Kind) -> list[str]:
        sort = "released" if kind.controlled else "record"
        return [kind.name, kind.label.fr, kind.label.en, ", ".join(kind.evidence), sort]

    rows = [row(kind) for kind in sorted(library().kinds.values(), key=lambda one: one.name)]
    return markdown_table(["kind", "fr", "en", "evidence", "sort"], rows)


def referentials() -> str:
    """Return the table of the shipped referentials."""

    def row(one: Referential) -> list[str]:
        count = str(len(one.assessable))
        title = one.title.en.partition(" — ")[0]
        replaced = f" (replaced by {one.superseded_by})" if one.superseded_by else ""
        return [one.identifier, title + replaced, one.type, one.completeness, count]

    found = library()
    rows = [row(found.referential(name)) for name in found.referential_ids]
    return markdown_table(["id", "title", "type", "completeness", "requirements"], rows)


def rewritten(text: str) -> str:
    """Return the README *text* with its generated parts made anew."""
    parts = {
        "commands": commands(),
        "kinds": kinds(),
        "referentials": referentials(),
        "rules": rule_table(ALL_RULES),
    }
    for name, table in parts.items():
        begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
        assert text.count(begin) == text.count(end) == 1, name
        text = re.sub(
            f"{begin}.*?{end}",
            lambda _, b=begin, t=table, e=end: f"{b}\n\n{t}\n{e}",
            text,
            flags=re.DOTALL,
        )
    return text


def test_the_tables_of_the_readme_are_those_of_the_program() -> None:
    text = README.read_text(encoding="utf-8")
    wanted = rewritten(text)
    if os.environ.get("QM_REWRITE"):
        README.write_text(wanted, encoding="utf-8")
        return
    assert text == wanted, "type: make readme"


def test_the_readme_gives_exactly_two_commands_for_a_fresh_machine() -> None:
    text = README.read_text(encoding="utf-8")
    section = text.split("## Two commands")[1].split("\n## ")[0]
    block = section.split("```sh\n")[1].split("```")[0]
    targets = [line.split("#")[0].strip() for line in block.splitlines()]
    assert targets == ["make demo", "make test"]
    makefile = (README.parent / "Makefile").read_text(encoding="utf-8")
    assert all(f"\n{target.split()[1]}: " in makefile for target in targets)
