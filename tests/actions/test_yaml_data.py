"""What `qm` writes of a referential reads back exactly, by its own reader and by any other."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from qmtool.actions.yaml_data import chapter_text, crosswalk_text, head_text
from qmtool.repository.importing.outline import cleaned
from qmtool.repository.schema import load_schema, typed
from qmtool.repository.yaml_events import read_yaml
from qmtool.resources import shipped

WRITERS = {"referential": head_text, "chapter": chapter_text, "crosswalk": crosswalk_text}


def read_back(text: str, schema: str) -> Any:
    found = read_yaml(text, max_nodes=100_000)
    assert found.faults == []
    assert found.cut == set()
    return typed(found.data, load_schema(schema))


def schema_of(path: Path) -> str:
    if path.parent.name == "_crosswalks":
        return "crosswalk"
    return "referential" if path.name == "referential.yaml" else "chapter"


@pytest.mark.parametrize(
    "folder", ["iso-9001-2015", "labelix", "csp-radioprotection", "_crosswalks"]
)
def test_a_shipped_file_written_again_says_the_same(folder: str) -> None:
    for path in sorted((shipped("referentials") / folder).glob("*.yaml")):
        schema = schema_of(path)
        data = read_back(path.read_text(encoding="utf-8"), schema)
        assert read_back(WRITERS[schema](data), schema) == data, path


def test_a_shipped_chapter_is_written_as_its_authors_wrote_it() -> None:
    path = shipped("referentials") / "iso-9001-2015" / "clause-07.yaml"
    text = path.read_text(encoding="utf-8")
    assert chapter_text(read_back(text, "chapter")) == text


TEXTS = st.text(
    st.sampled_from("ab é«»\n\t #:-?&*!|>'\"%@`[]{},0~\\\u00a0\u202f\u2028\x85\x07😀")
    | st.characters(),
    min_size=1,
    max_size=30,
)


@given(TEXTS)
@example("a: b")
@example("yes")
@example("- a\nb")
@example("# a\n\nb")
@example("a\n b\n")
@example("é :")
@example("«a #b»")
@example("«texte»\t# suite")
@example("2026-02-30")
@example("---\na")
def test_any_text_reads_back_exactly(text: str) -> None:
    kept, _ = cleaned(text)
    chapter = {
        "id": "1",
        "title": {"en": kept},
        "requirements": [{"id": "1.1", "asks": {"fr": f"x{kept}", "en": f"{kept}y"}}],
    }
    written = chapter_text(chapter)
    assert read_back(written, "chapter") == chapter
    assert yaml.load(written, Loader=yaml.CSafeLoader) == chapter


def test_relations_take_a_line_each_unless_they_have_a_note() -> None:
    plain = {"from": "a", "relation": "equal", "to": "2"}
    noted = {**plain, "note": {"en": "why"}}
    crosswalk = {"from": "a", "to": "b", "relations": [plain, noted]}
    assert crosswalk_text(crosswalk) == (
        'from: a\nto: b\nrelations:\n  - {from: "a", relation: equal, to: "2"}\n'
        '  - from: "a"\n    relation: equal\n    to: "2"\n    note:\n      en: why\n'
    )
