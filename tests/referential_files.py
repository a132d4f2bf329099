"""What the tests of the shipped referentials share: the files, read with another reader than qm."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "referentials"
SHEETS = ROOT.parent / "shared" / "domain"
SHIPPED = (
    *("asn-2019-dc-0660", "audit-pairs-fr", "autorisation-imagerie", "autorisation-mednuc"),
    *("cofrac-sh-ref-12-draft", "cpps", "csp-radioprotection", "dpc", "esr-esperanto"),
    *("euratom-2013-59", "has-accreditation-equipes", "has-certification-2024"),
    *("has-certification-2025", "iaea-quaadril", "iaea-quanum", "iso-13485-2016"),
    *("iso-15189-2012", "iso-15189-2022", "iso-9001-2008", "iso-9001-2015", "labelix"),
    "nf-s99-300",
)
LANGUAGES = {"fr", "en"}

DOCUMENTS = ("POL", "MAP", "DOC", "PRO", "INS", "FORM", "PLAN", "CTR", "EXT")
RECORDS = ("REC", "REG", "REV", "AUD", "TRN", "CERT", "IND")

each_referential = pytest.mark.parametrize("name", SHIPPED)
needs_the_sheets = pytest.mark.skipif(
    not SHEETS.is_dir(), reason="the sheets of ../shared/domain are not on this machine"
)


@cache
def read(name: str, file: str = "referential.yaml") -> Any:
    """Return what a data *file* says; no test may change it."""
    return yaml.safe_load((FOLDER / name / file).read_text(encoding="utf-8"))


def chapters(name: str) -> list[Any]:
    return [read(name, file) for file in read(name)["chapters"]]


def requirements(name: str) -> list[Any]:
    return [line for chapter in chapters(name) for line in chapter["requirements"]]


def is_assessable(line: Any) -> bool:
    found: bool = line.get("assessable", True)
    return found


def assessable(name: str) -> list[Any]:
    return [line for line in requirements(name) if is_assessable(line)]


def by_id(name: str) -> dict[str, Any]:
    """Return every chapter and requirement of *name* under its id."""
    return {node["id"]: node for node in chapters(name) + requirements(name)}


def texts(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every text of *value* with the keys that lead to it."""
    if isinstance(value, str):
        yield path, value
    inner = dict(enumerate(value)) if isinstance(value, list) else value
    if isinstance(inner, dict):
        for key, one in inner.items():
            yield from texts(one, (*path, str(key)))


def plain(text: str) -> str:
    """Return *text* with ordinary spaces, one before each French double mark."""
    return re.sub(r"\s*([;:])(?=\s|$)", r" \1", re.sub(r"\s", " ", text))
