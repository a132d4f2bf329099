"""`qm dossier` where there is little to hand over: it says so, on its pages or in one sentence."""

import pytest

from tests.conftest import SETTINGS, Centre, procedure

REF = "iso-9001-2015"


@pytest.fixture
def bare(centre: Centre) -> Centre:
    """Return a centre with one draft, and the audit file of it in `out`."""
    path = "processes/welcome/applicables/PR-ACC-001.md"
    text = procedure("PR-ACC-001", satisfies=f"['{REF}:7.5.2']")
    centre.commit({"qm.yaml": SETTINGS, ".gitignore": "/out/\n", path: text})
    assert centre.qm("dossier", REF, "--on", "2026-11-22", "-o", "out").code == 0
    return centre


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("1-audits", "No audit report and no inspection letter names this referential."),
        ("3-processes", "No evidence is in force: there is none to list."),
        ("6-master-list", "No document is in force on 2026-11-22."),
        ("7-revisions", "This audit file holds no released document"),
    ],
)
def test_a_part_with_nothing_in_it_says_so(bare: Centre, name: str, told: str) -> None:
    page = (bare.root / "out" / f"{name}.html").read_text()
    assert f"<p>{told}" in page
    assert "<table" not in page


def test_the_page_of_the_verification_is_french_to_the_colon(bare: Centre) -> None:
    bare.commit({"qm.yaml": SETTINGS.replace("language: en", "language: fr")})
    assert bare.qm("dossier", REF, "-o", "out").code == 0
    page = (bare.root / "out/9-verification.html").read_text()
    commit = bare.git("rev-parse", "HEAD")[:10]
    assert f"main à {commit}\u202f: 0 diffusion" in page


def test_the_repository_itself_is_no_place_for_an_audit_file(bare: Centre) -> None:
    before = bare.state()
    shown = bare.qm("dossier", REF, "-o", ".")
    assert (shown.code, bare.state()) == (2, before)
    assert shown.err == "qm: . holds other things: name a folder for the audit file alone\n"


def test_before_the_first_commit_there_is_nothing_to_hand_over(centre: Centre) -> None:
    centre.git("update-ref", "-d", "HEAD")
    centre.write({"qm.yaml": SETTINGS})
    shown = centre.qm("dossier", REF, "-o", "out")
    assert (shown.code, shown.out) == (4, "")
    assert "the repository has no commit yet; type: git add" in shown.err
    assert not (centre.root / "out").exists()


def test_a_site_is_asked_of_a_centre_that_names_none(bare: Centre) -> None:
    for words in (("dossier", REF), ("gap", REF), ("list",)):
        shown = bare.qm(*words, "--site", "zzz")
        assert (shown.code, shown.err) == (2, "qm: --site zzz: qm.yaml names none\n")
