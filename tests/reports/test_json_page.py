"""JSON hides nothing: what nobody would see in it is escaped, and read back it is the same."""

import json

from qmtool.reports.check_report import as_json
from qmtool.reports.json_page import json_page
from tests.conftest import Centre, procedure

UNSEEN = "a\u202eb\u200bc\ufeffd\u2028e\x7ff\u061cg"


def test_what_is_not_seen_is_escaped_and_means_the_same() -> None:
    value = {"text": UNSEEN, UNSEEN: ["é – ✓", 1, None]}
    for shown in (json_page(value), as_json(value)):
        assert not set("\u202e\u200b\ufeff\u2028\x7f\u061c") & set(shown)
        assert r"a\u202eb\u200bc\ufeffd\u2028e\u007ff\u061cg" in shown
        assert "é – ✓" in shown
        assert json.loads(shown) == value


def test_the_layout_keeps_its_lines_and_a_path_its_bytes() -> None:
    shown = json_page({"one": "a\nb", "path": b"caf\xe9.md".decode(errors="surrogateescape")})
    assert shown == '{\n  "one": "a\\nb",\n  "path": "caf\\\\xe9.md"\n}\n'


def test_no_report_prints_a_mark_that_turns_a_text_around(centre: Centre) -> None:
    text = procedure("PR-ACC-001").replace("Title of PR-ACC-001", '"Exam\\u202egnp"')
    centre.commit({"processes/welcome/applicables/PR-ACC-001.md": text})
    for words in (("list",), ("show", "PR-ACC-001"), ("history", "PR-ACC-001"), ("status",)):
        shown = centre.qm(*words, "--format", "json").out
        assert "\u202e" not in shown
        assert json.loads(shown)["version"] == 1
