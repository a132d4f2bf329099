"""`qm ref migrate`: what is certain is rewritten, all files or none, and the rest is listed."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from qmtool.actions import migrate as module
from qmtool.actions.replace import replace_file
from qmtool.errors import RepositoryError
from tests.conftest import SETTINGS, SHARED, Centre, Result, procedure

FOLDER = "processes/welcome/applicables"
ONE, TWO = f"{FOLDER}/PR-ACC-001.md", f"{FOLDER}/PR-ACC-002.md"


def referential(name: str, lines: Mapping[str, bool], more: str = "") -> dict[str, str]:
    """Return the files of a referential whose *lines* say by id whether each can be cited."""
    head = (
        f"id: {name}\ntype: certification\nmandatory: false\ntitle: {{fr: {name}, en: {name}}}\n"
        f"issuer: Us\ncompleteness: full\nverified_on: 2026-11-21\nsource: none\n"
        f"chapters: [one.yaml]\n{more}"
    )
    rows = "".join(
        f'  - {{id: "{one}", parent: "{one.rpartition(".")[0]}", assessable: {str(cited).lower()}, '
        f"title: {{fr: Titre {one}, en: Title {one}}}}}\n"
        for one, cited in lines.items()
    )
    chapter = f'id: "1"\ntitle: {{fr: Un, en: One}}\nrequirements:\n{rows}'
    folder = f"referentials/{name}"
    return {f"{folder}/referential.yaml": head, f"{folder}/one.yaml": chapter}


CROSSWALK = """\
from: old
to: new
confidence: medium
new: ["1.4", "1.5"]
relations:
  - {from: "1.1", relation: equal, to: "1.1"}
  - {from: "1.2", relation: superset, to: "1.2", confidence: high}
  - {from: "1.3", relation: equal, to: "1.3"}
  - {from: "1.4", relation: dropped, to: []}
  - {from: "1.5", relation: intersects, to: ["1.2", "1.3"], confidence: low}
"""

BASE = {
    "qm.yaml": SETTINGS,
    **referential("old", dict.fromkeys(("1.1", "1.2", "1.3", "1.4", "1.5"), True)),
    **referential(
        "new",
        {
            **dict.fromkeys(("1.1", "1.2", "1.4", "1.5"), True),
            **{"1.3": False, "1.3.1": True, "1.3.2": True},
        },
        "predecessor: old\n",
    ),
    "referentials/_crosswalks/old--new.yaml": CROSSWALK,
}


@pytest.fixture
def both(centre: Centre) -> Centre:
    """Return a committed quality system that knows the two referentials."""
    centre.commit(
        {
            **BASE,
            ONE: procedure("PR-ACC-001", satisfies="[old:1.1, old:1.5a]  # both"),
            TWO: procedure("PR-ACC-002", satisfies="\n  - old:1.2b\n  - new:1.1"),
        }
    )
    return centre


def migrate(centre: Centre, *arguments: str) -> Result:
    """Run the command between the two referentials."""
    return centre.qm("ref", "migrate", "old", "new", *arguments)


def report(centre: Centre, *arguments: str) -> Any:
    """Return the JSON that the command prints."""
    return json.loads(migrate(centre, "--format", "json", *arguments).out)


def text(centre: Centre, path: str) -> str:
    """Return the text of a file."""
    return (centre.root / path).read_bytes().decode()


def test_what_is_certain_is_rewritten_and_what_is_not_is_listed_with_its_candidates(
    both: Centre,
) -> None:
    before = {path: text(both, path) for path in (ONE, TWO)}
    done = migrate(both)
    assert (done.code, done.err) == (
        1,
        "Rewritten: 2 files. Read them with git diff, then type: qm check\n",
    )
    assert text(both, ONE) == before[ONE].replace("old:1.1", "new:1.1")
    assert text(both, TWO) == before[TWO].replace("old:1.2b", "new:1.2")
    assert both.git("diff", "--cached", "--name-only") == ""
    assert done.out == (
        "old → new\n"
        "3 references in 2 documents: 2 certain, 1 uncertain\n"
        "\n"
        "Certain\n"
        f"  {ONE}\n"
        "    5: 1.1 → 1.1\n"
        f"  {TWO}\n"
        "    6: 1.2b → 1.2 (the letter b is not carried over)\n"
        "\n"
        "Uncertain: settle each with --choose OLD=NEW\n"
        f"  {ONE}:5: 1.5a\n"
        "    1.2 Title 1.2 – overlaps in part · confidence: low, to verify\n"
        "    1.3.1 Title 1.3.1 – overlaps in part · confidence: low, to verify\n"
        "    1.3.2 Title 1.3.2 – overlaps in part · confidence: low, to verify\n"
        "\n"
        "To create: asked by new, without a source in old\n"
        "  1.4 Title 1.4\n"
        "  1.5 Title 1.5\n"
    )


def test_a_second_run_changes_nothing(both: Centre) -> None:
    migrate(both)
    before = both.state()
    again = migrate(both)
    assert (again.code, again.err) == (1, "")
    assert "1 reference in 1 document: 0 certain, 1 uncertain" in again.out
    assert both.state() == before


def test_a_choice_settles_what_is_uncertain_and_goes_before_what_is_certain(both: Centre) -> None:
    done = migrate(both, "--choose", "1.5=1.3.1,1.2", "--choose", "1.1=1.4")
    assert done.code == 0, done.out
    assert "3 references in 2 documents: 1 certain, 2 chosen, 0 uncertain" in done.out
    assert "satisfies: [new:1.4, new:1.3.1, new:1.2]  # both\n" in text(both, ONE)
    assert "  1.5 Title 1.5\n" in done.out
    assert "1.4 Title 1.4" not in done.out
    assert both.qm("check").code == 0
    none = migrate(both)
    assert (none.code, "No document cites old." in none.out) == (0, True)


def test_a_dry_run_prints_the_same_and_writes_nothing(both: Centre) -> None:
    before = both.state()
    dry = migrate(both, "--dry-run", "-o", str(both.root.parent / "report.md"))
    assert (dry.code, dry.out, dry.err) == (1, "", "Nothing was changed.\n")
    assert "## Uncertain" in (both.root.parent / "report.md").read_text()
    shown = migrate(both, "--dry-run")
    assert both.state() == before
    assert migrate(both).out == shown.out


def test_what_would_stand_twice_in_a_list_goes_and_the_report_says_so(both: Centre) -> None:
    both.write({TWO: procedure("PR-ACC-002", satisfies="[old:1.1, new:1.1]")})
    done = migrate(both)
    assert "satisfies: [new:1.1]\n" in text(both, TWO)
    assert f"{TWO}\n    5: 1.1 → 1.1 (it stands there already)" in done.out


def test_a_group_is_expanded_and_what_is_dropped_has_no_candidate(both: Centre) -> None:
    both.write({ONE: procedure("PR-ACC-001", satisfies="[old:1.3, old:1.4]")})
    found = {one["requirement"]: one for one in report(both, "--dry-run")["references"]}
    assert [one["id"] for one in found["1.3"]["candidates"]] == ["1.3.1", "1.3.2"]
    assert (found["1.4"]["candidates"], found["1.4"]["why"]) == ([], "nothing follows it")


def test_marks_of_sections_are_rewritten_but_not_those_in_a_code_fence(both: Centre) -> None:
    mark = "<!-- qm: satisfies old:1.1, old:1.4 -->"
    body = f"## One\n\n{mark}\n\n```\n{mark}\n```\n\n## Two\n\nText {mark} text.\n"
    both.write({ONE: procedure("PR-ACC-001", body)})
    found = report(both)
    new = mark.replace("old:1.1", "new:1.1")
    start, fence, end = text(both, ONE).split(new)
    assert start == procedure("PR-ACC-001", "## One\n\n")
    assert (fence, end) == (f"\n\n```\n{mark}\n```\n\n## Two\n\nText ", " text.\n")
    places = [(one["section"], one["line"]) for one in found["references"] if one["path"] == ONE]
    assert places == [("One", 9), ("One", 9), ("Two", 17), ("Two", 17)]


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("eol", ["\n", "\r\n"])
def test_line_ends_comments_and_a_byte_order_mark_stay(both: Centre, bom: bytes, eol: str) -> None:
    written = procedure("PR-ACC-001", satisfies="\n  # first\n  - 'old:1.1' # c\n  - x:1")
    data = bom + written.replace("\n", eol).encode()
    both.write({ONE: data})
    migrate(both)
    assert (both.root / ONE).read_bytes() == data.replace(b"'old:1.1'", b"'new:1.1'")


def test_a_released_document_becomes_the_draft_of_the_next_version(both: Centre) -> None:
    assert both.qm("release", "PR-ACC-002", "-m", "first").code == 0
    found = report(both)
    assert found["new_drafts"] == [{"document": "PR-ACC-002", "path": TWO, "version": "1.0"}]
    assert "status: draft\n" in text(both, TWO)
    assert "QM203" not in both.qm("check", "--format", "concise").out
    assert both.qm("list", "--format", "json").out.count('"in_force": "1.0"') == 1
    both.commit()
    assert both.qm("release", "PR-ACC-002", "-m", "second").code == 0


def test_a_released_document_of_which_nothing_is_certain_stays_released(both: Centre) -> None:
    both.commit({ONE: procedure("PR-ACC-001", satisfies="[old:1.5]")})
    assert both.qm("release", "PR-ACC-001", "-m", "first").code == 0
    before = text(both, ONE)
    assert report(both)["new_drafts"] == []
    assert text(both, ONE) == before


def test_a_list_that_cannot_be_changed_is_no_obstacle_where_nothing_would_change(
    both: Centre,
) -> None:
    both.write({ONE: procedure("PR-ACC-001", satisfies="\n  - >-\n    old:1.5")})
    found = report(both)
    assert (found["left"], found["summary"]["uncertain"]) == ([], 1)


def test_a_text_that_changed_after_its_release_is_left(both: Centre) -> None:
    assert both.qm("release", "PR-ACC-002", "-m", "first").code == 0
    changed = text(both, TWO).replace("Text.", "Other text.")
    both.write({TWO: changed})
    (left,) = report(both, "--dry-run")["left"]
    assert (left["document"], "type qm revise PR-ACC-002" in left["why"]) == ("PR-ACC-002", True)
    assert text(both, TWO) == changed


def test_withdrawn_and_archived_documents_are_counted_and_left(both: Centre) -> None:
    archived = "processes/welcome/archives/PR-ACC-003.md"
    files = {
        ONE: procedure("PR-ACC-001", satisfies="[old:1.1, new:1.5]", status="withdrawn"),
        archived: procedure("PR-ACC-003", satisfies="[old:1.1]"),
    }
    both.write(files)
    done = migrate(both, "--choose", "1.5=1.2")
    assert done.code == 0
    assert "2 withdrawn or archived documents, which say what was" in done.out
    assert "1.5 Title 1.5" in done.out, "what was withdrawn answers nothing"
    assert {path: text(both, path) for path in files} == files


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"---\nid: [\nsatisfies: [old:1.1]\n---\n", "line 4: "),
        (b"---\nid: PR\nsatisfies: [old:1.1]\n---\n\xff", "is not UTF-8"),
        (b"---\nid: PR\rsatisfies: [old:1.1]\n---\n", "a carriage return stands alone"),
        (b"---\nid: PR\nsatisfies:\n  - >-\n    old:1.1\n---\n", "line 4: the references cannot"),
    ],
)
def test_a_document_that_cannot_be_read_or_changed_is_left_and_listed(
    both: Centre, data: bytes, why: str
) -> None:
    both.write({ONE: data})
    found = report(both)
    assert [(one["path"], why in one["why"]) for one in found["left"]] == [(ONE, True)]
    assert (both.root / ONE).read_bytes() == data
    assert migrate(both).code == 1


def test_a_record_is_rewritten_like_any_document(both: Centre) -> None:
    path = "processes/welcome/enregistrements/REV-1.md"
    record = "---\nid: REV-1\ntitle: T\nkind: review\ndate: 2026-01-05\nsatisfies: [old:1.1]\n---\n"
    both.write({path: record})
    migrate(both)
    assert text(both, path) == record.replace("old:", "new:")


def test_what_is_no_list_of_ids_is_named_for_a_person_to_change(both: Centre) -> None:
    kind = "label: {fr: Note, en: Note}\ncategory: record\ncontrolled: false\nevidence: [REC]\n"
    settings = SETTINGS.replace("[iso-9001-2015]", "[iso-9001-2015, old]") + (
        'markers: {"9": old}\n'
        "exclusions:\n  - {requirement: old:1.2, reason: none}\n"
        "certificates:\n  - {referential: old}\n"
    )
    files = {
        "qm.yaml": settings,
        "templates/note/kind.yaml": f"{kind}satisfies:\n  - old:1.1\n",
        ONE: procedure(
            "PR-ACC-001", "## One\n\n<!-- [9:1.2] -->\n", satisfies="[x:1, old:9.9, 'old:']"
        ),
        TWO: procedure("PR-ACC-002"),
    }
    both.write(files)
    found = report(both)["by_hand"]
    assert [(one["path"], one["line"], one["reference"], one["becomes"]) for one in found] == [
        (ONE, 5, "old:9.9", []),
        (ONE, 5, "old:", []),
        (ONE, 10, "old:1.2", ["1.2"]),
        ("qm.yaml", 9, "old", []),
        ("qm.yaml", 12, "old:1.2", ["1.2"]),
        ("qm.yaml", 10, "old", []),
        ("qm.yaml", 14, "old", []),
        ("templates/note/kind.yaml", 6, "old:1.1", ["1.1"]),
    ]
    assert {path: text(both, path) for path in files} == files


def failing_at(
    count: int, meddle: Callable[[Path], None]
) -> Callable[[Path, bytes | None, bytes], None]:
    """Return a writer of files that fails at the call of that number, after *meddle*."""
    calls: list[Path] = []

    def write(path: Path, before: bytes | None, after: bytes) -> None:
        calls.append(path)
        if len(calls) == count:
            meddle(calls[0])
            raise RepositoryError(f"{path.name} cannot be written")
        replace_file(path, before, after)

    return write


def test_a_write_that_fails_puts_back_what_was_written_before(
    both: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = both.state()
    seen: list[bytes] = []
    write = failing_at(2, lambda first: seen.append(first.read_bytes()))
    monkeypatch.setattr(module, "replace_file", write)
    done = migrate(both)
    assert (done.code, done.out, done.err) == (4, "", "qm: PR-ACC-002.md cannot be written\n")
    assert b"new:1.1" in seen[0], "the first file was written"
    assert both.state() == before


def test_a_file_that_cannot_be_put_back_is_named(
    both: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "replace_file", failing_at(2, Path.unlink))
    done = migrate(both)
    assert done.code == 4
    assert f"these files could not be put back: {ONE}" in done.err
    assert "old:1.2b" in text(both, TWO)


def test_a_file_that_changes_meanwhile_is_never_overwritten(
    both: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = module.plan

    def slow(*arguments: Any) -> module.Outcome:
        outcome = plan(*arguments)
        both.write({TWO: "edited"})
        return outcome

    before = text(both, ONE)
    monkeypatch.setattr(module, "plan", slow)
    done = migrate(both)
    assert (done.code, "changed meanwhile; try again" in done.err) == (4, True)
    assert (text(both, ONE), text(both, TWO)) == (before, "edited")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["odl", "new"], "no referential is called odl. Did you mean old?"),
        (["old", "nwe"], "no referential is called nwe. Did you mean new?"),
        (["old", "iso-9001-2015"], "from old one leads to: new"),
        (["old", "new", "--choose", "1.1=1.3"], "Choose among: 1.3.1, 1.3.2"),
        (["old", "new", "--choose", "9=1.1"], "old has no requirement 9"),
        (["old", "new", "--format", "pdf"], "the format pdf is none of"),
        (["old", "new", "-o", "qm.yaml"], "is a file of the repository"),
        (["old", "new", "-o", "no/such.json"], "there is no such folder"),
    ],
)
def test_a_wrong_call_is_one_clear_sentence_and_writes_nothing(
    both: Centre, arguments: list[str], words: str
) -> None:
    before = both.state()
    done = both.qm("ref", "migrate", *arguments)
    assert (done.code, words in done.err) == (2, True), done.err
    assert both.state() == before


def test_a_pair_of_which_neither_replaces_the_other_is_said_first(both: Centre) -> None:
    assert report(both, "--dry-run")["notices"] == []
    back = both.qm("ref", "migrate", "new", "old", "--dry-run")
    assert "! nothing says that old replaces new" in back.out
    assert f"  {TWO}\n    7: 1.1 → 1.1\n" in back.out


def test_every_format_says_the_same(both: Centre) -> None:
    found = report(both, "--dry-run")
    assert (found["version"], found["from"], found["to"]) == (1, "old", "new")
    assert found["summary"] == {
        **{"references": 3, "documents": 2, "certain": 2, "chosen": 0, "uncertain": 1},
        "withdrawn_or_archived": 0,
    }
    rows = list(csv.reader(io.StringIO(migrate(both, "--dry-run", "--format", "csv").out)))
    assert [(row[0], row[5], row[6]) for row in rows[1:]] == [
        *[("certain", "1.1", "1.1"), ("uncertain", "1.5a", "1.2"), ("uncertain", "1.5a", "1.3.1")],
        *[("uncertain", "1.5a", "1.3.2"), ("certain", "1.2b", "1.2")],
        *[("to-create", "", "1.4"), ("to-create", "", "1.5")],
    ]
    assert {len(row) for row in rows} == {11}
    shown = migrate(both, "--dry-run", "--format", "markdown").out
    titles = [line for line in shown.splitlines() if line.startswith("#")]
    assert len(titles) == 4
    assert "  - 1.3.1 Title 1.3.1 – overlaps in part · confidence: low, to verify" in shown


FRAMEWORKS = SHARED / "data/frameworks/ciso-assistant"
NIST = ("nist-csf-1.1.yaml", "nist-csf-2.0.yaml", "map-nist-csf-1.1-nist-csf-2.0.yaml")


@pytest.mark.skipif(not FRAMEWORKS.is_dir(), reason="../shared/data is not on this machine")
def test_an_imported_mapping_drives_a_migration(centre: Centre) -> None:
    before = "nist-csf-1-1:ID.GV-1"
    centre.commit({"qm.yaml": SETTINGS, ONE: procedure("PR-ACC-001", satisfies=f"[{before}] # x")})
    for name in NIST:
        assert centre.qm("ref", "import", str(FRAMEWORKS / name)).code == 0
    command = ("ref", "migrate", "nist-csf-1-1", "nist-csf-2-0")
    run = centre.qm(*command)
    assert run.code == 1  # every relation of this mapping only says that the two overlap
    assert "PR-ACC-001.md:5: ID.GV-1" in run.out
    assert "GV.PO-01" in run.out
    assert "GV.PO-02" in run.out
    assert before in (centre.root / ONE).read_text(encoding="utf-8")
    assert centre.qm(*command, "--choose", "ID.GV-1=GV.PO-01").code == 0
    text = (centre.root / ONE).read_text(encoding="utf-8")
    assert "satisfies: [nist-csf-2-0:GV.PO-01] # x\n" in text
