"""`qm withdraw` and `qm reinstate`: what was released goes to the archive, and may come back."""

import json
from collections.abc import Callable
from datetime import date

import pytest

from tests.conftest import Centre, built_once, procedure

FOLDER = "processes/welcome/applicables"
DOC, OTHER = f"{FOLDER}/PR-ACC-001.md", f"{FOLDER}/PR-ACC-002.md"
ARCHIVED = "processes/welcome/archives/PR-ACC-001.md"
WITHDRAWN = f"  - {{withdrawn: {date.today()}, by: rq1, reason: merged"


@pytest.fixture
@built_once
def released(welcome: Centre) -> Centre:
    """Return two released documents, of which the second names the first."""
    welcome.commit(
        {
            DOC: procedure(
                "PR-ACC-001",
                "## Purpose\n\n[b](PR-ACC-002.md) ![i](img/plan.svg)\n",
                satisfies="[iso-9001-2015:7.5.2, iso-9001-2015:7.5.1]",
                attachments="[{file: sheet.csv}]",
            ),
            OTHER: procedure(
                "PR-ACC-002", "See [a](PR-ACC-001.md).\n", satisfies="[iso-9001-2015:7.5.1]"
            ),
            f"{FOLDER}/img/plan.svg": "<svg/>",
            f"{FOLDER}/sheet.csv": "a;b\n",
        }
    )
    assert welcome.qm("release", "--all", "-m", "first").code == 0
    return welcome


def text(centre: Centre, path: str) -> str:
    """Return the text of a file on disk."""
    return (centre.root / path).read_text(encoding="utf-8")


def withdraw(centre: Centre, *more: str) -> str:
    """Withdraw the first document and return what is said."""
    done = centre.qm("withdraw", "PR-ACC-001", "--reason", "merged", *more)
    assert done.code == 0, done.err
    return done.out


def codes(centre: Centre) -> list[tuple[str, str]]:
    """Return the errors that `qm check` finds: code and path."""
    found = json.loads(centre.qm("check", "--format", "json").out)["diagnostics"]
    return [(one["code"], one["path"]) for one in found if one["severity"] == "error"]


def test_a_withdrawal_is_one_commit_that_moves_one_file_and_one_tag(released: Centre) -> None:
    body = text(released, DOC).partition("## Purpose")[2]
    said = withdraw(released)
    assert "Withdrawn: PR-ACC-001 v1.0" in said
    assert not (released.root / DOC).exists()
    assert text(released, ARCHIVED).partition("## Purpose")[2] == body
    assert f"{WITHDRAWN}}}" in text(released, ARCHIVED)
    assert "status: withdrawn" in text(released, ARCHIVED)
    changed = released.git("diff-tree", "-r", "--name-status", "--no-commit-id", "HEAD").split()
    assert changed == ["D", DOC, "A", ARCHIVED]
    tag = released.git("tag", "-l", "decision/PR-ACC-001/1.0/*-withdrawn-rq1").strip()
    told = released.git("cat-file", "tag", tag)
    blob = released.git("rev-parse", f"HEAD:{ARCHIVED}").strip()
    assert f"path: {ARCHIVED}\nblob: {blob}\n" in told
    assert "meaning: withdrawn\nreason: merged\n" in told
    assert released.git("rev-parse", f"{tag}^{{commit}}") == released.git("rev-parse", "HEAD")
    assert released.git("status", "--porcelain") == ""


def test_what_still_names_it_and_what_it_answered_are_told(released: Centre) -> None:
    other = procedure("PR-ACC-003", "See PR-ACC-001, not PR-ACC-0012 or PR-ACC-001-2.\n")
    apart = procedure("PR-ACC-004", "See PR-ACC-0012, XPR-ACC-001 and PR-ACC-001-2.\n")
    released.commit({f"{FOLDER}/PR-ACC-003.md": other, f"{FOLDER}/PR-ACC-004.md": apart})
    said = withdraw(released, "--dry-run")
    assert "These link to it and need a revision: PR-ACC-002\n" in said
    assert "These name it and need a look: PR-ACC-003\n" in said
    assert "No document in force answers these any more: iso-9001-2015:7.5.2\n" in said
    both = released.qm(
        "withdraw", "PR-ACC-001", "PR-ACC-002", "--reason", "merged", "--dry-run"
    ).out
    assert "any more: iso-9001-2015:7.5.2, iso-9001-2015:7.5.1\n" in both
    assert "need a revision" not in both


def test_a_link_to_the_archive_names_what_replaces_it(released: Centre) -> None:
    released.commit({f"{FOLDER}/PR-ACC-003.md": procedure("PR-ACC-003")})
    said = withdraw(released, "--successor", "PR-ACC-003")
    assert "PR-ACC-003 replaces it, but was never released" in said
    assert f"{WITHDRAWN}, successor: PR-ACC-003}}" in text(released, ARCHIVED)
    done = released.qm("check")
    assert codes(released) == [("QM306", OTHER)]
    assert "Type qm revise PR-ACC-002 and name PR-ACC-003, which replaces PR-ACC-001." in done.out
    assert released.qm("revise", "PR-ACC-002").code == 0
    assert codes(released) == [("QM306", OTHER)], "a draft would lead nowhere"
    released.commit(
        {OTHER: text(released, OTHER).replace("[a](PR-ACC-001.md)", "[c](PR-ACC-003.md)")}
    )
    assert codes(released) == []


def test_a_successor_that_is_released_is_told_by_its_version(released: Centre) -> None:
    assert "PR-ACC-002 v1.0 replaces it." in withdraw(released, "--successor", OTHER)


def test_what_is_withdrawn_is_in_force_and_evidence_no_more(released: Centre) -> None:
    withdraw(released)
    listed = json.loads(released.qm("list", "--format", "json").out)["documents"]
    found = next(one for one in listed if one["id"] == "PR-ACC-001")
    assert (found["state"], found["path"]) == ("withdrawn", ARCHIVED)
    gap = released.qm("gap", "iso-9001-2015", "--format", "json").out
    assert "PR-ACC-001" not in gap
    assert released.qm("release", "PR-ACC-001", "-m", "x").code == 3
    assert released.qm("revise", "PR-ACC-001").code == 3
    assert "PR-ACC-001" not in released.qm("new", "procedure", "T", "--process", "welcome").out


def test_a_withdrawn_document_comes_back_as_it_was(released: Centre) -> None:
    before = text(released, DOC)
    withdraw(released)
    done = released.qm("reinstate", "PR-ACC-001", "--reason", "needed after all")
    assert done.code == 0, done.err
    assert f"Reinstated: PR-ACC-001 v1.0, as {DOC}." in done.out
    rows = (
        f'{WITHDRAWN}}}\n  - {{reinstated: {date.today()}, by: rq1, reason: "needed after all"}}\n'
    )
    assert rows in text(released, DOC)
    assert text(released, DOC).replace(rows, "") == before
    assert not (released.root / ARCHIVED).exists()
    assert released.git("tag", "-l", "decision/PR-ACC-001/1.0/*-reinstated-rq1").strip()
    assert codes(released) == []
    gap = released.qm("gap", "iso-9001-2015", "--format", "json").out
    assert "PR-ACC-001" in gap
    assert released.qm("revise", "PR-ACC-001").code == 0
    assert released.qm("release", "PR-ACC-001", "-m", "again").code == 0
    assert released.qm("check").code == 0
    assert released.qm("withdraw", "PR-ACC-001", "--reason", "now").code == 0
    assert codes(released) == [("QM306", OTHER)]


def test_a_document_comes_back_to_the_folder_it_left(released: Centre) -> None:
    deep = f"{FOLDER}/deep/PR-ACC-005.md"
    released.commit({deep: procedure("PR-ACC-005", "[a](../PR-ACC-001.md)\n")})
    assert released.qm("release", "PR-ACC-005", "-m", "x").code == 0
    assert released.qm("withdraw", "PR-ACC-005", "--reason", "x").code == 0
    archived = "processes/welcome/archives/PR-ACC-005.md"
    renamed = "processes/welcome/archives/PR-ACC-005-old.md"
    assert released.qm("move", "PR-ACC-005", renamed).code == 0
    assert not (released.root / archived).exists()
    assert released.qm("reinstate", "PR-ACC-005", "--reason", "x").code == 0
    assert (released.root / f"{FOLDER}/deep/PR-ACC-005-old.md").exists()
    assert codes(released) == []


def test_without_the_tag_it_comes_back_to_the_folder_of_its_kind(released: Centre) -> None:
    withdraw(released)
    tag = released.git("tag", "-l", "decision/PR-ACC-001/1.0/*-withdrawn-rq1").strip()
    released.git("tag", "-d", tag)
    assert released.qm("reinstate", "PR-ACC-001", "--reason", "x").code == 0
    assert (released.root / DOC).exists()


def test_a_review_that_is_late_is_told_when_a_document_comes_back(released: Centre) -> None:
    withdraw(released)
    late = text(released, ARCHIVED)
    start = late.index("next_review: ")
    late = late.replace(late[start : late.index("\n", start)], "next_review: 2020-01-01")
    released.commit({ARCHIVED: late})
    done = released.qm("reinstate", "PR-ACC-001", "--reason", "x")
    assert "Its review was due on 2020-01-01: confirm it (qm review PR-ACC-001)" in done.out


def test_a_document_outside_of_a_process_is_withdrawn_where_it_is(centre: Centre) -> None:
    settings = "qm: 1\nlanguage: en\npeople: [{id: rq1, email: rq@example.org, roles: [rq]}]\n"
    centre.commit(
        {
            "qm.yaml": settings + 'documents: ["docs/*.md"]\n',
            "docs/PR-1.md": procedure("PR-1", owner="rq1"),
        }
    )
    assert centre.qm("release", "PR-1", "-m", "x").code == 0
    assert centre.qm("withdraw", "PR-1", "--reason", "x").code == 0
    assert "status: withdrawn" in text(centre, "docs/PR-1.md")
    assert centre.git("diff-tree", "-r", "--name-only", "--no-commit-id", "HEAD").split() == [
        "docs/PR-1.md"
    ]
    assert centre.qm("check").code == 0
    assert centre.qm("reinstate", "PR-1", "--reason", "x").code == 0
    assert "status: released" in text(centre, "docs/PR-1.md")


def test_an_archive_that_qm_does_not_look_at_takes_nothing(centre: Centre) -> None:
    settings = (
        "qm: 1\nlanguage: en\npeople: [{id: rq1, email: rq@example.org, roles: [rq]}]\n"
        'documents: ["processes/*/applicables/*.md"]\nprocesses: [{id: welcome}]\n'
    )
    centre.commit({"qm.yaml": settings, DOC: procedure("PR-ACC-001", owner="rq1")})
    assert centre.qm("release", "PR-ACC-001", "-m", "x").code == 0
    assert centre.qm("withdraw", "PR-ACC-001", "--reason", "x").code == 0
    assert "status: withdrawn" in text(centre, DOC)


def occupy(centre: Centre) -> None:
    """Put another file where the archived one would go."""
    centre.write({ARCHIVED: "notes\n"})


PREPARE: dict[str, Callable[[Centre], object]] = {
    "": lambda one: None,
    "draft": lambda one: one.commit({f"{FOLDER}/PR-ACC-003.md": procedure("PR-ACC-003")}),
    "revised": lambda one: one.qm("revise", "PR-ACC-001"),
    "edited": lambda one: one.write({DOC: text(one, DOC) + "More.\n"}),
    "changed": lambda one: one.commit({DOC: text(one, DOC) + "More.\n"}),
    "twice": withdraw,
    "occupied": occupy,
    "reader": lambda one: one.iam("Mia", "mia@example.org"),
    "branch": lambda one: one.git("switch", "-q", "-c", "other"),
    "gone": lambda one: one.qm("withdraw", "PR-ACC-002", "--reason", "x"),
}


@pytest.mark.parametrize(
    ("prepare", "arguments", "code", "words"),
    [
        ("draft", ["PR-ACC-003", "--reason", "x"], 3, "was never released; delete it: git rm"),
        ("revised", ["PR-ACC-001", "--reason", "x"], 3, "qm revise --discard PR-ACC-001"),
        ("edited", ["PR-ACC-001", "--reason", "x"], 3, "not committed"),
        ("changed", ["PR-ACC-001", "--reason", "x"], 3, "QM203"),
        ("twice", ["PR-ACC-001", "--reason", "x"], 3, "is withdrawn already"),
        ("occupied", ["PR-ACC-001", "--reason", "x"], 3, "is there already"),
        ("reader", ["PR-ACC-001", "--reason", "x"], 3, "only a quality manager may withdraw"),
        ("branch", ["PR-ACC-001", "--reason", "x"], 4, "released on the branch main"),
        ("", ["PR-ACC-001"], 2, "a decision has a reason"),
        ("", ["PR-ACC-001", "--reason", "a\tb"], 2, "one line of at most"),
        ("", ["PR-ACC-001", "--reason", "x", "--successor", "PR-ACC-001"], 3, "replace itself"),
        ("", ["PR-ACC-001", "--reason", "x", "--successor", "PR-ACC-099"], 2, "no document is"),
        ("gone", ["PR-ACC-001", "--reason", "x", "--successor", "PR-ACC-002"], 3, "is withdrawn"),
    ],
)
def test_a_withdrawal_that_may_not_be_is_refused_and_changes_nothing(
    released: Centre, prepare: str, arguments: list[str], code: int, words: str
) -> None:
    PREPARE[prepare](released)
    before = released.state()
    done = released.qm("withdraw", *arguments)
    assert (done.code, words in done.err) == (code, True), done.err
    assert released.state() == before


def change_the_archive(centre: Centre) -> None:
    """Withdraw, and write into what was withdrawn."""
    withdraw(centre)
    centre.commit({ARCHIVED: text(centre, ARCHIVED) + "More.\n"})


RETURN: dict[str, Callable[[Centre], object]] = {
    "released": lambda one: None,
    "changed": change_the_archive,
    "occupied": lambda one: (withdraw(one), one.write({DOC: "notes\n"})),
    "reader": lambda one: (withdraw(one), one.iam("Mia", "mia@example.org")),
}


@pytest.mark.parametrize(
    ("prepare", "code", "words"),
    [
        ("released", 3, "is not withdrawn"),
        ("changed", 3, "QM203"),
        ("occupied", 3, "is there already"),
        ("reader", 3, "only a quality manager may reinstate"),
    ],
)
def test_a_return_that_may_not_be_is_refused_and_changes_nothing(
    released: Centre, prepare: str, code: int, words: str
) -> None:
    RETURN[prepare](released)
    before = released.state()
    done = released.qm("reinstate", "PR-ACC-001", "--reason", "x")
    assert (done.code, words in done.err) == (code, True), done.err
    assert released.state() == before


def test_a_dry_run_changes_nothing(released: Centre) -> None:
    before = released.state()
    assert "Would withdraw PR-ACC-001 v1.0" in withdraw(released, "--dry-run")
    assert released.state() == before
    withdraw(released)
    before = released.state()
    done = released.qm("reinstate", "PR-ACC-001", "--reason", "x", "--dry-run")
    assert f"Would reinstate PR-ACC-001 v1.0, as {DOC}." in done.out
    assert released.state() == before


def test_other_work_is_left_as_it_was_by_a_withdrawal(released: Centre) -> None:
    released.write({"staged.txt": "staged", "untracked.txt": "untracked"})
    released.git("add", "staged.txt")
    released.write({OTHER: text(released, OTHER) + "More.\n"})
    before = released.git("status", "--porcelain")
    withdraw(released)
    assert released.git("status", "--porcelain") == before
    assert released.qm("reinstate", "PR-ACC-001", "--reason", "x").code == 0
    assert released.git("status", "--porcelain") == before


def test_several_are_withdrawn_together_and_a_refusal_stops_none(released: Centre) -> None:
    released.commit({f"{FOLDER}/PR-ACC-004.md": procedure("PR-ACC-004", "See PR-ACC-001.\n")})
    done = released.qm("withdraw", "PR-ACC-004", "PR-ACC-001", "PR-ACC-002", "--reason", "Merged")
    assert done.code == 3
    assert "PR-ACC-004 was never released" in done.err
    assert done.err.endswith("not done (1/3): PR-ACC-004\n")
    assert done.out.count("Withdrawn:") == 2
    assert "PR-ACC-004" in done.out  # it stays, and names one that does not
    back = released.qm("reinstate", "PR-ACC-004", "PR-ACC-001", "PR-ACC-002", "--reason", "Needed")
    assert back.code == 3
    assert back.out.count("Reinstated:") == 2
    assert released.qm("verify").code == 0


def test_a_successor_that_can_replace_nothing_is_told_once(released: Centre) -> None:
    before = released.state()
    names = ("PR-ACC-001", "PR-ACC-002")
    done = released.qm("withdraw", *names, "--reason", "Merged", "--successor", "PR-ACC-002")
    assert done.code == 3
    assert done.err.count("PR-ACC-002 cannot replace itself") == 1
    assert released.state() == before
