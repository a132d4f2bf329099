"""`qm show` prints the version that applies, or the one that is asked for, as it was released."""

import json
import os
import pty
import re
import subprocess
import sys

import pytest

from qmtool.reports.rendered import plain, rendered
from tests.conftest import Centre, built_once, procedure

PATH = "processes/welcome/applicables/PR-ACC-001.md"
OTHER = "processes/welcome/applicables/PR-ACC-002.md"


@pytest.fixture
@built_once
def revised(welcome: Centre) -> Centre:
    """Return a centre with two versions of a document with CRLF line ends, then a draft."""
    text = procedure("PR-ACC-001", "## Purpose\n\nText.\n", satisfies="[iso-9001-2015:7.5.2]")
    link = procedure("PR-ACC-002", "See [the first](PR-ACC-001.md#purpose).\n")
    welcome.commit({PATH: text.replace("\n", "\r\n"), OTHER: link})
    for added in ("Second.\r\n", "Third.\r\n"):
        assert welcome.qm("release", "PR-ACC-001", "-m", "reason").code == 0
        assert welcome.qm("revise", "PR-ACC-001").code == 0
        path = welcome.root / PATH
        path.write_bytes(path.read_bytes() + added.encode())
        welcome.commit()
    return welcome


def blob(centre: Centre, version: str) -> str:
    """Return the text of a version as Git holds it."""
    ref = f"release/PR-ACC-001/{version}:{PATH}"
    done = subprocess.run(["git", "show", ref], cwd=centre.root, capture_output=True, check=True)
    return done.stdout.decode()


def test_in_a_pipe_the_version_in_force_is_printed_byte_for_byte(revised: Centre) -> None:
    shown = revised.qm("show", "PR-ACC-001")
    assert shown.code == 0
    assert shown.out == blob(revised, "2.0")
    assert "\r\n" in shown.out
    assert "there is a draft of the next version: qm show PR-ACC-001@draft" in shown.err


@pytest.mark.parametrize("name", ["PR-ACC-001@1.0", "PR-ACC-001@1", f"{PATH}@v1"])
def test_any_version_is_printed_as_it_was_released(revised: Centre, name: str) -> None:
    shown = revised.qm("show", name)
    assert shown.out == blob(revised, "1.0")
    assert "version 1.0, replaced: on" in shown.err
    assert "version 2.0 is in force" in shown.err


def test_the_draft_and_the_last_commit_are_shown_when_they_are_named(revised: Centre) -> None:
    path = revised.root / PATH
    path.write_bytes(path.read_bytes() + b"Not committed.\r\n")
    draft = revised.qm("show", "PR-ACC-001@draft")
    assert draft.out.encode() == path.read_bytes()
    assert "draft, not in force" in draft.err
    last = revised.qm("show", "PR-ACC-001@HEAD").out
    assert last.endswith("Third.\r\n")


def test_an_unknown_version_is_answered_with_those_there_are(revised: Centre) -> None:
    shown = revised.qm("show", "PR-ACC-001@7.0")
    assert shown.code == 2
    assert "has no version 7.0; there are: 1.0, 2.0, draft, HEAD" in shown.err


def test_a_missing_tag_says_where_to_get_it(revised: Centre) -> None:
    revised.git("tag", "-d", "release/PR-ACC-001/1.0", "release/PR-ACC-001/2.0")
    for name in ("PR-ACC-001@1.0", "PR-ACC-001"):
        shown = revised.qm("show", name)
        assert shown.code == 4
        assert "git fetch --tags" in shown.err
        assert not shown.out


def test_the_version_of_another_day_is_the_one_in_force_then(welcome: Centre) -> None:
    welcome.qm("release", "PR-ACC-001", "-m", "first")
    welcome.qm("revise", "PR-ACC-001")
    welcome.qm("release", "PR-ACC-001", "-m", "second", "--effective", "2999-01-01")
    now = welcome.qm("show", "PR-ACC-001", "--format", "json")
    assert json.loads(now.out)["shown"] == "1.0"
    assert "version 2.0 applies from 2999-01-01: qm show PR-ACC-001@2.0" in now.err
    then = welcome.qm("show", "PR-ACC-001", "--format", "json", "--on", "2999-01-01")
    assert json.loads(then.out)["shown"] == "2.0"
    early = json.loads(welcome.qm("show", "PR-ACC-001@2.0", "--format", "json").out)
    assert (early["state"], early["in_force"]) == ("scheduled", "1.0")


def test_the_head_of_a_page_says_what_a_reader_must_know(revised: Centre) -> None:
    shown = revised.qm("show", "PR-ACC-001", "--format", "text").out
    lines = shown.split("\n")
    assert lines[0] == "PR-ACC-001  Title of PR-ACC-001"
    assert lines[1].startswith("version 2.0, in force on ")
    assert "owner: Quality Manager" in lines
    assert "answers: iso-9001-2015:7.5.2 Creating and updating" in lines
    assert "linked from: PR-ACC-002 Title of PR-ACC-002" in lines
    assert "approver: Quality Manager" in lines
    assert shown.endswith("## Purpose\n\nText.\nSecond.\n")


def test_data_for_programs_hold_front_matter_body_and_tag(revised: Centre) -> None:
    found = json.loads(revised.qm("show", "PR-ACC-001@1.0", "--format", "json").out)
    assert found["front_matter"]["id"] == "PR-ACC-001"
    assert found["body"] == "\n## Purpose\n\nText.\n"
    assert found["tag"] == "refs/tags/release/PR-ACC-001/1.0"
    assert found["answers"][0]["id"] == "iso-9001-2015:7.5.2"


def test_what_is_not_in_force_is_shown_and_said_so(welcome: Centre) -> None:
    draft = welcome.qm("show", "PR-ACC-001")
    assert draft.out == (welcome.root / PATH).read_text()
    assert "draft, not in force" in draft.err
    record = "---\nid: EN-1\ntitle: T\nkind: record\ndate: 2026-01-01\n---\n\nDone.\n"
    welcome.commit({"processes/welcome/enregistrements/EN-1@x.md": record})
    shown = welcome.qm("show", "processes/welcome/enregistrements/EN-1@x.md")
    assert (shown.out, shown.err) == (record, "")


def test_a_text_that_its_digest_does_not_bear_out_is_told(revised: Centre) -> None:
    other = revised.git("hash-object", "-w", OTHER).strip()
    tag = revised.git("cat-file", "tag", "release/PR-ACC-001/1.0")
    (revised.root / "tag").write_text(re.sub(r"^blob: \w+$", f"blob: {other}", tag, flags=re.M))
    oid = revised.git("hash-object", "-t", "tag", "-w", "tag").strip()
    revised.git("update-ref", "refs/tags/release/PR-ACC-001/1.0", oid)
    assert "type qm verify" in revised.qm("show", "PR-ACC-001@1.0").err


def test_an_earlier_commit_shows_what_it_held(revised: Centre) -> None:
    shown = revised.qm("show", "PR-ACC-001@draft", "--at", "release/PR-ACC-001/1.0~1")
    assert shown.out.endswith("Text.\r\n")


def test_a_terminal_draws_the_page(revised: Centre) -> None:
    terminal, slave = pty.openpty()
    done = subprocess.Popen(
        [sys.executable, "-P", "-m", "qmtool", "show", "PR-ACC-001"],
        cwd=revised.root,
        stdout=slave,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
    )
    os.close(slave)
    shown = b""
    try:
        while part := os.read(terminal, 65536):
            shown += part
    except OSError:  # Linux tells so that the other end is closed
        pass
    os.close(terminal)
    assert done.wait() == 0
    assert b"## Purpose" not in shown
    assert b"Purpose" in shown
    assert b"\x1b[" in shown


HOSTILE = """\
# Title [/] [red]markup[/red] :smile:

&#8238;reversed&#8237; and \x1b]52;c;eA==\x07 and </kbd> <script>x</script>

[text](https://example.org/\x1b[2J) ![image](https://example.org/x.png)

```python
import os  # never looked at
```
"""


def test_nothing_of_a_document_reaches_the_terminal_unescaped() -> None:
    shown = rendered(HOSTILE, 80)
    bare = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert "\x1b" not in bare
    assert "\x07" not in bare
    assert "\u202e" not in bare
    assert "[red]markup[/red] :smile:" in bare
    assert "<script>" not in bare
    assert "import os  # never looked at" in bare


def test_a_text_gives_no_command_to_a_build_server() -> None:
    shown = plain("  ::error::x\nb ##[group]\n##teamcity[x]\n\x1b[2J\n")
    assert shown == "  \\x3a:error::x\nb \\x23#[group]\n\\x23#teamcity[x]\n\\x1b[2J\n"


def test_a_draft_that_is_not_there_is_not_the_released_text(welcome: Centre) -> None:
    assert welcome.qm("release", "PR-ACC-001", "-m", "reason").code == 0
    for arguments in (("show", "PR-ACC-001@draft"), ("diff", "PR-ACC-001", "1.0", "draft")):
        done = welcome.qm(*arguments)
        assert (done.code, done.out) == (2, "")
        assert "PR-ACC-001 has no draft: the file at hand is version 1.0" in done.err


def test_a_version_of_nothing_names_what_was_typed(welcome: Centre) -> None:
    assert "no document is called @1.0." in welcome.qm("show", "@1.0").err


@pytest.mark.parametrize("name", ["a.docx", "a.odt", "a.xlsx"])
def test_a_file_for_an_office_program_never_holds_plain_text(welcome: Centre, name: str) -> None:
    done = welcome.qm("show", "PR-ACC-001", "-o", name)
    assert (done.code, "is none of text, markdown, json\n" in done.err) == (2, True)
    assert not (welcome.root / name).exists()


def test_options_choose_the_documents_that_are_shown(revised: Centre) -> None:
    record = (
        "---\nid: EN-{n}\ntitle: Request {n}\nkind: record\ndate: 2026-03-0{n}\n{more}---\n\nIt.\n"
    )
    folder = "processes/welcome/enregistrements"
    revised.write(
        {
            f"{folder}/EN-{n}.md": record.format(n=n, more="devices: [CT 2]\n" if n < 3 else "")
            for n in (1, 2, 3)
        }
    )
    shown = revised.qm("show", "--device", "ct-2", "--period", "2026-03")
    assert shown.code == 0
    assert [line for line in shown.out.splitlines() if line.startswith("EN-")] == [
        "EN-1  Request 1",
        "EN-2  Request 2",
    ]
    assert shown.out.endswith("2 documents\n")
    assert shown.out.count("devices: CT 2") == 2
    data = json.loads(revised.qm("show", "--kind", "record", "--format", "json").out)
    assert [one["document"]["id"] for one in data["documents"]] == ["EN-1", "EN-2", "EN-3"]
    procedures = revised.qm("show", "--kind", "procedure", "--text", "see").out
    assert "draft, not in force" in procedures
    assert "See [the first]" in procedures


def test_a_document_is_named_or_chosen_and_never_both(revised: Centre) -> None:
    both = revised.qm("show", "PR-ACC-001", "--process", "welcome")
    assert (both.code, both.out) == (2, "")
    assert "PR-ACC-001 is named" in both.err
    none = revised.qm("show")
    assert (none.code, none.out) == (2, "")
    assert "name a document" in none.err
