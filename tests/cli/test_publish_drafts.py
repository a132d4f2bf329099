"""While the next version is drafted, the pages say what the version in force says."""

import pytest

from tests.cli.test_publish import FOLDER, PDF, PNG, Page, in_use, publish, released
from tests.conftest import Centre, procedure

__all__ = ["in_use"]

PATH = f"{FOLDER}/PR-ACC-001.md"


def drafted(centre: Centre, old: str, new: str) -> None:
    """Open a draft of `PR-ACC-001` in which *new* stands for *old*."""
    assert centre.qm("revise", "PR-ACC-001").code == 0
    text = (centre.root / PATH).read_text()
    assert old in text
    centre.commit({PATH: text.replace(old, new, 1)})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Échographie au lit", "title: Secret draft"),
        ("\nkind:", "\nowner: mia\nkind:"),
        ("\nkind: procedure", "\nkind: form"),
        ("\nkind:", "\nprocess: elsewhere\nkind:"),
    ],
)
def test_what_a_draft_says_of_itself_is_not_published(in_use: Centre, old: str, new: str) -> None:
    before = publish(in_use)
    seen = {path: path.read_bytes() for path in before.rglob("*.html")}
    drafted(in_use, old, new)
    publish(in_use)
    assert {path: path.read_bytes() for path in before.rglob("*.html")} == seen


def test_files_that_a_draft_removes_stay_with_the_version_in_force(in_use: Centre) -> None:
    site = publish(in_use)
    in_use.git("mv", f"{FOLDER}/room.png", f"{FOLDER}/room-2.png")
    in_use.git("mv", f"{FOLDER}/plan.pdf", f"{FOLDER}/plan-2.pdf")
    drafted(in_use, "![the room](room.png)", "![the room](room-2.png)")
    for folder in (publish(in_use), publish(in_use, to="new")):
        assert (folder / "files/PR-ACC-001/room.png").read_bytes() == PNG
        assert (folder / "files/PR-ACC-001/plan.pdf").read_bytes() == PDF
        page = Page(folder / "documents/PR-ACC-001.html")
        assert "../files/PR-ACC-001/room.png" in page.loads
        assert "../files/PR-ACC-001/plan.pdf" in page.links
    assert not list(site.rglob("*-2.*"))


def test_an_earlier_version_has_the_title_that_it_had(in_use: Centre) -> None:
    drafted(in_use, "title: Échographie au lit", "title: Bedside scan")
    released(in_use, "PR-ACC-001")
    site = publish(in_use)
    assert "<h1>Bedside scan</h1>" in Page(site / "documents/PR-ACC-001.html").source
    for version in ("1.0", "2.0"):
        old = Page(site / f"archives/PR-ACC-001-v{version}.html").source
        assert "<h1>Échographie au lit</h1>" in old
        assert f"<title>PR-ACC-001 v{version} (Obsolete) – Échographie au lit</title>" in old


def test_an_earlier_title_that_tells_of_a_person_is_not_shown(in_use: Centre) -> None:
    path = f"{FOLDER}/PR-ACC-004.md"
    text = procedure("PR-ACC-004")
    in_use.commit({path: text.replace("Title of PR-ACC-004", "Mme Durand a reçu 2,1 mSv")})
    released(in_use, "PR-ACC-004")
    assert in_use.qm("revise", "PR-ACC-004").code == 0
    text = (in_use.root / path).read_text()
    in_use.commit({path: text.replace("Mme Durand a reçu 2,1 mSv", "Dose aux mains")})
    released(in_use, "PR-ACC-004")
    site = publish(in_use)
    assert "This text is not published" in Page(site / "archives/PR-ACC-004-v1.0.html").words
    assert "Durand" not in "".join(Page(one).words for one in site.rglob("*.html"))


def test_a_withdrawn_document_whose_title_tells_of_a_patient_is_left_out(in_use: Centre) -> None:
    (found,) = (in_use.root / "processes").rglob("PR-ACC-009*.md")
    text = found.read_text().replace("Title of", "IPP 8004512345,")
    in_use.commit({found.relative_to(in_use.root).as_posix(): text})
    site = publish(in_use)
    assert not [one for one in site.rglob("*") if one.is_file() and b"800451" in one.read_bytes()]


def test_a_document_of_no_process_and_no_centre_has_a_page_of_its_own_kind(in_use: Centre) -> None:
    in_use.git("mv", "processes/welcome", "processes/gone")
    in_use.commit()
    site = publish(in_use)
    assert "<h1>Documents without a process</h1>" in Page(site / "others.html").source
    page = Page(site / "documents/CR-1.html").source
    assert '<div class="paper-head"><span>CR-1</span></div>' in page
