"""`qm move`: a file gets another name or folder, and every link goes on leading to it."""

import json
from collections.abc import Callable

import pytest

from tests.conftest import SETTINGS, Centre, procedure

FOLDER = "processes/welcome/applicables"
DOC, OTHER = f"{FOLDER}/PR-ACC-001.md", f"{FOLDER}/PR-ACC-002.md"
FORMS = "processes/welcome/formulaires"
RECORD = "processes/welcome/enregistrements/EN-1.md"
NEW = f"{FOLDER}/PR-ACC-001-welcome.md"

BODY = """\
## Purpose

[other](PR-ACC-002.md#purpose "other"), [form](../formulaires/), ![plan](img/plan.svg)
"""


@pytest.fixture
def linked(welcome: Centre) -> Centre:
    """Return drafts, a record and a README that lead to each other."""
    welcome.commit(
        {
            DOC: procedure("PR-ACC-001", BODY, attachments="[{file: sheet.csv}]"),
            OTHER: procedure(
                "PR-ACC-002",
                "## Purpose\n\n[PR-ACC-001.md](PR-ACC-001.md#purpose 'PR-ACC-001.md') "
                "`(PR-ACC-001.md)`\n\n[it][1]\n\n[1]: <./PR-ACC-001.md>\n",
            ),
            RECORD: "---\nid: EN-1\ntitle: R\nkind: record\ndate: 2026-01-01\n---\n\n"
            "[a](/processes/welcome/applicables/PR-ACC-001.md)\n",
            "README.md": f"# Welcome\r\n\r\n[a]({DOC}), [b]({OTHER})\r\n",
            f"{FOLDER}/img/plan.svg": "<svg/>",
            f"{FOLDER}/sheet.csv": "a;b\n",
            f"{FORMS}/FO-ACC-001.md": procedure("FO-ACC-001").replace("procedure", "form"),
        }
    )
    return welcome


def text(centre: Centre, path: str) -> str:
    """Return the text of a file on disk, line ends included."""
    return (centre.root / path).read_bytes().decode()


def move(centre: Centre, *arguments: str) -> str:
    """Move, and return what is said."""
    done = centre.qm("move", *arguments)
    assert done.code == 0, done.err
    return done.out


def errors(centre: Centre) -> list[str]:
    """Return the codes of the errors that `qm check` finds."""
    found = json.loads(centre.qm("check", "--format", "json").out)["diagnostics"]
    return [one["code"] for one in found if one["severity"] == "error"]


def test_a_move_is_one_commit_that_takes_every_link_along(linked: Centre) -> None:
    before = text(linked, DOC)
    said = move(linked, "PR-ACC-001", "PR-ACC-001-welcome.md")
    assert f"Moved: PR-ACC-001, to {NEW}." in said
    assert f"Links corrected in: {OTHER}, {RECORD}, README.md" in said
    assert text(linked, NEW) == before
    assert not (linked.root / DOC).exists()
    name = "PR-ACC-001-welcome.md"
    assert text(linked, OTHER).endswith(
        f"[PR-ACC-001.md]({name}#purpose 'PR-ACC-001.md') `(PR-ACC-001.md)`"
        f"\n\n[it][1]\n\n[1]: <./{name}>\n"
    )
    assert text(linked, RECORD).endswith(f"[a](/{NEW})\n")
    assert text(linked, "README.md") == f"# Welcome\r\n\r\n[a]({NEW}), [b]({OTHER})\r\n"
    changed = linked.git("diff-tree", "-r", "--name-only", "--no-commit-id", "HEAD").split()
    assert sorted(changed) == sorted([DOC, NEW, OTHER, RECORD, "README.md"])
    assert linked.git("log", "-1", "--format=%s").strip() == f"move PR-ACC-001 to {NEW}"
    assert linked.git("status", "--porcelain") == ""
    assert errors(linked) == []


def test_a_move_to_a_folder_takes_its_own_links_along(linked: Centre) -> None:
    move(linked, "PR-ACC-001", FORMS)
    after = text(linked, f"{FORMS}/PR-ACC-001.md")
    assert '[other](../applicables/PR-ACC-002.md#purpose "other")' in after
    assert "[form](../formulaires/)" in after
    assert "![plan](../applicables/img/plan.svg)" in after
    assert 'attachments: [{file: "../applicables/sheet.csv"}]' in after
    assert "(../formulaires/PR-ACC-001.md#purpose 'PR-ACC-001.md')" in text(linked, OTHER)
    assert errors(linked) == []


def test_anybody_may_move_on_any_branch(linked: Centre) -> None:
    linked.git("switch", "-q", "-c", "other")
    linked.iam("Nobody", "nobody@example.org")
    move(linked, DOC, f"{FOLDER}/new/")
    assert linked.git("log", "-1", "--format=%an %D").startswith("Nobody HEAD -> other")
    assert (linked.root / f"{FOLDER}/new/PR-ACC-001.md").exists()
    assert errors(linked) == []


def test_a_path_counts_from_the_working_folder(linked: Centre) -> None:
    done = linked.qm("-C", FOLDER, "move", "PR-ACC-001.md", "../formulaires")
    assert done.code == 0, done.err
    assert (linked.root / f"{FORMS}/PR-ACC-001.md").exists()


def test_a_released_document_keeps_its_text_and_its_versions(linked: Centre) -> None:
    assert linked.qm("release", "PR-ACC-001", "-m", "first").code == 0
    before = text(linked, DOC)
    move(linked, "PR-ACC-001", "PR-ACC-001-welcome.md")
    assert text(linked, NEW) == before
    assert errors(linked) == []
    assert linked.qm("revise", "PR-ACC-001").code == 0
    assert linked.qm("release", "PR-ACC-001", "-m", "second").code == 0
    assert "v2.0" in linked.qm("list").out or "2.0" in linked.qm("list").out
    assert errors(linked) == []


def test_no_released_text_changes_unless_it_is_revised(linked: Centre) -> None:
    assert linked.qm("release", "--all", "-m", "first").code == 0
    before = linked.state()
    done = linked.qm("move", "PR-ACC-001", FORMS)
    assert done.code == 3
    assert "Add --revise" in done.err
    assert f"PR-ACC-001 ({DOC})" in done.err
    assert f"PR-ACC-002 ({OTHER})" in done.err
    assert linked.state() == before
    said = move(linked, "PR-ACC-001", FORMS, "--revise")
    assert (
        "Drafts opened, while the released versions stay in force: PR-ACC-001, PR-ACC-002" in said
    )
    for path in (f"{FORMS}/PR-ACC-001.md", OTHER):
        assert "status: draft" in text(linked, path)
    assert errors(linked) == []
    listed = json.loads(linked.qm("list", "--format", "json").out)["documents"]
    assert {one["in_force"] for one in listed if one["id"].startswith("PR-")} == {"1.0"}
    assert linked.qm("release", "--all", "-m", "second").code == 0
    assert errors(linked) == []


def test_a_text_in_review_becomes_a_draft_again(linked: Centre) -> None:
    linked.commit({OTHER: text(linked, OTHER).replace("---\n\n", "status: in-review\n---\n\n", 1)})
    done = linked.qm("move", "PR-ACC-001", NEW)
    assert (done.code, OTHER in done.err, DOC in done.err) == (3, True, False)
    said = move(linked, "PR-ACC-001", NEW, "--revise")
    assert "Drafts again, to be submitted anew: PR-ACC-002" in said
    assert "status: draft" in text(linked, OTHER)


def test_the_text_of_a_withdrawn_document_is_left_as_it_was(linked: Centre) -> None:
    assert linked.qm("release", "PR-ACC-002", "-m", "x").code == 0
    assert linked.qm("withdraw", "PR-ACC-002", "--reason", "x").code == 0
    archived = "processes/welcome/archives/PR-ACC-002.md"
    before = text(linked, archived)
    move(linked, "PR-ACC-001", NEW)
    assert text(linked, archived) == before
    assert "QM203" not in errors(linked)


def test_a_move_to_another_process_says_so(linked: Centre) -> None:
    more = "processes:\n  - {id: scanner, code: SCA, title: Scanner, owner: rq1}\n"
    linked.commit({"qm.yaml": SETTINGS.replace("processes:\n", more)})
    said = move(linked, "PR-ACC-001", "processes/scanner/applicables/")
    assert "It belongs to the process scanner now." in said
    assert errors(linked) == []


PREPARE: dict[str, Callable[[Centre], object]] = {
    "": lambda one: None,
    "edited": lambda one: one.write({DOC: text(one, DOC) + "More.\n"}),
    "linking": lambda one: one.write({OTHER: text(one, OTHER) + "More.\n"}),
    "new link": lambda one: one.write(
        {f"{FOLDER}/PR-ACC-003.md": procedure("PR-ACC-003", "[a](PR-ACC-001.md)\n")}
    ),
    "taken": lambda one: one.write({NEW: "notes\n"}),
    "folder": lambda one: (one.root / NEW).mkdir(),
    "file": lambda one: one.write({f"{FOLDER}/deep": "a file\n"}),
    "link": lambda one: (one.root / FOLDER / "deep").symlink_to(one.root / FORMS),
    "process": lambda one: one.commit(
        {DOC: text(one, DOC).replace("---\n\n", "process: welcome\n---\n\n", 1)}
    ),
    "withdrawn": lambda one: (
        one.qm("release", "PR-ACC-001", "-m", "x"),
        one.qm("withdraw", "PR-ACC-001", "--reason", "x"),
    ),
    "untracked": lambda one: one.write({f"{FOLDER}/PR-ACC-003.md": procedure("PR-ACC-003")}),
    "detached": lambda one: one.git("checkout", "-q", "--detach"),
}


@pytest.mark.parametrize(
    ("prepare", "arguments", "code", "words"),
    [
        ("edited", ["PR-ACC-001", NEW], 3, "PR-ACC-001.md has changes that are not committed"),
        ("linking", ["PR-ACC-001", NEW], 3, "PR-ACC-002.md has changes that are not committed"),
        ("new link", ["PR-ACC-001", NEW], 3, "PR-ACC-003.md links to PR-ACC-001 and has changes"),
        ("taken", ["PR-ACC-001", NEW], 3, "is there already"),
        ("folder", ["PR-ACC-001", f"{NEW}"], 3, "is there already"),
        ("file", ["PR-ACC-001", f"{FOLDER}/deep/"], 3, "is not a folder but a link or a file"),
        ("link", ["PR-ACC-001", f"{FOLDER}/deep/PR-ACC-001.md"], 0, "formulaires/PR-ACC-001.md"),
        ("", ["PR-ACC-001", OTHER], 3, "name of the file must begin with its id"),
        ("", ["PR-ACC-001", "welcome.md"], 3, "qm move PR-ACC-001 PR-ACC-001-welcome.md"),
        ("", ["PR-ACC-001", DOC], 3, "stands there already"),
        ("", ["PR-ACC-001", FOLDER], 3, "stands there already"),
        ("", ["PR-ACC-001", "pr-acc-001.md"], 3, "by case or accents only"),
        ("", ["PR-ACC-001", "PR-ACC-001 .md"], 0, "PR-ACC-001 .md"),
        ("", ["PR-ACC-001", f"{FOLDER}/con/"], 3, "Windows device"),
        ("", ["PR-ACC-001", "PR-ACC-001-?.md"], 3, "holds the character ?"),
        ("", ["PR-ACC-001", "."], 3, "would not be a document"),
        ("", ["PR-ACC-001", "docs/PR-ACC-001.md"], 3, "would not be a document"),
        ("", ["PR-ACC-001", "../PR-ACC-001.md"], 2, "outside of the repository"),
        ("", ["PR-ACC-001", "processes/welcome/archives"], 3, "qm withdraw PR-ACC-001"),
        ("process", ["PR-ACC-001", "processes/other/applicables"], 3, "says process: welcome"),
        ("withdrawn", ["PR-ACC-001", NEW], 3, "qm reinstate PR-ACC-001"),
        ("untracked", ["PR-ACC-003", "PR-ACC-003-b.md"], 3, "is not committed"),
        ("detached", ["PR-ACC-001", NEW], 4, "detached"),
        ("", ["PR-ACC-01", NEW], 2, "Did you mean PR-ACC-001"),
    ],
)
def test_a_move_is_refused_with_the_reason_and_changes_nothing(
    linked: Centre, prepare: str, arguments: list[str], code: int, words: str
) -> None:
    PREPARE[prepare](linked)
    before = linked.state()
    done = linked.qm("move", *arguments)
    assert (done.code, words in done.err + done.out) == (code, True), done
    assert (linked.state() == before) is (code != 0)


def test_a_dry_run_of_a_move_changes_nothing(linked: Centre) -> None:
    before = linked.state()
    said = move(linked, "PR-ACC-001", NEW, "--dry-run")
    assert f"Would move PR-ACC-001 to {NEW}. Nothing was changed." in said
    assert f"Links corrected in: {OTHER}, {RECORD}, README.md" in said
    assert linked.state() == before


def test_other_work_is_left_as_it_was_by_a_move(linked: Centre) -> None:
    linked.write({"staged.txt": "staged", "untracked.txt": "untracked"})
    linked.git("add", "staged.txt")
    form = f"{FORMS}/FO-ACC-001.md"
    linked.write({form: text(linked, form) + "More.\n"})
    before = linked.git("status", "--porcelain")
    move(linked, "PR-ACC-001", NEW)
    assert linked.git("status", "--porcelain") == before


def test_a_link_that_cannot_be_corrected_stops_the_move(linked: Centre) -> None:
    linked.commit({"README.md": "> [a](\n> processes/welcome/applicables/PR-ACC-001.md)\n"})
    before = linked.state()
    done = linked.qm("move", "PR-ACC-001", NEW)
    assert (done.code, "README.md: line 2: the link" in done.err) == (3, True), done.err
    assert linked.state() == before
