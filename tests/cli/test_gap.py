"""`qm gap` as a person runs it: its files, its drill-down, the centre's own page."""

import json
import os
import pty
import subprocess
import sys

import pytest

from tests.conftest import ROOT, Centre, procedure

PAGE = "templates/_reports/gap.html.j2"
SATISFIES = procedure("PR-ACC-003", satisfies="[iso-9001-2015:7.5.2, iso-9001-2015:8.1]")


@pytest.mark.parametrize(
    ("name", "start"), [("gap.pdf", b"%PDF-"), ("gap.xlsx", b"PK"), ("gap.csv", b"Chapter,Id,")]
)
def test_the_extension_of_the_file_decides_its_format(
    welcome: Centre, name: str, start: bytes
) -> None:
    first = welcome.qm("gap", "iso-9001-2015", "--on", "2026-12-01", "-o", name)
    assert (first.code, first.out) == (0, "")
    made = (welcome.root / name).read_bytes()
    assert made.startswith(start)
    again = welcome.qm("gap", "iso-9001-2015", "--on", "2026-12-01", "--at", "HEAD", "-o", name)
    assert again.code == 0
    assert (welcome.root / name).read_bytes() != made, "it says what it was made from"


def test_a_file_that_is_no_text_is_not_printed_on_a_terminal_but_goes_through_a_pipe(
    welcome: Centre,
) -> None:
    command = [sys.executable, "-m", "qmtool", "gap", "iso-9001-2015", "--format", "pdf"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "latin-1"}
    ours, theirs = pty.openpty()
    shown = subprocess.run(
        command,
        cwd=welcome.root,
        env=environment,
        stdout=theirs,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(theirs)
    os.close(ours)
    assert (shown.returncode, shown.stderr) == (
        2,
        b"qm: this format is no text for a terminal; write it with -o FILE\n",
    )
    piped = subprocess.run(
        command, cwd=welcome.root, env=environment, capture_output=True, check=True
    )
    assert piped.stdout.startswith(b"%PDF-")
    assert piped.stdout.rstrip().endswith(b"%%EOF")


def test_a_terminal_without_blocks_shows_the_bars_in_ascii(welcome: Centre) -> None:
    command = [sys.executable, "-m", "qmtool", "gap", "iso-9001-2015"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        command, cwd=welcome.root, env=environment, capture_output=True, check=True
    )
    assert b"7 Support                      ........................ 0/" in done.stdout
    assert b". open" in done.stdout


def test_a_chapter_is_told_with_everything_that_is_known_of_it(welcome: Centre) -> None:
    welcome.commit({"processes/welcome/applicables/PR-ACC-003.md": SATISFIES})
    shown = welcome.qm("gap", "iso-9001-2015", "--chapter", "7.5").out
    assert "7.5.2  Creating and updating\n  Status: open · Described: draft" in shown
    assert "What is missing: PR-ACC-003 is a draft" in shown
    assert "(draft, processes/welcome/applicables/PR-ACC-003.md:5)" in " ".join(shown.split())
    assert "8.1" not in shown
    assert "Self-assessment" in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--chapter", "99"], "99 is no chapter of iso-9001-2015; its chapters are 4, 5, 6"),
        (["--chapter", "7", "-o", "x.html"], "--chapter is told as text only"),
        (["--chapter", "7", "--by-site"], "--chapter and --by-site exclude each other"),
    ],
)
def test_a_chapter_that_cannot_be_told_is_refused(
    welcome: Centre, arguments: list[str], said: str
) -> None:
    done = welcome.qm("gap", "iso-9001-2015", *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_what_a_crosswalk_lends_is_told_apart_in_every_form(welcome: Centre) -> None:
    review = "id: CR-1\ntitle: Review\nkind: review\ndate: 2026-11-01\n"
    text = f"---\n{review}satisfies: [iso-9001-2015:9.3.3]\n---\n\nDone.\n"
    welcome.commit({"processes/welcome/enregistrements/CR-1.md": text})
    run = ("gap", "iso-15189-2022", "--on", "2026-12-01", "--format")
    found = json.loads(welcome.qm(*run, "json").out)
    assert [one["id"] for one in found["requirements"] if one["lent"]] == ["iso-15189-2022:8.9.3"]
    told = "suggested, to be confirmed: CR-1, by way of iso-9001-2015:9.3.3"
    assert welcome.qm(*run, "html").out.count(f'<li class="lends">{told}</li>') == 1
    assert welcome.qm(*run, "csv").out.count(f',suggested,"{told}",') == 1
    assert "by other referentials: suggested, to be confirmed: CR-1" in welcome.qm(*run, "md").out
    assert welcome.qm(*run, "text").out.count("to be confirmed: CR-1") == 1


# The centre's own page


def test_the_page_of_the_centre_replaces_the_shipped_one(welcome: Centre) -> None:
    welcome.commit({PAGE: "{{ gap.name }}: {{ gap.counts[2].count }} {{ words.requirements }}\n"})
    assert welcome.qm("gap", "iso-9001-2015", "--format", "html").out.startswith("ISO 9001:2015: ")
    before = welcome.qm("gap", "iso-9001-2015", "--format", "html", "--at", "HEAD~1").out
    assert before.startswith("<!DOCTYPE html>"), "only the page of the snapshot counts"


def test_the_page_of_the_centre_shows_a_hostile_title_as_text(welcome: Centre) -> None:
    settings = (welcome.root / "qm.yaml").read_text() + "organisation: {name: '<b>Centre</b>'}\n"
    welcome.commit({PAGE: "{{ gap.organisation }}\n", "qm.yaml": settings})
    shown = welcome.qm("gap", "iso-9001-2015", "--format", "html").out
    assert shown == "&lt;b&gt;Centre&lt;/b&gt;\n"


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (
            "a\n\n{{ gap.nothing }}\n",
            f"{PAGE}:3: the template fails (.* has no attribute 'nothing')",
        ),
        ("a\n{% if %}\n", f"{PAGE}:2: the template fails (Expected an expression"),
        ("{% include '/etc/passwd' %}", f"{PAGE}:1: the template fails ('/etc/passwd' cannot be"),
        ("{% extends 'gap.html.j2' %}", f"{PAGE}:1: the template fails ('gap.html.j2' cannot be"),
        ("\n{{ gap.__class__.__mro__ }}", f"{PAGE}:2: the template fails (access to attribute"),
        ("\n{{ gap.update(name='x') }}", f"{PAGE}:2: the template fails ("),
        ("\n{{ pair.__globals__ }}", f"{PAGE}:2: the template fails ("),
        ("{{ 'x' * 30000000 }}", f"{PAGE}:1: the template fails (more than 20971520 characters)"),
        ("\n{{ range(99999999) }}", f"{PAGE}:2: the template fails (OverflowError: Range too big"),
        ("x" * 200_001, f"{PAGE}: the template is longer than 200000 characters; shorten it"),
        (b"\xff", f"{PAGE}: the file is not UTF-8"),
    ],
    ids=range(11),
)
def test_a_page_that_fails_is_named_with_its_line(
    welcome: Centre, page: str | bytes, said: str
) -> None:
    welcome.write({PAGE: page})
    before = welcome.state()
    done = welcome.qm("gap", "iso-9001-2015", "-o", "gap.html")
    assert (done.code, done.out) == (2, "")
    start, _, end = said.partition(".*")
    assert done.err.startswith(f"qm: {start}")
    assert end in done.err
    assert done.err.count("\n") == 1
    assert welcome.state() == before


def test_a_page_that_never_ends_is_stopped(
    welcome: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qmtool.actions.render.MAX_SECONDS", 1)
    loop = "{% for one in range(99999) %}{% for two in range(99999) %}{% endfor %}{% endfor %}"
    welcome.write({PAGE: loop})
    done = welcome.qm("gap", "iso-9001-2015", "-o", "gap.html")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"qm: {PAGE}:1: the template fails (it ")
