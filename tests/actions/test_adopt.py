"""`qm adopt`: an existing repository becomes a quality system, and nothing of it is lost."""

import json
import re
from pathlib import Path

import pytest

from tests.conftest import SHARED, Centre

GSTT = SHARED / "data/gstt-qms"

# The shapes of a real hospital's quality system (GSTT-CSC/QMS-Template), written again in small.
OLD = {
    "CSC-PR-013-Document-Record-Control.md": (
        "---\nqms_version: 2.2.0\nsop_version: 2.1.2\n---\n\n# Document Control\n"
        "<!-- [13485:4.2.4g,4.3.4e,7.5.9,7.5.9.1]-->\n\n## Records\n<!-- [13485:4.2.5] -->\n"
    ),
    "CSC-PR-008-Machine-Learning.md": (
        "---\nqms_version:2.2.0\nsop_version:2.0.2\n---\n\n# Machine Learning\n"
    ),
    "CSC-F-001-Training-Log-Template.md": (
        "---\nqms_version: 2.2.0  \nsop_id: CSC PR.015\nsop_version: 1.0.1\n"
        "template_id: CSC F.001\ntemplate_version: 3.0.1\n---\n\n# Training log\n"
        "<!-- [13485:6.2e] -->\n"
    ),
    "CSC-F-002-Crlf.md": (
        "---\r\nqms_version: 2.2.0\r\ntemplate_version: 2.0.1\r\ntitle: Old # title\r\n---\r\n"
        "\r\n# A form\r\n\r\nlast line without end"
    ),
    "CSC-I-003-Authorisation-Log.md": "\n# Authorisation Log\n\n| a | b |\n|---|---|\n",
    "CSC-I-004-Schedules.md": "---\nqms_version: 2.2.0\ninfo_version: 0.9.0\n---\n# Schedules\n",
    "CSC-PL-001-Manual.md": (
        "---\nqms_version: 2.2.1\npolicy_version: 2.0.6\nid: M1\n---\n# Manual\n"
    ),
    "CSC-PR-014-Anchored.md": "---\nsop_version: 2.0.1\nanchor: &a x\n---\n# Anchored\n",
    "Work-Instruction.md": "# Work\n",
    "README.md": "# Read me\n",
    ".github/hidden.md": "# Hidden\n",
}


@pytest.fixture
def old(centre: Centre) -> Centre:
    """Return a committed repository that knows nothing of qm."""
    centre.commit(OLD)
    return centre


def body(text: bytes) -> bytes:
    """Return what follows the front matter of *text*."""
    lines = text.split(b"\n")
    if lines[0].rstrip() != b"---":
        return text
    closing = next(n for n, line in enumerate(lines) if n and line.rstrip() == b"---")
    return b"\n".join(lines[closing + 1 :])


def test_the_first_call_proposes_rules_and_changes_nothing_else(old: Centre) -> None:
    head = old.git("rev-parse", "HEAD")
    done = old.qm("adopt")
    assert done.code == 0, done.err
    assert old.git("rev-parse", "HEAD") == head
    assert old.git("status", "--porcelain") == "?? adopt.yaml\n"
    rules = (old.root / "adopt.yaml").read_text()
    assert "{starts: CSC-F-, kind: form, version_keys: [template_version, sop_version]}" in rules
    assert "{starts: CSC-PR-, kind: procedure, version_keys: [sop_version]}" in rules
    assert "{starts: CSC-PL-, kind: policy, version_keys: [policy_version]}" in rules
    assert 'markers: {"13485": iso-13485-2016}' in rules
    assert "ignore: [README.md]" in rules
    assert 'email: "rq@example.org"' in rules
    assert "Work-Instruction.md: the file name begins with no code" in done.out
    assert "Not documents: README.md" in done.out


def test_the_second_call_adopts_in_one_commit_with_the_tags(old: Centre) -> None:
    old.qm("adopt")
    before = old.git("rev-list", "--count", "HEAD")
    done = old.qm("adopt")
    assert done.code == 0, done.err
    assert int(old.git("rev-list", "--count", "HEAD")) == int(before) + 1
    assert old.git("status", "--porcelain") == ""
    assert old.git("tag", "-l").split() == [
        "release/CSC-F-001/3.0",
        "release/CSC-F-002/2.0",
        "release/CSC-PL-001/2.0",
        "release/CSC-PR-013/2.0",
        "release/POLICY/1.0",
    ]
    payload = old.git("cat-file", "tag", "release/CSC-PR-013/2.0")
    head = old.git("rev-parse", "HEAD").strip()
    assert "origin: adopted\n" in payload
    assert "meaning: adopted\n" in payload
    assert f"policy: {head}\n" in payload
    text = (old.root / "CSC-PR-013-Document-Record-Control.md").read_text()
    assert 'version: "2.0"\nstatus: released\n' in text
    assert 'imported: "2.1.2", approver: unknown' in text
    assert "  sop_version: 2.1.2\n" in text


def test_no_byte_of_a_body_is_lost_and_the_old_keys_are_kept(old: Centre) -> None:
    old.qm("adopt")
    assert old.qm("adopt").code == 0
    for path, text in OLD.items():
        before, after = text.encode(), (old.root / path).read_bytes()
        assert body(after) == body(before), path
        for key in re.findall(rb"^([a-z_]+):", before.split(b"\n---")[0], re.MULTILINE):
            assert key + b":" in after, path
    raw = (old.root / "CSC-PR-008-Machine-Learning.md").read_text()
    assert "  raw: |2+\n    qms_version:2.2.0\n    sop_version:2.0.2\n" in raw
    clashing = (old.root / "CSC-PL-001-Manual.md").read_text()
    assert "  id: M1\n" in clashing
    anchored = (old.root / "CSC-PR-014-Anchored.md").read_text()
    assert "  raw: |2+\n    sop_version: 2.0.1\n    anchor: &a x\n" in anchored
    assert b"\n" not in (old.root / "CSC-F-002-Crlf.md").read_bytes().replace(b"\r\n", b"")


def test_what_has_no_version_becomes_a_draft(old: Centre) -> None:
    old.qm("adopt")
    old.qm("adopt")
    for path in ("CSC-I-003-Authorisation-Log.md", "CSC-I-004-Schedules.md"):
        text = (old.root / path).read_text()
        assert "status: draft" in text
        assert "\nversion:" not in text


def test_as_drafts_releases_nothing(old: Centre) -> None:
    old.qm("adopt")
    assert old.qm("adopt", "--as-drafts").code == 0
    assert old.git("tag", "-l").split() == ["release/POLICY/1.0"]


def test_a_corrected_rule_and_an_override_are_followed(old: Centre) -> None:
    old.qm("adopt")
    path = old.root / "adopt.yaml"
    text = path.read_text().replace("CSC-I-, kind: description", "CSC-I-, kind: instruction")
    override = (
        'files: {CSC-PR-013-Document-Record-Control.md: {title: "New title", version: "4.1", '
        "date: 2020-05-04, approver: Dr Who}}"
    )
    path.write_text(text.replace("files: {}", override))
    assert old.qm("adopt").code == 0
    adopted = (old.root / "CSC-PR-013-Document-Record-Control.md").read_text()
    assert 'title: "New title"' in adopted
    assert 'version: "4.0"' in adopted
    assert "effective: 2020-05-04\nnext_review: 2022-05-04\n" in adopted
    assert 'date: 2020-05-04, origin: adopted, imported: "4.1", approver: "Dr Who"' in adopted
    assert "kind: instruction" in (old.root / "CSC-I-003-Authorisation-Log.md").read_text()


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("adopt: 1\npeople: [{id: rq1}]\nrulez: []\n", 2, "Did you mean rules?"),
        ("adopt: 1\npeople: [{id: a, email: other@example.org, roles: [rq]}]\n", 3, "no file"),
        ("adopt: [\n", 2, "adopt.yaml:"),
    ],
)
def test_a_wrong_adopt_yaml_is_refused_and_changes_nothing(
    old: Centre, text: str, code: int, words: str
) -> None:
    old.write({"adopt.yaml": text})
    before = old.state()
    done = old.qm("adopt")
    assert (done.code, words in done.err) == (code, True), done.err
    assert old.state() == before


def test_who_is_not_a_quality_manager_of_the_rules_may_not_adopt(old: Centre) -> None:
    old.qm("adopt")
    old.iam("Other", "other@example.org")
    before = old.state()
    done = old.qm("adopt")
    assert done.code == 3
    assert "other@example.org" in done.err
    assert old.state() == before


def test_a_file_with_uncommitted_changes_stops_the_adoption(old: Centre) -> None:
    old.qm("adopt")
    old.write({"CSC-I-004-Schedules.md": "# Other\n"})
    before = old.state()
    done = old.qm("adopt")
    assert done.code == 3
    assert "CSC-I-004-Schedules.md has changes that are not committed" in done.err
    assert old.state() == before


def test_a_quality_system_is_not_adopted_twice(old: Centre) -> None:
    old.qm("adopt")
    old.qm("adopt")
    assert old.qm("adopt").code == 3


def test_the_adopted_marks_are_checked_and_counted(old: Centre) -> None:
    old.qm("adopt")
    old.qm("adopt")
    shown = old.qm("check", "--format", "concise")
    lines = [line for line in shown.out.splitlines() if "QM40" in line]
    assert len(lines) == 2
    path = "CSC-PR-013-Document-Record-Control.md"
    number = (old.root / path).read_text().split("\n").index(OLD[path].split("\n")[6]) + 1
    assert all(line.startswith(f"{path}:{number}:") for line in lines)
    gap = json.loads(old.qm("gap", "iso-13485-2016", "--format", "json").out)
    found = {
        one["id"].partition(":")[2]: {(e["document"], e["section"]) for e in one["evidence"]}
        for one in gap["requirements"]
        if one["evidence"]
    }
    assert found == {
        "4.2.4": {("CSC-PR-013", "Document Control")},
        "4.2.5": {("CSC-PR-013", "Records")},
        "6.2": {("CSC-F-001", "Training log")},
        "7.5.9.1": {("CSC-PR-013", "Document Control")},
    }
    assert not [
        one["id"]
        for one in gap["requirements"]
        if one["proven"] == "no" and one["status"] == "ready"
    ]


NOTHING = [
    *("4.1.5", "5.5.3", "6.4.1", "6.4.2", "7.3.10", "7.4.1", "7.4.2", "7.4.3", "7.5.2"),
    *("7.5.4", "7.5.5", "7.5.7", "7.5.9.2", "7.5.10", "7.5.11", "7.6", "8.4"),
]
UNRESOLVED = ("8.1b8.1c", "7.2.1c7.2.1e", "7.2.dc", "4.3.4e", "7.5.9", "6.2d6.2e")


def scan(ids: set[str]) -> dict[str, set[tuple[str, int]]]:
    """Return the documents and lines whose marks name each id, by a scan of our own."""
    found: dict[str, set[tuple[str, int]]] = {name: set() for name in ids}
    for path in sorted(GSTT.glob("CSC-*.md")):
        code = re.match(r"CSC-[A-Z]+-[0-9]+", path.name)
        assert code
        for mark in re.finditer(r"<!-- \[13485:([^\]]*)\]\s*-->", path.read_text()):
            for item in mark[1].split(","):
                name = item.strip()
                name = name if name in ids else re.sub("[a-z]$", "", name)
                if name in ids:
                    found[name].add((code[0], mark[0]))
    return found


@pytest.mark.skipif(not GSTT.is_dir(), reason="the hospital's quality system is not here")
def test_a_real_quality_system_runs_from_adoption_to_gap_without_an_edit(centre: Centre) -> None:
    for path in sorted(GSTT.rglob("*")):
        if path.is_file():
            centre.write({path.relative_to(GSTT).as_posix(): path.read_bytes()})
    centre.commit()
    assert centre.qm("adopt").code == 0
    adopted = centre.qm("adopt")
    assert adopted.code == 0, adopted.err
    named = sorted(path.name for path in GSTT.glob("CSC-*.md"))
    assert [name for name in named if "\nkind: " not in (centre.root / name).read_text()] == []
    shown = centre.qm("check", "--format", "concise")
    assert shown.code == 1
    for mark in UNRESOLVED:
        assert sum(f"iso-13485-2016:{mark}," in line for line in shown.out.splitlines()) == 1, mark
    assert sum("QM402" in line or "QM403" in line for line in shown.out.splitlines()) == 6
    assert centre.qm("revise", "CSC-PR-001").code == 0
    released = centre.qm("release", "CSC-PR-001", "--summary", "first with qm")
    assert released.code == 0, released.err
    gap = json.loads(centre.qm("gap", "iso-13485-2016", "--format", "json").out)
    by_id = {one["id"].partition(":")[2]: one for one in gap["requirements"]}
    assert len(by_id) == 72
    assert [
        name for name, one in by_id.items() if one["status"] == "open" and not one["evidence"]
    ] == NOTHING
    for name, places in scan(set(by_id)).items():
        found = {
            (one["document"], _line(centre.root / one["path"], one["line"]))
            for one in by_id[name]["evidence"]
        }
        assert found == {(code, mark) for code, mark in places}, name
    assert not [
        name
        for name, one in by_id.items()
        if one["proven"] != "not-needed" and one["status"] == "ready"
    ]


def _line(path: Path, number: int) -> str:
    """Return the mark that stands on that line."""
    found = re.search(r"<!-- \[.*?-->", path.read_text().split("\n")[number - 1])
    assert found
    return found[0]
