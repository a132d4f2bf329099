"""`qm check --fix` mends what needs no decision, in drafts, and touches nothing else."""

import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Centre, procedure

FOLDER = "processes/welcome/applicables"
ONE, TWO = f"{FOLDER}/PR-ACC-001.md", f"{FOLDER}/PR-ACC-002.md"
BROKEN = "See [the other](../PR-ACC-002.md).\n"
MENDED = "See [the other](PR-ACC-002.md).\n"


def read(centre: Centre, path: str) -> bytes:
    return (centre.root / path).read_bytes()


def fixed(centre: Centre, text: str | bytes, *options: str) -> bytes:
    """Return what `--fix` makes of the first document."""
    centre.write({ONE: text})
    done = centre.qm("check", "--fix", *options)
    assert done.code in (0, 1), done
    return read(centre, ONE)


def whole(body: str = "## Purpose\n\nText.\n", **keys: str) -> str:
    return procedure("PR-ACC-001", body, **keys)


def test_a_link_to_a_document_that_stands_elsewhere_is_mended(welcome: Centre) -> None:
    assert fixed(welcome, whole(BROKEN)) == whole(MENDED).encode()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("old/pr-acc-002.md", "PR-ACC-002.md"),
        ("/old/PR-ACC-002.md", f"/{TWO}"),
        ("old/PR-ACC-002.md#purpose", "PR-ACC-002.md#purpose"),
        ("old/PR-ACC-002.md#Purposé", "PR-ACC-002.md#purpose"),
        ("old/PR-ACC-002.md#nowhere", "PR-ACC-002.md#nowhere"),
        ("PR-ACC-002.md#PÜRPOSE", "PR-ACC-002.md#purpose"),
        ("#Purposé", "#purpose"),
    ],
)
def test_the_target_is_the_only_thing_that_changes(
    welcome: Centre, written: str, meant: str
) -> None:
    body = "[{0}]({0} 'a title') and `[{0}]({0})`\n\n## Purpose\n"
    after = fixed(welcome, whole(body.format(written)))
    expected = f"[{written}]({meant} 'a title') and `[{written}]({written})`\n\n## Purpose\n"
    assert after == whole(expected).encode()


@pytest.mark.parametrize(
    "body",
    [
        "[a](old/PR-ACC-009.md)\n",
        "[a](old/process.md)\n",
        "[a](old/notes.md)\n",
        "[a](old/table.pdf)\n",
        "![a](old/PR-ACC-002.md)\n",
        "[a](old\\PR-ACC-002.md)\n",
        "[a](old/PR-ACC-003.md)\n",
        "[a](#twice-same)\n\n## Twice same\n\n## Twicesame\n\n[b](#Twice_Same-)\n",
    ],
)
def test_a_link_that_may_mean_something_else_is_left(welcome: Centre, body: str) -> None:
    welcome.write(
        {
            f"{FOLDER}/process.md": procedure("PR-ACC-007"),
            f"{FOLDER}/notes.md": procedure("PR-ACC-008"),
            f"{FOLDER}/table.pdf": "x",
            f"{FOLDER}/PR-ACC-003.md": procedure("PR-ACC-003"),
            f"{FOLDER}/x/PR-ACC-003.md": procedure("PR-ACC-003"),
        }
    )
    assert fixed(welcome, whole(body)) == whole(body).encode()


def test_an_id_that_two_documents_have_leads_to_none(welcome: Centre) -> None:
    names = ("one", "two")
    welcome.write({f"{FOLDER}/PR-ACC-003-{n}.md": procedure("PR-ACC-003") for n in names})
    text = whole("[a](PR-ACC-003.md)\n")
    assert fixed(welcome, text) == text.encode()
    (welcome.root / f"{FOLDER}/PR-ACC-003-two.md").unlink()
    assert fixed(welcome, text) == text.replace("003.md", "003-one.md").encode()


def test_an_image_beside_a_link_to_the_same_target_is_left(welcome: Centre) -> None:
    target = "old/PR\\-ACC-002.md"
    after = fixed(welcome, whole(f"[a]({target}) ![i]({target})\n"))
    assert after == whole(f"[a](PR-ACC-002.md) ![i]({target})\n").encode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: Visit #2 of the day", 'title: "Visit #2 of the day"'),
        ("title: The \"old\"  #2 'a'", "title: 'The \"old\"  #2 ''a'''"),
        ("title:   Visit #2 # 3", None),
        ("title: Visit # to be decided", None),
        ("title: Visit #todo", None),
        ("Title: Visit", "title: Visit"),
        ("TITLE: Visit #2", 'title: "Visit #2"'),
        ("'Title': Visit", None),
        ("Tittle: Visit", None),
    ],
)
def test_a_key_or_a_text_of_the_front_matter_is_mended_where_it_is_certain(
    welcome: Centre, before: str, after: str | None
) -> None:
    text = "---\nid: PR-ACC-001\n{}\nkind: procedure # why\nowner:   mia\n---\nText\n"
    assert fixed(welcome, text.format(before)) == text.format(after or before).encode()


@pytest.mark.parametrize("key", ["Status: draft", "Version: 1.0", "History: []", "Effective: x"])
def test_a_document_with_a_key_of_qm_in_another_case_is_left(welcome: Centre, key: str) -> None:
    text = whole(BROKEN).replace("---\n\n", f"{key}\n---\n\n")
    assert fixed(welcome, text) == text.encode()


def test_line_ends_become_those_of_most_lines_and_the_final_one_stays_away(
    welcome: Centre,
) -> None:
    text = whole("One\n\nTwo\n\nend").encode()
    assert fixed(welcome, text.replace(b"One\n", b"One\r\n")) == text
    pairs = text.replace(b"\n", b"\r\n")
    assert fixed(welcome, pairs.replace(b"One\r\n", b"One\n")) == pairs


def test_a_file_with_crlf_and_a_byte_order_mark_keeps_its_line_ends(welcome: Centre) -> None:
    before = b"\xef\xbb\xbf" + whole(BROKEN).replace("\n", "\r\n").encode()
    after = whole(MENDED).replace("\n", "\r\n").encode()
    assert fixed(welcome, before, "--select", "QM301") == b"\xef\xbb\xbf" + after
    assert fixed(welcome, before) == after


MARK = '<!-- qm: allow broken-link until=2999-01-01 by=rq1 reason="soon" -->'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"One\n\n{MARK}\n\nTwo\n", "One\n\nTwo\n"),
        (f"One\n\n{MARK}\n", "One\n"),
        (f"One\n\n{MARK}\nTwo", "One\n\nTwo"),
        (f"One\n{MARK}\nTwo\n", None),
        (f"One {MARK}\n", None),
        (f"- a\n\n{MARK}\n\n- b\n", None),
        (f"{MARK}\n\n{BROKEN}", None),
    ],
)
def test_a_mark_that_allows_nothing_is_taken_out_where_nothing_else_changes(
    welcome: Centre, before: str, after: str | None
) -> None:
    assert fixed(welcome, whole(before)) == whole(before if after is None else after).encode()


@pytest.mark.parametrize(
    "text",
    [
        whole(BROKEN, status="released", version="1.0"),
        whole(BROKEN, status="withdrawn"),
        whole(BROKEN, status="in-review"),
        whole(BROKEN).replace("kind: procedure", "kind: unheard-of"),
        whole(BROKEN + "\n<<<<<<< ours\n"),
        BROKEN,
    ],
)
def test_what_is_no_draft_of_a_known_kind_is_left(welcome: Centre, text: str) -> None:
    assert fixed(welcome, text) == text.encode()


def test_what_was_released_is_mended_in_a_draft_only(welcome: Centre) -> None:
    welcome.commit({ONE: whole("See [the other](PR-ACC-002.md).\n")})
    assert welcome.qm("release", "PR-ACC-001", "-m", "first").code == 0
    welcome.git("mv", TWO, "processes/welcome/PR-ACC-002.md")
    welcome.commit()
    before = welcome.state()
    held = welcome.qm("check", "--fix")
    assert (held.code, "qm revise" in held.err) == (1, True), held
    assert welcome.state() == before
    welcome.qm("revise", "PR-ACC-001")
    assert welcome.qm("check", "--fix", "PR-ACC-001").code == 0
    assert b"](../PR-ACC-002.md)" in read(welcome, ONE)


def test_a_released_document_that_lost_its_keys_is_left(welcome: Centre) -> None:
    assert welcome.qm("release", "PR-ACC-001", "-m", "first").code == 0
    assert fixed(welcome, whole(BROKEN)) == whole(BROKEN).encode()


INCIDENT = """\
label: {fr: Incident, en: Incident}
category: record
controlled: false
evidence: [REC]
id: "INC-{n}"
satisfies: []
headings: []
fields: {}
columns: [id, title]
states:
  open: {next: [closed]}
  closed: {next: []}
counts: [closed]
"""


def test_a_record_is_mended_until_its_last_state(welcome: Centre) -> None:
    path = "processes/welcome/enregistrements/INC-1.md"
    text = "---\nid: INC-1\ntitle: Fall\nkind: incident\nstatus: {}\n---\n\n{}"
    link = "[a](old/PR-ACC-002.md)\n"
    welcome.write({"templates/incident/kind.yaml": INCIDENT, path: text.format("closed", link)})
    welcome.qm("check", "--fix")
    assert read(welcome, path) == text.format("closed", link).encode()
    welcome.write({path: text.format("open", link)})
    welcome.qm("check", "--fix")
    assert b"](../applicables/PR-ACC-002.md)" in read(welcome, path)


def test_a_link_or_a_file_that_a_merge_left_is_not_touched(welcome: Centre, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text(whole(BROKEN))
    (welcome.root / ONE).unlink()
    (welcome.root / ONE).symlink_to(outside)
    assert welcome.qm("check", "--fix").code == 1
    assert (outside.read_text(), (welcome.root / ONE).is_symlink()) == (whole(BROKEN), True)


def test_a_suppressed_diagnostic_is_not_fixed(welcome: Centre) -> None:
    text = whole(f"## A\n\n{MARK}\n\n{BROKEN}\n## B\n\n{BROKEN}")
    expected = whole(f"## A\n\n{MARK}\n\n{BROKEN}\n## B\n\n{MENDED}")
    assert fixed(welcome, text) == expected.encode()


def test_select_ignore_and_paths_limit_what_is_fixed(welcome: Centre) -> None:
    text = whole(BROKEN + "\n[b](#Purposé)\n\n## Purpose\n")
    only = fixed(welcome, text, "--select", "broken-link")
    assert only == text.replace("../PR-ACC", "PR-ACC").encode()
    assert (
        fixed(welcome, text, "--ignore", "QM301") == text.replace("#Purposé", "#purpose").encode()
    )
    assert fixed(welcome, text, "PR-ACC-002") == text.encode()


def test_with_a_base_only_what_is_new_is_fixed(welcome: Centre) -> None:
    welcome.commit({ONE: whole("[old](x/PR-ACC-002.md)\n")})
    text = whole("[old](x/PR-ACC-002.md)\n\n[new](y/PR-ACC-002.md)\n")
    assert fixed(welcome, text, "--diff", "HEAD") == text.replace("y/PR", "PR").encode()


def test_the_summary_and_what_is_left_are_told(welcome: Centre) -> None:
    welcome.write({ONE: whole(BROKEN + "\n[b](#nothing-such)\n")})
    done = welcome.qm("check", "--fix", "--format", "concise")
    assert done.code == 1
    assert done.err == f"{ONE}: mended QM301\nmended: 1 (files: 1)\n"
    assert [line.split()[1] for line in done.out.splitlines() if "error" in line] == ["QM302"]


def test_the_dry_run_is_a_patch_that_gives_what_the_fix_gives(welcome: Centre) -> None:
    one = "Title: Visit #2\nid: PR-ACC-001\nkind: procedure\n"
    welcome.write(
        {
            ONE: f"---\n{one}---\n{BROKEN}{BROKEN}\tno end",
            f"{FOLDER}/PR-ACC-009 visit.md": procedure(
                "PR-ACC-009", "[a](#Purposé)\n\n\n\n\n\n\n\n## Purpose\n"
            ).replace("\n", "\r\n"),
        }
    )
    before = welcome.state()
    shown = welcome.qm("check", "--fix", "--dry-run")
    assert (shown.code, "files: 2" in shown.err) == (1, True), shown
    assert welcome.state() == before
    welcome.qm("check", "--fix", "--dry-run", "-o", "fix.patch")
    assert read(welcome, "fix.patch").decode() == shown.out
    welcome.git("apply", "fix.patch")
    patched = welcome.state()["files"]
    welcome.write(before["files"])  # type: ignore[arg-type]
    assert welcome.qm("check", "--fix").code == 0
    assert welcome.state()["files"] == patched


def test_a_patch_shows_nothing_of_a_patient(welcome: Centre) -> None:
    number = "1 85 05 78 006 084 91"
    welcome.write({ONE: whole(f"NIR {number} [a](../PR-ACC-002.md)\n\nNIR {number}\n")})
    shown = welcome.qm("check", "--fix", "--dry-run").out
    assert ("@@" in shown, "78" in shown) == (True, False), shown


def test_permissions_stay_and_the_index_is_not_touched(welcome: Centre) -> None:
    welcome.write({ONE: whole(BROKEN)})
    (welcome.root / ONE).chmod(0o640)
    index = welcome.state()["index"]
    welcome.qm("check", "--fix")
    assert stat.S_IMODE((welcome.root / ONE).stat().st_mode) == 0o640
    assert welcome.state()["index"] == index
    assert not [*(welcome.root / FOLDER).glob(".qm-*")]


def test_a_file_that_was_edited_meanwhile_stays_as_it_is(welcome: Centre, tmp_path: Path) -> None:
    from qmtool.actions.working_files import replace_plain

    welcome.write({ONE: "edited"})
    assert not replace_plain(welcome.root, ONE, b"before", b"after")
    assert not replace_plain(welcome.root, f"{FOLDER}/absent.md", b"before", b"after")
    (tmp_path / "real").mkdir()
    (tmp_path / "real/x.md").write_text("before")
    (welcome.root / "link").symlink_to(tmp_path / "real")
    assert not replace_plain(welcome.root, "link/x.md", b"before", b"after")
    assert (read(welcome, ONE), (tmp_path / "real/x.md").read_text()) == (b"edited", "before")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--fix", "--at", "HEAD"], "leave out --at"),
        (["--fix", "--staged"], "leave out --staged"),
        (["--fix", "--receive"], "leave out --receive"),
        (["--dry-run"], "add --fix"),
        (["--watch", "--fix", "--diff", "HEAD"], "leave out --fix, --diff"),
        (["--watch", "--format", "json"], "text, concise"),
    ],
)
def test_what_cannot_be_asked_together_is_refused(
    welcome: Centre, options: list[str], words: str
) -> None:
    welcome.write({ONE: whole(BROKEN)})
    before = welcome.state()
    refused = welcome.qm("check", *options)
    assert (refused.code, words in refused.err) == (2, True), refused
    assert welcome.state() == before


_LINES = st.sampled_from(
    [
        "## Purpose",
        "## Purposé",
        "[a](old/PR-ACC-002.md) [a](old/PR-ACC-002.md#PURPOSE)",
        "[PR-ACC-002.md](x/PR-ACC-002.md) ![i](x/PR-ACC-002.md)",
        "[r]: <x/pr-acc-002.md>",
        "[b](#Purpose) `[b](#Purpose)` [r]",
        "```",
        "- a",
        "  [c](PR-ACC-002.md#Púrpose)",
        MARK,
        "",
        "",
    ]
)
_KEYS = st.sampled_from(
    ["title: Visit #2", "Title: Visit #3 #4", "OWNER: mia", "owner: mia", "Sites: [x]", "x: y"]
)


@given(
    keys=st.lists(_KEYS, max_size=3),
    lines=st.lists(_LINES, max_size=9),
    ends=st.lists(st.sampled_from(["\n", "\r\n"]), min_size=1, max_size=3),
    bom=st.booleans(),
)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_second_fix_changes_nothing_and_the_first_brings_no_diagnostic(
    welcome: Centre, keys: list[str], lines: list[str], ends: list[str], bom: bool
) -> None:
    rows = ["---", "id: PR-ACC-001", "kind: procedure", *keys, "---", *lines]
    text = "".join(row + ends[n % len(ends)] for n, row in enumerate(rows))
    welcome.write({ONE: ("\ufeff" if bom else "") + text})
    before = welcome.qm("check", "--format", "concise").out.splitlines()
    welcome.qm("check", "--fix")
    once = read(welcome, ONE)
    again = welcome.qm("check", "--fix", "--format", "concise")
    assert read(welcome, ONE) == once
    assert "mended: 0" in again.err
    assert len(again.out.splitlines()) <= len(before)
