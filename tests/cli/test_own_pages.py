"""The centre's own templates replace the shipped pages, and what is wrong with one is told."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Centre

GAP = "templates/_reports/gap.html.j2"
MATRIX = "templates/_reports/matrix.html.j2"
TREND = "templates/_reports/trend.html.j2"
DOSSIER = "templates/_dossier/page.html.j2"
RUNS = {
    GAP: ("gap", "iso-9001-2015", "-o", "out.html"),
    MATRIX: ("matrix", "iso-9001-2015", "-o", "out.html"),
    TREND: ("trend", "iso-9001-2015", "-o", "out.html"),
    DOSSIER: ("dossier", "iso-9001-2015", "-o", "out.zip"),
}


@pytest.mark.parametrize(
    ("page", "template", "shown"),
    [
        (GAP, "own {{ gap.name }}", "own ISO 9001:2015"),
        (MATRIX, "own {{ referentials[0] }} {{ qm_version[:1] }}", "own ISO 9001:2015"),
        (TREND, "own {{ title[:13] }} {{ chart }}", "own ISO 9001:2015 <svg"),
    ],
)
def test_the_page_of_the_centre_is_drawn_in_place_of_the_shipped_one(
    welcome: Centre, page: str, template: str, shown: str
) -> None:
    welcome.commit({page: template})
    run = RUNS[page][:2]
    assert welcome.qm(*run, "--format", "html").out.startswith(shown)
    before = welcome.qm(*run, "--format", "html", "--at", "HEAD~1").out
    assert before.startswith("<!DOCTYPE html>"), "only the page of the snapshot counts"


def test_the_audit_file_is_drawn_with_both_pages_of_the_centre(welcome: Centre) -> None:
    welcome.commit(
        {
            GAP: "own gap {{ gap.name }}",
            DOSSIER: "own {{ page.title }}{% for name, value in page.facts %}, {{ name }}"
            "{% endfor %}{% for section in page.sections %}, {{ section.title }}{% endfor %}",
        }
    )
    assert welcome.qm("dossier", "iso-9001-2015", "-o", "out").code == 0
    pages = {path.name: path.read_text() for path in (welcome.root / "out").glob("*.html")}
    assert pages.pop("8-gap.html") == "own gap ISO 9001:2015"
    assert pages["index.html"].startswith("own ISO 9001:2015, Referential, Site, Frozen on")
    assert len(pages) == 9
    assert all(text.startswith("own ") for text in pages.values())
    assert welcome.qm("dossier", "iso-9001-2015", "-o", "out", "--at", "HEAD~1").code == 0
    assert "own" not in (welcome.root / "out/index.html").read_text()[:5]


def folder(path: Path) -> None:
    path.mkdir()
    (path / "page.txt").write_text("no page")


Make = Callable[[Path], object]
STRANGE: dict[str, tuple[Make, str]] = {
    "a folder": (folder, "this is a folder, not a document. Give the folder another name."),
    "an empty folder": (Path.mkdir, "this is a folder, not a document. Give the folder"),
    "a pipe": (os.mkfifo, "this is a pipe or a device, not a file. Remove it."),
    "a link out": (
        lambda path: path.symlink_to("/etc/passwd"),
        "this is a symbolic link: links are not documents. Replace the link by the file itself.",
    ),
    "a link to nothing": (lambda path: path.symlink_to("nothing"), "this is a symbolic link"),
    "no text": (lambda path: path.write_bytes(b"\xff\x00"), "the file is not UTF-8; save it as"),
    "nothing": (Path.touch, "the template makes an empty page; write what the page is to show, or"),
    "blanks": (lambda path: path.write_text(" \n{# #}\n"), "the template makes an empty page"),
}


@pytest.mark.parametrize("page", [GAP, MATRIX, TREND])
@pytest.mark.parametrize("name", STRANGE)
def test_what_is_no_template_is_refused_with_its_path_and_how_to_mend_it(
    welcome: Centre, page: str, name: str
) -> None:
    make, said = STRANGE[name]
    target = welcome.root / page
    target.parent.mkdir(parents=True)
    make(target)
    done = welcome.qm(*RUNS[page])
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"qm: {page}: {said}")
    assert done.err.count("\n") == 1
    assert not list(welcome.root.glob("out*"))


@pytest.mark.parametrize("page", RUNS)
@pytest.mark.parametrize("name", ["a folder", "a link out", "no text", "nothing", "blanks"])
def test_what_is_no_template_is_refused_in_a_commit_too(
    welcome: Centre, page: str, name: str
) -> None:
    make, said = STRANGE[name]
    (welcome.root / page).parent.mkdir(parents=True)
    make(welcome.root / page)
    welcome.commit()
    done = welcome.qm(*RUNS[page], "--at", "HEAD")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"qm: {page}: {said.replace('not a document', 'not a template')}")
    assert not list(welcome.root.glob("out*"))


def test_a_folder_of_templates_behind_a_link_is_refused_and_never_read(
    welcome: Centre, tmp_path: Path
) -> None:
    (tmp_path / "gap.html.j2").write_text("secret")
    (welcome.root / "templates").mkdir()
    (welcome.root / "templates/_reports").symlink_to(tmp_path)
    done = welcome.qm("gap", "iso-9001-2015", "--format", "html")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("qm: templates/_reports: this is a symbolic link")


@pytest.mark.parametrize("page", RUNS)
def test_a_template_that_fails_is_named_with_its_line(welcome: Centre, page: str) -> None:
    welcome.commit({page: "\n\n{{ nothing.at_all }}"})
    done = welcome.qm(*RUNS[page])
    assert done.code == 2
    assert done.err == f"qm: {page}:3: the template fails ('nothing' is undefined)\n"
    assert not list(welcome.root.glob("out*"))


def test_other_forms_and_an_ignored_file_are_as_they_were(welcome: Centre) -> None:
    welcome.write({GAP: "{{ nothing }}"})
    assert welcome.qm("gap", "iso-9001-2015").code == 0
    assert welcome.qm("gap", "iso-9001-2015", "-o", "gap.pdf").code == 0
    welcome.write({".gitignore": "templates/\n"})
    assert welcome.qm("gap", "iso-9001-2015", "--format", "html").code == 0
