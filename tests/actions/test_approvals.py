"""`qm submit` and `qm approve`: a version is released once those whom the policy asks agree."""

import json
import re
from pathlib import Path

import pytest

from tests.conftest import SETTINGS, Centre, built_once, procedure
from tests.keys import new_key

DOC = "processes/welcome/applicables/PR-ACC-001.md"
OTHER = "processes/welcome/applicables/PR-ACC-002.md"
NAMES = {
    "rq1": ("Quality Manager", "rq@example.org"),
    "rq2": ("Second Manager", "rq2@example.org"),
    "mia": ("Mia Author", "mia@example.org"),
    "leo": ("Leo Physician", "leo@example.org"),
    "ana": ("Ana Physician", "ana@example.org"),
}


def settings(approvals: str, people: str = "") -> str:
    """Return settings with two physicians more, and those approvals."""
    more = "".join(
        f"  - {{id: {one}, name: {NAMES[one][0]}, email: {NAMES[one][1]}}}\n"
        for one in ("leo", "ana")
    )
    head, _, tail = SETTINGS.partition("processes:")
    return f"{head}{more}{people}processes:{tail}approvals: {approvals}\n"


def as_person(centre: Centre, who: str) -> None:
    """Let that person run Git and qm from now on."""
    centre.iam(*NAMES[who])


def centre_with(centre: Centre, approvals: str, people: str = "") -> Centre:
    """Return a centre with two drafts that Mia wrote and committed."""
    centre.commit({"qm.yaml": settings(approvals, people)})
    as_person(centre, "mia")
    centre.commit({DOC: procedure("PR-ACC-001"), OTHER: procedure("PR-ACC-002")})
    return centre


@pytest.fixture
@built_once
def reviewing(centre: Centre) -> Centre:
    """Return a centre whose procedures need a review and an approval; one is in review."""
    centre_with(centre, "{procedure: {review: 1, approve: 1}}")
    assert centre.qm("submit", "PR-ACC-001").code == 0
    return centre


def give(centre: Centre, who: str, *options: str, doc: str = "PR-ACC-001") -> None:
    """Let that person approve a document, or review it."""
    as_person(centre, who)
    done = centre.qm("approve", doc, *options)
    assert done.code == 0, done.err


def release_as(centre: Centre, who: str = "rq1", doc: str = "PR-ACC-001") -> tuple[int, str]:
    """Return the code and the errors of a release by that person."""
    as_person(centre, who)
    done = centre.qm("release", doc, "-m", "why")
    if done.code == 0:
        assert centre.qm("verify").code == 0, "what may be released must verify"
    return done.code, done.err


def tags(centre: Centre) -> list[str]:
    """Return the decision tags without their moments."""
    names = (one.rpartition("/") for one in centre.git("tag", "-l", "decision/*").split())
    return sorted(f"{start}/{end.partition('-')[2]}" for start, _, end in names)


def people_of(centre: Centre) -> dict[str, set[str]]:
    """Return who the last row of the history of the document names, by what they did."""
    text = (centre.root / DOC).read_text()
    found = re.findall(r"(author|reviewer|approver): \[([a-z0-9, ]*)\]", text)
    return {act: set(people.split(", ")) for act, people in found}


def test_a_submission_is_one_commit_of_one_file_that_keeps_the_text(centre: Centre) -> None:
    centre_with(centre, "{procedure: {approve: 1}}")
    centre.write({"untracked.txt": "x", OTHER: procedure("PR-ACC-002", "## Purpose\n\nEdited.\n")})
    before = centre.git("status", "--porcelain")
    done = centre.qm("submit", "PR-ACC-001")
    assert done.code == 0, done.err
    assert "In review: PR-ACC-001, for v1.0. It lacks an approval" in done.out
    assert centre.git("diff-tree", "-r", "--name-only", "--no-commit-id", "HEAD").split() == [DOC]
    assert centre.git("log", "-1", "--format=%an %s").strip() == (
        "Mia Author submit PR-ACC-001 1.0 for review"
    )
    assert (centre.root / DOC).read_text() == procedure("PR-ACC-001", status="in-review")
    assert centre.git("status", "--porcelain") == before
    assert "PR-ACC-001" not in centre.qm("check", "--format", "concise").out
    listed = json.loads(centre.qm("list", "--format", "json").out)["documents"]
    assert [one["state"] for one in listed] == ["in-review", "draft"]


def test_two_people_approve_and_the_version_names_them(reviewing: Centre) -> None:
    head = reviewing.git("rev-parse", "HEAD")
    as_person(reviewing, "leo")
    done = reviewing.qm("approve", "PR-ACC-001", "--as", "reviewed", "-m", "read on site")
    assert done.code == 0, done.err
    assert "PR-ACC-001 v1.0: reviewed by Leo Physician (leo) (declared, not signed)." in done.out
    assert "It lacks an approval; it waits for: Quality Manager (rq1), Ana Physician (ana)" in (
        done.out
    )
    code, said = release_as(reviewing)
    assert code == 3
    assert "PR-ACC-001 v1.0 lacks an approval; type: qm approve PR-ACC-001" in said
    as_person(reviewing, "ana")
    assert "a quality manager may type: qm release PR-ACC-001" in (
        reviewing.qm("approve", "PR-ACC-001").out
    )
    assert reviewing.git("rev-parse", "HEAD") == head
    assert release_as(reviewing) == (0, "")
    assert people_of(reviewing) == {"author": {"mia"}, "reviewer": {"leo"}, "approver": {"ana"}}
    assert tags(reviewing) == [
        "decision/PR-ACC-001/1.0/approved-ana",
        "decision/PR-ACC-001/1.0/reviewed-leo",
    ]
    assert reviewing.qm("check").code == 0


def test_a_decision_is_a_tag_of_the_commit_with_the_digest_of_the_text(reviewing: Centre) -> None:
    before = reviewing.state()
    give(reviewing, "leo", "--as", "reviewed", "--summary", "read on site")
    after = reviewing.state()
    assert {key for key in before if before[key] != after[key]} == {"refs"}
    (name,) = reviewing.git("tag", "-l").split()
    assert reviewing.git("rev-parse", f"{name}^{{commit}}") == reviewing.git("rev-parse", "HEAD")
    payload = dict(
        line.split(": ", 1)
        for line in reviewing.git("cat-file", "tag", name).split("\n\n")[1].splitlines()
    )
    assert payload["blob"] == reviewing.git("rev-parse", f"HEAD:{DOC}").strip()
    assert payload["digest"].startswith("sha256:")
    assert {key: payload[key] for key in ("document", "version", "origin", "meaning")} == {
        "document": "PR-ACC-001",
        "version": "1.0",
        "origin": "decided",
        "meaning": "reviewed",
    }
    assert (payload["signer"], payload["role"]) == ("leo", "member")
    assert payload["reason"] == "read on site"
    assert "person" not in payload


def test_an_author_never_approves_alone(centre: Centre) -> None:
    centre_with(centre, "{procedure: {approve: 1}}")
    assert centre.qm("submit", "PR-ACC-001").code == 0
    done = centre.qm("approve", "PR-ACC-001")
    assert done.code == 0
    assert "an approval by someone who is not an author (mia)" in done.out
    code, said = release_as(centre)
    assert (code, "not an author (mia)" in said) == (3, True)
    give(centre, "leo")
    assert release_as(centre) == (0, "")
    assert people_of(centre)["approver"] == {"mia", "leo"}


def test_who_only_submits_for_somebody_is_no_author(centre: Centre) -> None:
    centre_with(centre, "{procedure: {approve: 1}}")
    as_person(centre, "rq1")
    assert centre.qm("submit", "PR-ACC-001").code == 0
    give(centre, "rq1")
    assert release_as(centre) == (0, "")


def test_who_only_renames_a_file_is_no_author_and_who_wrote_it_stays_one(centre: Centre) -> None:
    centre_with(centre, "{procedure: {approve: 1}}")
    as_person(centre, "rq1")
    new = DOC.replace("001.md", "001-welcome.md")
    centre.git("mv", DOC, new)
    centre.commit()
    assert centre.qm("submit", "PR-ACC-001").code == 0
    as_person(centre, "mia")
    assert "not an author (mia)" in centre.qm("approve", "PR-ACC-001").out
    give(centre, "rq1")
    assert release_as(centre) == (0, "")
    assert "author: [mia]" in (centre.root / new).read_text()


def test_a_person_who_reviews_and_approves_counts_once(reviewing: Centre) -> None:
    give(reviewing, "leo", "--as", "reviewed")
    give(reviewing, "leo")
    code, said = release_as(reviewing)
    assert code == 3
    assert "one more person" in said
    give(reviewing, "ana")
    assert release_as(reviewing) == (0, "")
    assert people_of(reviewing)["reviewer"] == {"leo"}
    assert people_of(reviewing)["approver"] == {"leo", "ana"}


def test_an_approval_that_gives_no_review_says_what_to_type(reviewing: Centre) -> None:
    as_person(reviewing, "leo")
    done = reviewing.qm("approve", "PR-ACC-001")
    assert "who reviews it types: qm approve --as reviewed PR-ACC-001" in done.out


def test_an_approval_on_paper_is_recorded_by_a_quality_manager_as_declared(
    reviewing: Centre,
) -> None:
    give(reviewing, "ana", "--as", "reviewed")
    paper = ("--for", "leo", "--on", "2026-01-05", "--medium", "mail", "--proof", "binder 12")
    as_person(reviewing, "mia")
    refused = reviewing.qm("approve", "PR-ACC-001", *paper)
    assert refused.code == 3
    assert "only a quality manager may record what was decided on paper" in refused.err
    as_person(reviewing, "rq1")
    done = reviewing.qm("approve", "PR-ACC-001", *paper)
    assert done.code == 0, done.err
    assert (
        "PR-ACC-001 v1.0: approved by Leo Physician (leo) on 2026-01-05, as Quality Manager (rq1) "
        "declares (mail: binder 12)."
    ) in done.out
    tag = reviewing.git("tag", "-l", "*approved-leo").strip()
    payload = reviewing.git("cat-file", "tag", tag)
    assert "signer: rq1\n" in payload
    assert payload.endswith("person: leo\nmedium: mail\nproof: binder 12\n")
    assert release_as(reviewing) == (0, "")
    assert (
        'declared: [{by: leo, on: 2026-01-05, medium: mail, proof: "binder 12"}]'
        in (reviewing.root / DOC).read_text()
    )


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--for", "leo"), 2, "add --on, --medium, --proof"),
        (("--medium", "paper", "--proof", "x"), 2, "add --for, --on"),
        (
            ("--for", "leo", "--on", "2999-01-01", "--medium", "paper", "--proof", "x"),
            2,
            "2999-01-01 is in the future",
        ),
        (
            ("--for", "bob", "--on", "2026-01-01", "--medium", "paper", "--proof", "x"),
            3,
            "bob is not one of the people",
        ),
        (
            ("--for", "leo", "--on", "2026-01-01", "--medium", "a\nb", "--proof", "x"),
            2,
            "--medium is one line",
        ),
        (("--as", "signed"), 2, "--as signed is none of reviewed, approved"),
    ],
)
def test_a_record_of_a_paper_that_says_too_little_is_refused(
    reviewing: Centre, options: tuple[str, ...], code: int, words: str
) -> None:
    as_person(reviewing, "rq1")
    before = reviewing.state()
    done = reviewing.qm("approve", "PR-ACC-001", *options)
    assert (done.code, words in done.err) == (code, True), done.err
    assert reviewing.state() == before


def test_a_changed_text_voids_what_was_given_and_says_so(reviewing: Centre) -> None:
    give(reviewing, "leo", "--as", "reviewed")
    give(reviewing, "ana")
    as_person(reviewing, "mia")
    text = (reviewing.root / DOC).read_text()
    reviewing.commit({DOC: text.replace("Text.", "Another text.")})
    code, said = release_as(reviewing)
    assert code == 3
    assert "lacks a review, an approval" in said
    assert "the review by leo" in said
    assert "does not count: the text has changed since" in said
    give(reviewing, "leo", "--as", "reviewed")
    give(reviewing, "ana")
    assert len(tags(reviewing)) == 4
    assert release_as(reviewing) == (0, "")


def test_a_text_that_comes_back_has_its_approvals_back(reviewing: Centre) -> None:
    give(reviewing, "leo", "--as", "reviewed")
    give(reviewing, "ana")
    as_person(reviewing, "mia")
    done = reviewing.qm("revise", "PR-ACC-001")
    assert done.code == 0, done.err
    assert "Taken back from review: PR-ACC-001 is a draft again." in done.out
    assert reviewing.git("log", "-1", "--format=%s") == "take PR-ACC-001 back from review\n"
    assert release_as(reviewing)[0] == 3
    done = reviewing.qm("submit", "PR-ACC-001")
    assert "It has all its approvals" in done.out
    assert release_as(reviewing) == (0, "")


def test_a_draft_that_needs_approvals_is_not_released_before_it_is_submitted(
    centre: Centre,
) -> None:
    centre_with(centre, "{procedure: {review: 1, approve: 1, by: [leo, ana]}}")
    code, said = release_as(centre)
    assert code == 3
    assert (
        "PR-ACC-001 needs approvals before its release (a review, an approval, by leo, ana); "
        "type: qm submit PR-ACC-001"
    ) in said


def test_only_the_people_whom_the_policy_names_may_approve(centre: Centre) -> None:
    centre_with(centre, "{procedure: {approve: 1, by: [leo]}}")
    assert "it waits for: Leo Physician (leo)" in centre.qm("submit", "PR-ACC-001").out
    as_person(centre, "ana")
    before = centre.state()
    done = centre.qm("approve", "PR-ACC-001")
    assert done.code == 3
    assert "ana is none of those who may (by: leo)" in done.err
    assert centre.state() == before
    give(centre, "leo")
    assert release_as(centre) == (0, "")


def test_a_centre_with_one_quality_manager_who_writes_lets_another_person_approve(
    centre: Centre,
) -> None:
    centre.commit({"qm.yaml": settings("{procedure: {approve: 1}}")})
    centre.commit({DOC: procedure("PR-ACC-001")})
    assert centre.qm("submit", "PR-ACC-001").code == 0
    assert "not an author (rq1)" in centre.qm("approve", "PR-ACC-001").out
    give(centre, "leo")
    assert release_as(centre) == (0, "")


def test_a_policy_that_nobody_can_meet_says_what_to_change(centre: Centre) -> None:
    centre_with(centre, "{procedure: {approve: 1, by: [mia]}}")
    done = centre.qm("submit", "PR-ACC-001")
    assert "nobody of the policy in force can give it" in done.out


def test_a_document_whose_kind_needs_no_approvals_may_be_submitted_and_released(
    welcome: Centre,
) -> None:
    done = welcome.qm("submit", "PR-ACC-001")
    assert done.code == 0, done.err
    assert "Documents of the kind procedure need no approvals" in done.out
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 0
    assert "approver: [rq1]" in (welcome.root / DOC).read_text()


def test_who_approved_without_need_is_named_all_the_same(welcome: Centre) -> None:
    assert welcome.qm("submit", "PR-ACC-001").code == 0
    as_person(welcome, "mia")
    assert welcome.qm("approve", "PR-ACC-001", "--as", "reviewed").code == 0
    assert release_as(welcome) == (0, "")
    assert "reviewer: [mia], approver: [rq1]" in (welcome.root / DOC).read_text()


RECORD = "---\nid: EN-1\ntitle: R\nkind: record\ndate: 2026-01-01\n---\n"


def prepare(centre: Centre, what: str) -> None:
    """Bring the document that is in review into a state in which nothing may be approved."""
    text = (centre.root / DOC).read_text()
    if what == "edited":
        centre.write({DOC: text + "More.\n"})
    elif what == "staged":
        centre.write({DOC: text + "More.\n"})
        centre.git("add", DOC)
        centre.write({DOC: text})
    elif what == "stranger":
        centre.iam("Mallory", "mallory@example.org")
    elif what == "twice":
        assert centre.qm("approve", "PR-ACC-001").code == 0
    elif what == "detached":
        centre.git("checkout", "-q", "--detach")
    elif what == "record":
        centre.commit({"processes/welcome/enregistrements/EN-1.md": RECORD})
    elif what == "untracked":
        centre.write({"processes/welcome/applicables/PR-ACC-003.md": procedure("PR-ACC-003")})


@pytest.mark.parametrize(
    ("what", "wanted", "code", "words"),
    [
        ("edited", "PR-ACC-001", 3, "not committed"),
        ("staged", "PR-ACC-001", 3, "not committed"),
        ("stranger", "PR-ACC-001", 3, "none of the people"),
        ("twice", "PR-ACC-001", 3, "mia has approved this text of PR-ACC-001 v1.0 already"),
        ("draft", "PR-ACC-002", 3, "PR-ACC-002 is not in review; type: qm submit PR-ACC-002"),
        ("unknown", "PR-ACC-01", 2, "Did you mean PR-ACC-001"),
        ("untracked", "PR-ACC-003", 3, "is not committed; type: git add"),
        ("record", "EN-1", 3, "EN-1 is not a controlled document"),
        ("detached", "PR-ACC-001", 4, "detached"),
        ("policy", "POLICY", 3, "mia is not a quality manager"),
    ],
)
def test_what_may_not_be_approved_is_refused_and_changes_nothing(
    reviewing: Centre, what: str, wanted: str, code: int, words: str
) -> None:
    prepare(reviewing, what)
    before = reviewing.state()
    done = reviewing.qm("approve", wanted)
    assert (done.code, words in done.err) == (code, True), done.err
    assert reviewing.state() == before


@pytest.mark.parametrize(
    ("what", "wanted", "code", "words"),
    [
        ("edited", "PR-ACC-002", 3, "not committed"),
        ("twice", "PR-ACC-001", 3, "in review already; type: qm approve PR-ACC-001"),
        ("released", "PR-ACC-002", 3, "to change it, type: qm revise PR-ACC-002"),
        ("error", "PR-ACC-002", 3, "has errors and was not submitted:"),
        ("record", "EN-1", 3, "records are never submitted or released"),
        ("untracked", "PR-ACC-003", 3, "is not committed; type: git add"),
        ("unknown", "PR-ACC-02", 2, "Did you mean PR-ACC-002"),
    ],
)
def test_what_may_not_be_submitted_is_refused_and_changes_nothing(
    centre: Centre, what: str, wanted: str, code: int, words: str
) -> None:
    centre_with(centre, "{}")
    assert centre.qm("submit", "PR-ACC-001").code == 0
    if what == "edited":
        centre.write({OTHER: procedure("PR-ACC-002", "## Purpose\n\nEdited.\n")})
    elif what == "released":
        assert release_as(centre, doc="PR-ACC-002") == (0, "")
    elif what == "error":
        centre.commit({OTHER: procedure("PR-ACC-002", "## Purpose\n\n[a](nowhere.md)\n")})
    else:
        prepare(centre, "untracked" if what == "untracked" else "record")
    before = centre.state()
    done = centre.qm("submit", wanted)
    assert (done.code, words in done.err) == (code, True), done.err
    assert centre.state() == before


def test_dry_runs_say_what_would_be_and_change_nothing(reviewing: Centre) -> None:
    before = reviewing.state()
    done = reviewing.qm("submit", "PR-ACC-002", "--dry-run")
    assert (done.code, "Would submit PR-ACC-002 for v1.0." in done.out) == (0, True)
    done = reviewing.qm("approve", "PR-ACC-001", "--dry-run")
    assert (done.code, "Would record PR-ACC-001 v1.0: approved by" in done.out) == (0, True)
    assert reviewing.state() == before


def test_of_several_documents_those_that_may_be_go_on_and_the_first_refusal_counts(
    centre: Centre,
) -> None:
    centre_with(centre, "{procedure: {approve: 1}}")
    done = centre.qm("submit", "NO-SUCH", "PR-ACC-001", "PR-ACC-001", OTHER)
    assert done.code == 2
    assert "no document is called NO-SUCH" in done.err
    assert "PR-ACC-001 is in review already" in done.err
    assert "In review: PR-ACC-002" in done.out
    assert centre.git("rev-list", "--count", "HEAD").strip() == "4"
    as_person(centre, "leo")
    done = centre.qm("approve", "PR-ACC-001", "PR-ACC-003", "PR-ACC-002")
    assert done.code == 2
    assert tags(centre) == [
        "decision/PR-ACC-001/1.0/approved-leo",
        "decision/PR-ACC-002/1.0/approved-leo",
    ]


def test_the_tag_to_push_is_told_where_there_is_a_remote(reviewing: Centre, tmp_path: Path) -> None:
    as_person(reviewing, "leo")
    assert "git push" not in reviewing.qm("approve", "PR-ACC-001").err
    reviewing.git("init", "-q", "--bare", str(tmp_path / "there"))
    reviewing.git("remote", "add", "origin", str(tmp_path / "there"))
    as_person(reviewing, "ana")
    done = reviewing.qm("approve", "PR-ACC-001")
    command = done.err.splitlines()[-1].partition("type: git ")[2].split()
    assert command[:2] == ["push", "origin"]
    assert command[2].endswith("-approved-ana")
    reviewing.git(*command)
    assert reviewing.git("ls-remote", "origin").split()[1] == f"refs/tags/{command[2]}"


def test_approvals_that_are_not_released_yet_ask_nothing(centre: Centre) -> None:
    centre_with(centre, "{}")
    assert release_as(centre) == (0, "")
    centre.commit({"qm.yaml": settings("{procedure: {approve: 1}}")})
    assert release_as(centre, doc="PR-ACC-002") == (0, "")


SECOND = "  - {id: rq2, name: Second Manager, email: rq2@example.org, roles: [rq]}\n"


def test_a_policy_needs_as_many_quality_managers_as_the_one_before_says(centre: Centre) -> None:
    centre_with(centre, "{POLICY: {approve: 2}}", SECOND)
    assert release_as(centre) == (0, "")
    assert centre.qm("approve", "POLICY").code == 0
    code, said = release_as(centre, doc="POLICY")
    assert code == 3
    assert "it waits for: Second Manager (rq2)" in said
    as_person(centre, "rq2")
    done = centre.qm("release", "POLICY", "-m", "why")
    assert done.code == 0, done.err
    assert tags(centre) == ["decision/POLICY/1.0/approved-rq1"]


def test_a_policy_that_changed_since_it_was_approved_is_approved_again(centre: Centre) -> None:
    centre_with(centre, "{POLICY: {approve: 2}}", SECOND)
    assert release_as(centre) == (0, "")
    done = centre.qm("approve", "POLICY")
    assert "It may be released now by Second Manager (rq2)" in done.out
    centre.commit({"qm.yaml": settings("{}", SECOND)})
    code, said = release_as(centre, "rq2", "POLICY")
    assert code == 3
    assert "the approval by rq1" in said
    assert "the text has changed since" in said
    give(centre, "rq1", doc="POLICY")
    assert release_as(centre, "rq2", "POLICY") == (0, "")
    before = centre.state()
    done = centre.qm("approve", "POLICY")
    assert (done.code, "is released already, version 1.0" in done.err) == (3, True)
    assert centre.state() == before


def test_what_is_attached_is_approved_with_the_text(centre: Centre) -> None:
    centre_with(centre, "{procedure: {approve: 1}}")
    sheet = procedure("PR-ACC-001", attachments="[{file: PR-ACC-001.docx}]")
    word = "processes/welcome/applicables/PR-ACC-001.docx"
    centre.commit({DOC: sheet, word: b"one"})
    as_person(centre, "rq1")
    done = centre.qm("submit", "PR-ACC-001")
    assert done.code == 0, done.err
    assert "sha256: " in (centre.root / DOC).read_text()
    give(centre, "rq1")
    as_person(centre, "ana")
    centre.commit({word: b"two"})
    as_person(centre, "leo")
    done = centre.qm("approve", "PR-ACC-001")
    assert done.code == 3
    assert "PR-ACC-001.docx has changed since it was submitted" in done.err
    assert release_as(centre)[0] == 3
    assert centre.qm("revise", "PR-ACC-001").code == 0
    assert centre.qm("submit", "PR-ACC-001").code == 0
    assert "lacks an approval" in release_as(centre)[1]
    give(centre, "rq1")
    assert release_as(centre) == (0, "")


def sign_as(centre: Centre, folder: Path, who: str) -> None:
    """Let that person sign with a key of theirs."""
    as_person(centre, who)
    centre.git("config", "user.signingkey", str(folder / who))


def test_where_releases_are_signed_only_signed_approvals_count(
    centre: Centre, tmp_path: Path
) -> None:
    folder = tmp_path / "keys"
    folder.mkdir()
    keys = {who: new_key(folder / who) for who in ("rq1", "leo", "ana")}
    text = settings("{procedure: {approve: 1}}")
    for who, key in keys.items():
        text = text.replace(NAMES[who][1], f'{NAMES[who][1]}, keys: ["{key}"]')
    centre.commit({"qm.yaml": text})
    as_person(centre, "mia")
    centre.commit({DOC: procedure("PR-ACC-001")})
    assert centre.qm("submit", "PR-ACC-001").code == 0
    sign_as(centre, folder, "leo")
    done = centre.qm("approve", "PR-ACC-001")
    assert done.code == 0, done.err
    assert "approved by Leo Physician (leo) (signed)." in done.out
    _strip_signature(centre, centre.git("tag", "-l").strip())
    sign_as(centre, folder, "rq1")
    done = centre.qm("release", "PR-ACC-001", "-m", "why")
    assert done.code == 3
    assert "the approval by leo of" in done.err
    assert "does not count: it is not signed" in done.err
    sign_as(centre, folder, "ana")
    assert centre.qm("approve", "PR-ACC-001").code == 0
    sign_as(centre, folder, "rq1")
    assert centre.qm("release", "PR-ACC-001", "-m", "why").code == 0


def _strip_signature(centre: Centre, tag: str) -> None:
    """Replace a tag by the same without its signature."""
    text = centre.git("cat-file", "tag", tag).partition("-----BEGIN")[0]
    (centre.root / ".git/stripped").write_text(text)
    oid = centre.git("hash-object", "-t", "tag", "-w", ".git/stripped").strip()
    centre.git("update-ref", f"refs/tags/{tag}", oid)


def test_a_tag_that_speaks_for_another_without_a_quality_manager_does_not_count(
    centre: Centre,
) -> None:
    centre_with(centre, "{procedure: {approve: 1}}")
    assert centre.qm("submit", "PR-ACC-001").code == 0
    paper = ("--for", "leo", "--on", "2026-01-05", "--medium", "mail", "--proof", "binder 12")
    give(centre, "rq1", *paper)
    tag = centre.git("tag", "-l").strip()
    forged = centre.git("cat-file", "tag", tag).replace("signer: rq1", "signer: mia")
    (centre.root / ".git/forged").write_text(forged)
    oid = centre.git("hash-object", "-t", "tag", "-w", ".git/forged").strip()
    centre.git("update-ref", f"refs/tags/{tag}", oid)
    code, said = release_as(centre)
    assert code == 3
    assert "mia is not a quality manager, who alone may record" in said


def test_the_status_says_what_waits_for_whom(reviewing: Centre) -> None:
    give(reviewing, "leo", "--as", "reviewed")
    done = reviewing.qm("status")
    assert "Wait for your review" not in done.out
    as_person(reviewing, "ana")
    assert (
        "Wait for your review or approval: qm approve (1)\n  PR-ACC-001: an approval\n"
        in reviewing.qm("status").out
    )
    as_person(reviewing, "mia")
    assert (
        "In review, and what they lack (1)\n"
        "  PR-ACC-001: an approval; it waits for: Quality Manager (rq1), Ana Physician (ana)\n"
    ) in reviewing.qm("status").out
    give(reviewing, "ana")
    as_person(reviewing, "rq1")
    assert (
        "Nothing missing, to be released: qm release (1)\n  PR-ACC-001: Title of PR-ACC-001\n"
        in reviewing.qm("status").out
    )


def test_the_status_says_what_is_released_and_not_yet_in_force(welcome: Centre) -> None:
    done = welcome.qm("release", "PR-ACC-001", "-m", "why", "--effective", "2999-01-01")
    assert done.code == 0, done.err
    said = welcome.qm("status").out
    assert "Released, and not yet in force (1)\n  PR-ACC-001: v1.0 from 2999-01-01\n" in said
    assert "not yet in force" not in welcome.qm("status", "--on", "2999-01-01").out


def test_the_status_tells_quality_managers_of_a_policy_to_approve(centre: Centre) -> None:
    centre_with(centre, "{POLICY: {approve: 2}}", SECOND)
    assert release_as(centre) == (0, "")
    assert "POLICY" not in centre.qm("status").out
    centre.commit({"qm.yaml": settings("{}", SECOND)})
    assert "  POLICY: 2 approvals\n" in centre.qm("status").out
    give(centre, "rq1", doc="POLICY")
    assert "Wait for your" not in centre.qm("status").out
