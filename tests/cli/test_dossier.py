"""`qm dossier` hands an auditor what is in force, frozen, offline, and nothing besides."""

import hashlib
import io
import re
import subprocess
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from qmtool.reports.dossier_links import distinct, plain_name
from qmtool.reports.sandbox import css_text
from tests.conftest import SETTINGS, Centre, built_once, procedure

FOLDER = "processes/welcome/applicables"
RECORDS = "processes/welcome/enregistrements"
FIRST, SECOND, THIRD = (f"{FOLDER}/PR-ACC-00{n}.md" for n in (1, 2, 3))
PICTURE, SHEET = b"\x89PNG\r\n\x1a\n picture", b"PK sheet"


def record(identifier: str, kind: str, day: str, body: str, **keys: str) -> str:
    """Return the text of a record."""
    lines = "".join(f"{key}: {value}\n" for key, value in keys.items())
    head = f"id: {identifier}\ntitle: Title of {identifier}\nkind: {kind}\ndate: {day}\n"
    return f"---\n{head}{lines}---\n\n{body}\n"


FIRST_TEXT = """\
## Purpose

<!-- qm: satisfies iso-9001-2015:7.5.2 -->

See [the second](PR-ACC-002.md#purpose), [a secret](../enregistrements/EN-9.md),
[the web](https://example.org/), ![map](map.png) and ![far](https://example.org/spy.png).
<script>alert(1)</script>
"""

FILES: dict[str, str | bytes] = {
    "qm.yaml": SETTINGS.replace(
        "adopts:",
        "sites: [{id: north, devices: [CT-1, CT-2]}, {id: south}]\nadopts:",
    ),
    ".gitignore": "/out/\n",
    FIRST: procedure("PR-ACC-001", FIRST_TEXT, attachments="[{file: Sheet 1.xlsx}]"),
    SECOND: procedure(
        "PR-ACC-002", satisfies="[iso-9001-2015:7.5.3.1]", devices="[ct 2]", posts="[Clerk]"
    ).replace("Title of PR-ACC-002", "'\"</style><script> of PR-ACC-002'"),
    THIRD: procedure("PR-ACC-003", "Unrelated secret.\n"),
    f"{FOLDER}/map.png": PICTURE,
    f"{FOLDER}/Sheet 1.xlsx": SHEET,
    f"{FOLDER}/unrelated.xlsx": b"unrelated",
    f"{RECORDS}/RA-1.md": record(
        *("RA-1", "audit-report", "2025-02-03", "Old audit."), satisfies="[iso-9001-2015:9.2.2]"
    ),
    f"{RECORDS}/RA-2.md": record(
        *("RA-2", "audit-report", "2026-02-03", "New audit."),
        auditors="[mia]",
        assessed="[{requirement: iso-9001-2015:7.5.2, grade: major, closed: 2026-03-01}, "
        "{requirement: iso-9001-2015:7.5.3.1, grade: minor}, {requirement: iso-9001-2015:9.2.2}]",
    ),
    f"{RECORDS}/DE-1.md": record(
        *("DE-1", "external", "2025-06-01", "Letter of an inspection."),
        satisfies="[iso-9001-2015:7.5.2]",
    ),
    f"{RECORDS}/EN-1.md": record(
        *("EN-1", "record", "2026-02-20", "Answer to [the audit](RA-2.md).")
    ),
    f"{RECORDS}/EN-9.md": record(
        *("EN-9", "record", "2026-02-20", "Unrelated secret."), devices="[Unrelated secret]"
    ),
}


@pytest.fixture
@built_once
def handed(centre: Centre) -> Centre:
    """Return a centre with an audit file in `out`; of one document there is a draft since."""
    centre.commit(FILES)
    assert centre.qm("release", "--all", "-m", "first").code == 0
    assert centre.qm("revise", "PR-ACC-001").code == 0
    text = (centre.root / FIRST).read_text() + "\nSecret of the draft.\n"
    centre.commit({FIRST: text, f"{FOLDER}/Sheet 1.xlsx": b"PK of the draft"})
    assert centre.qm("dossier", "iso-9001-2015", "-o", "out").code == 0
    return centre


def page(centre: Centre, name: str) -> str:
    """Return a page of the audit file."""
    return (centre.root / "out" / name).read_text()


def names(folder: Path) -> list[str]:
    """Return the files of an audit file; the marker of the folder is none."""
    found = (one for one in folder.rglob("*") if one.is_file() and one.name != ".qm-output")
    return sorted(one.relative_to(folder).as_posix() for one in found)


class Seen(HTMLParser):
    """The ids, the links and the tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for key, value in attrs:
            if key == "id":
                self.ids.append(value or "")
            if key in ("href", "src"):
                self.links.append(value or "")
            assert not key.startswith("on")
            assert key != "style"


def test_it_holds_what_is_in_force_and_nothing_else(handed: Centre) -> None:
    assert names(handed.root / "out") == sorted(
        [
            "MANIFEST.sha256",
            "index.html",
            *("1-audits.html", "2-requirements.html", "3-processes.html", "4-devices.html"),
            *("5-posts.html", "6-master-list.html", "7-revisions.html", "8-gap.html"),
            "9-verification.html",
            *(f"documents/{name}.html" for name in ("DE-1", "EN-1", "RA-1", "RA-2")),
            *(f"documents/{name}.html" for name in ("PR-ACC-001", "PR-ACC-002")),
            "attachments/PR-ACC-001/Sheet-1.xlsx",
            "attachments/PR-ACC-001/map.png",
        ]
    )
    every = b"".join(one.read_bytes() for one in (handed.root / "out").rglob("*") if one.is_file())
    assert b"Unrelated secret" not in every
    assert b"of the draft" not in every


def test_what_a_crosswalk_lends_is_no_evidence_and_is_not_copied(handed: Centre) -> None:
    gap = handed.qm("gap", "nf-s99-300", "--format", "json")
    assert '"lent": "suggested"' in gap.out  # evidence for ISO 9001 that may serve here as well
    assert handed.qm("dossier", "nf-s99-300", "-o", "out").code == 0
    assert not [one for one in names(handed.root / "out") if "/" in one]


def test_the_attachments_are_those_of_the_version_in_force(handed: Centre) -> None:
    folder = handed.root / "out/attachments/PR-ACC-001"
    assert (folder / "map.png").read_bytes() == PICTURE
    assert (folder / "Sheet-1.xlsx").read_bytes() == SHEET
    shown = page(handed, "documents/PR-ACC-001.html")
    assert 'href="../attachments/PR-ACC-001/Sheet-1.xlsx">Sheet 1.xlsx</a>' in shown
    assert "digest" not in shown


def test_an_attachment_that_its_digest_does_not_bear_out_is_told(handed: Centre) -> None:
    assert handed.qm("release", "PR-ACC-001", "-m", "second").code == 0
    handed.commit({f"{FOLDER}/Sheet 1.xlsx": b"PK forged"})
    handed.qm("dossier", "iso-9001-2015", "-o", "out")
    assert "not the file whose digest the document holds" in page(
        handed, "documents/PR-ACC-001.html"
    )


def test_each_copy_carries_its_banner(handed: Centre) -> None:
    commit = handed.git("rev-parse", "release/PR-ACC-001/1.0^{commit}")[:10]
    day = handed.git("log", "-1", "--format=%cs", "release/PR-ACC-001/1.0").strip()
    shown = page(handed, "documents/PR-ACC-001.html")
    banner = (
        f"in force since {day} · commit {commit} · controlled copy of the audit file, frozen on"
    )
    assert "<p>PR-ACC-001 v1.0 – Title of PR-ACC-001</p>" in shown
    assert banner in shown
    assert 'content: "PR-ACC-001 v1.0 ' in shown  # on every printed sheet
    assert "record of 2026-02-20 · commit" in page(handed, "documents/EN-1.html")


def test_the_manifest_sums_every_file(handed: Centre) -> None:
    folder = handed.root / "out"
    lines = page(handed, "MANIFEST.sha256").splitlines()
    assert [line[66:] for line in lines] == [one for one in names(folder) if one[0] != "M"]
    for line in lines:
        assert hashlib.sha256((folder / line[66:]).read_bytes()).hexdigest() == line[:64]
    check = ["sha256sum", "--quiet", "-c", "MANIFEST.sha256"]
    assert subprocess.run(check, cwd=folder, capture_output=True, check=False).returncode == 0


def test_a_folder_and_an_archive_hold_the_same_and_always_the_same_bytes(handed: Centre) -> None:
    for name in ("one.zip", "two.zip"):
        done = handed.qm("dossier", "iso-9001-2015", "-o", name)
        assert (done.code, done.out) == (0, "")
        assert "not committed" not in done.err
    data = (handed.root / "one.zip").read_bytes()
    assert data == (handed.root / "two.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        inside = archive.namelist()
        top = inside[0].partition("/")[0]
        assert re.fullmatch(r"dossier-iso-9001-2015-\d{4}-\d\d-\d\d", top)
        assert inside == sorted(inside)
        found = {name.removeprefix(f"{top}/"): archive.read(name) for name in inside}
    folder = handed.root / "out"
    assert found == {name: (folder / name).read_bytes() for name in names(folder)}


def test_the_audits_come_first_with_findings_answers_and_proofs(handed: Centre) -> None:
    assert page(handed, "index.html").index("1-audits.html") < page(handed, "index.html").index(
        "2-requirements.html"
    )
    shown = page(handed, "1-audits.html")
    order = ("RA-2", "EN-1", "DE-1", "RA-1")  # the last audit, its answer, a letter, an old audit
    at = [shown.index(f"documents/{one}.html") for one in order]
    assert at == sorted(at)
    assert "New audit." in shown  # the last report is there whole
    assert "Old audit." not in shown
    rows = re.findall(r"<tr>.*?</tr>", shown, re.DOTALL)[1:]
    told = [re.sub(r"<[^>]*>|\s+", " ", row).split() for row in rows]
    assert [one[0] for one in told] == ["7.5.2", "7.5.3.1", "9.2.2"]
    assert told[0][-3:] == ["major", "nonconformity", "2026-03-01"]
    assert told[1][-2:] == ["not", "closed"]
    assert told[2][-3:] == ["nothing", "to", "report"]
    assert "Mia Author" in shown


def planned(identifier: str, kind: str, state: str, **keys: str) -> str:
    """Return the text of a record that came into *state* on its day."""
    history = f"[{{state: {state}, date: 2026-03-02}}]"
    return record(identifier, kind, "2026-03-02", "", status=state, history=history, **keys)


def test_an_audit_that_names_the_referential_is_there_with_answered_findings(
    handed: Centre,
) -> None:
    of_audit = {"audit": "AUD-1", "evidence_seen": "seen", "facts": "facts"}
    handed.commit(
        {
            f"{RECORDS}/AUD-1.md": planned(
                *("AUD-1", "audit", "reported"),
                referentials="[iso-9001-2015]",
                performed_on="2026-03-05",
                conclusion="A team at work",
            ),
            f"{RECORDS}/CST-1.md": planned(
                *("CST-1", "finding", "resolved"),
                **of_audit,
                **{"grade": "major", "requirement": "iso-9001-2015:7.5.2", "cause": "Old paper"},
                **{"actions": "[ACT-1]", "evidence": "[EN-2]", "resolved_on": "2026-03-02"},
            ),
            f"{RECORDS}/CST-2.md": planned(
                *("CST-2", "finding", "cause_analysed"),
                **of_audit,
                **{"grade": "minor", "requirement": "iso-9001-2015:7.5.3.1", "cause": "No time"},
            ),
            f"{RECORDS}/ACT-1.md": planned("ACT-1", "action", "accepted"),
            f"{RECORDS}/EN-2.md": record("EN-2", "record", "2026-03-02", "The new paper."),
        }
    )
    done = handed.qm("dossier", "iso-9001-2015", "-o", "out", "--on", "2026-04-01")
    assert done.code == 0, done.err
    shown = page(handed, "1-audits.html")
    order = ("2026-03-05", "A team at work", "documents/CST-1", "cause: Old paper", "ACT-1: ")
    order += ("documents/EN-2", "documents/CST-2", "cause: No time", "documents/RA-2")
    at = [shown.index(one) for one in order]
    assert at == sorted(at), order
    assert {"ACT-1.html", "CST-1.html", "CST-2.html", "EN-2.html"} <= {
        one.rpartition("/")[2] for one in names(handed.root / "out")
    }


def test_a_finding_that_is_closed_later_is_open_on_the_day(handed: Centre) -> None:
    assert handed.qm("dossier", "iso-9001-2015", "-o", "out", "--on", "2026-02-28").code == 0
    shown = page(handed, "1-audits.html")
    assert "2026-03-01" not in shown
    assert not (handed.root / "out/documents/PR-ACC-001.html").exists()  # released since


@pytest.mark.parametrize(
    ("name", "link"),
    [
        ("2-requirements.html", "documents/PR-ACC-001.html#u-purpose"),
        ("3-processes.html", "documents/PR-ACC-001.html"),
        ("4-devices.html", "documents/PR-ACC-002.html"),
        ("5-posts.html", "documents/PR-ACC-002.html"),
        ("6-master-list.html", "documents/PR-ACC-001.html"),
    ],
)
def test_every_index_leads_to_the_evidence(handed: Centre, name: str, link: str) -> None:
    assert link in Seen(page(handed, name)).links


def test_a_device_that_nothing_names_is_told(handed: Centre) -> None:
    shown = page(handed, "4-devices.html")
    assert "<h2>CT-2</h2>" in shown
    assert "CT-1" in shown[shown.index("Named by no document") :]
    assert "<h2>Clerk</h2>" in page(handed, "5-posts.html")
    assert "unrelated" not in page(handed, "6-master-list.html")
    assert "PR-ACC-003" in page(handed, "6-master-list.html")  # it is listed, and not copied


def test_the_revision_table_tells_each_version(handed: Centre) -> None:
    shown = page(handed, "7-revisions.html")
    row = re.search(r"PR-ACC-001.*?<tbody>(.*?)</tbody>", shown, re.DOTALL)
    assert row is not None
    commit = handed.git("rev-parse", "release/PR-ACC-001/1.0^{commit}")[:10]
    for words in ("1.0", "release", "Quality Manager", "first", commit):
        assert words in row[1]


def test_every_link_leads_somewhere_and_nothing_is_asked_of_the_network(handed: Centre) -> None:
    folder = handed.root / "out"
    pages = {
        one.relative_to(folder).as_posix(): Seen(one.read_text()) for one in folder.rglob("*.html")
    }
    for name, seen in pages.items():
        assert not seen.tags & {"script", "iframe", "object", "link", "form", "base"}
        assert len(seen.ids) == len(set(seen.ids))
        for link in seen.links:
            if link == "https://example.org/":
                continue  # a link that a person may follow: nothing is loaded
            path, _, anchor = link.partition("#")
            real = (folder / name).parent / unquote(path) if path else folder / name
            goal = real.resolve().relative_to(folder.resolve()).as_posix()
            assert (folder / goal).is_file(), link
            assert not anchor or unquote(anchor) in pages[goal].ids, link
    assert "spy.png" not in page(handed, "documents/PR-ACC-001.html")
    assert "EN-9" not in page(handed, "documents/PR-ACC-001.html")


def test_what_a_document_holds_is_text_on_every_page(handed: Centre) -> None:
    for one in (handed.root / "out").rglob("*.html"):
        text = one.read_text()
        assert text.count("</style>") == 1
        assert "<script" not in text
        assert "default-src 'none'" in text


def test_a_broken_history_is_shown_and_told_after_it_is_written(handed: Centre) -> None:
    handed.git("tag", "-d", "release/PR-ACC-002/1.0")
    done = handed.qm("dossier", "iso-9001-2015", "-o", "out")
    assert done.code == 6
    assert "the history does not hold (" in done.err
    assert "The history does not hold" in page(handed, "index.html")
    assert "PR-ACC-002" in page(handed, "9-verification.html")
    assert "broken: " in page(handed, "9-verification.html")


def test_a_sound_history_says_at_which_level(handed: Centre) -> None:
    assert "L0 consistent" in page(handed, "index.html")
    assert "2 releases" not in page(handed, "9-verification.html")
    assert "3 releases" in page(handed, "9-verification.html")


def test_what_is_not_committed_is_not_handed_over(handed: Centre) -> None:
    handed.write({f"{RECORDS}/EN-1.md": record("EN-1", "record", "2026-02-20", "Edited secret.")})
    done = handed.qm("dossier", "iso-9001-2015", "-o", "out")
    assert done.code == 0
    assert f"not committed: {RECORDS}/EN-1.md (1 in all)" in done.err
    assert "Edited secret." not in page(handed, "documents/EN-1.html")


def test_an_earlier_commit_gives_what_it_held(handed: Centre) -> None:
    first = handed.git("rev-list", "--max-parents=0", "HEAD").strip()
    assert handed.qm("dossier", "iso-9001-2015", "-o", "out", "--at", first).code == 0
    assert not (handed.root / "out/documents/PR-ACC-001.html").exists()
    assert first in page(handed, "index.html")


def test_a_site_gets_what_applies_there(handed: Centre) -> None:
    text = (handed.root / f"{RECORDS}/RA-1.md").read_text()
    handed.commit({f"{RECORDS}/RA-1.md": text.replace("kind:", "sites: [south]\nkind:")})
    assert handed.qm("dossier", "iso-9001-2015", "-o", "out", "--site", "north").code == 0
    assert not (handed.root / "out/documents/RA-1.html").exists()
    assert "<dd>north</dd>" in page(handed, "index.html")


def test_it_speaks_the_language_of_the_centre(handed: Centre) -> None:
    text = (handed.root / "qm.yaml").read_text().replace("language: en", "language: fr")
    handed.commit({"qm.yaml": text})
    assert handed.qm("dossier", "iso-9001-2015", "-o", "out").code == 0
    assert '<html lang="fr">' in page(handed, "documents/PR-ACC-001.html")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["iso-9001-2016"], 2, "iso-9001-2015"),
        (["iso-9001-2015", "--site", "nort"], 2, "Did you mean north?"),
        (["esr-esperanto", "--at", "nothing"], 2, "nothing"),
        (["euratom-2013-59"], 3, "there is no gap against euratom-2013-59"),
        (["iso-9001-2015", "-o", "processes"], 2, "processes"),
        (["iso-9001-2015", "-o", "."], 2, "name a folder"),
        (["iso-9001-2015", "-o", "none/file.zip"], 2, "there is no such folder"),
        (["iso-9001-2015", "-o", "file.pdf"], 2, "an archive named .zip"),
        (["iso-9001-2015", "-o", "-"], 2, "an archive named .zip"),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_is_written(
    handed: Centre, arguments: list[str], code: int, words: str
) -> None:
    before = handed.state()
    done = handed.qm("dossier", *arguments)
    assert (done.code, done.out) == (code, "")
    assert words in done.err
    assert handed.state() == before


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Façade n° 1.PDF", "Facade-n-1.PDF"),
        ("../../etc/passwd", "etc-passwd"),
        ("con.txt", "_con.txt"),
        (".htaccess", "htaccess"),
        ("日本", "file"),
        ("a" * 300 + ".pdf", "a" * 77 + ".pdf"),
    ],
)
def test_a_file_gets_a_name_that_every_system_can_write(name: str, plain: str) -> None:
    assert plain_name(name) == plain


def test_two_files_never_share_a_name() -> None:
    found = distinct({"a": "X.pdf", "b": "x.pdf", "c": "x-2.pdf", "d": "X"})
    assert len({one.lower() for one in found.values()}) == 4


def test_no_text_ends_the_style_of_a_page() -> None:
    assert css_text('a"}</style>\\\n') == "a\\22 \\7d \\3c \\2f style\\3e \\5c \\a "


def test_what_tells_who_a_patient_is_is_left_out_and_named(handed: Centre) -> None:
    number = "2 69 05 49 588 157 80"
    text = record("EN-1", "record", "2026-02-20", f"[RA-2](RA-2.md). NIR {number}.")
    handed.commit({f"{RECORDS}/EN-1.md": text})
    done = handed.qm("dossier", "iso-9001-2015", "-o", "out")
    assert done.code == 0
    assert "left out, because they tell who somebody is: EN-1" in done.err
    pages = (path.read_text() for path in (handed.root / "out").rglob("*.html"))
    assert not any(number in page for page in pages)
    assert "it tells who somebody is" in page(handed, "documents/EN-1.html")


ACTIVE = ("x.html", "x.HTM", "x.xhtml", "x.js", "x.svg", "x.xlsm", "x.hta", "x.mht", "x")


def test_a_file_that_may_run_when_it_is_opened_is_named_and_not_copied(handed: Centre) -> None:
    listed = ", ".join(f"{{file: {name}}}" for name in ACTIVE)
    links = " ".join(f"[link]({name})" for name in ACTIVE)
    text = record("EN-1", "record", "2026-02-20", f"{links} ![](y.svg) [y](y.svg) [a](RA-2.md)")
    files = {f"{RECORDS}/{name}": "<script>alert(1)</script>" for name in (*ACTIVE, "y.svg")}
    handed.commit({f"{RECORDS}/EN-1.md": text.replace("date:", f"attachments: [{listed}]\ndate:")})
    handed.commit(files)
    assert handed.qm("dossier", "iso-9001-2015", "-o", "out").code == 0
    folder = handed.root / "out/attachments/EN-1"
    assert [one.name for one in folder.iterdir()] == ["y.svg"], "a picture is shown, not opened"
    shown = page(handed, "documents/EN-1.html")
    why = "not copied: a file of this type may run when it is opened"
    assert shown.count(why) == len(ACTIVE)
    assert shown.count("y.svg") == 1
    assert '<img src="../attachments/EN-1/y.svg"' in shown
    assert not [one for one in Seen(shown).links if "/x" in one]


def test_a_title_that_tells_who_a_patient_is_is_on_no_page(handed: Centre) -> None:
    number = "2 69 05 49 588 157 80"
    for path, name in ((f"{RECORDS}/RA-2.md", "RA-2"), (THIRD, "PR-ACC-003")):
        text = (handed.root / path).read_text()
        handed.write({path: text.replace(f"Title of {name}", f"NIR {number}")})
    handed.commit()
    done = handed.qm("dossier", "iso-9001-2015", "-o", "out")
    assert "left out, because they tell who somebody is: RA-2; qm check" in done.err
    for file in (handed.root / "out").rglob("*"):
        assert not file.is_file() or number not in file.read_text(errors="replace"), file
    assert "it tells who somebody is" in page(handed, "1-audits.html")


def test_what_is_written_among_the_documents_is_told_and_counts_for_nothing(
    handed: Centre,
) -> None:
    before = handed.qm("gap", "iso-9001-2015", "--format", "json", "--at", "HEAD").out
    done = handed.qm("dossier", "iso-9001-2015")
    (archive,) = handed.root.glob("*.zip")
    told = f"{archive.name} lies among the documents, where Git would add it to a commit: move it"
    assert told in done.err
    assert f"add the line /{archive.name} to .gitignore" in done.err
    data = archive.read_bytes()
    assert "not committed" not in handed.qm("dossier", "iso-9001-2015").err
    assert archive.read_bytes() == data
    assert handed.qm("gap", "iso-9001-2015", "--format", "json", "--at", "HEAD").out == before
    handed.commit({".gitignore": f"/out/\n/{archive.name}\n"})
    assert "lies among" not in handed.qm("dossier", "iso-9001-2015").err
    assert "lies among" not in handed.qm("dossier", "iso-9001-2015", "-o", "out").err


@pytest.mark.parametrize("place", ["link/audit.zip", "link/audit", "link/inner/audit.zip"])
def test_nothing_is_written_behind_a_link(handed: Centre, tmp_path: Path, place: str) -> None:
    (tmp_path / "elsewhere/inner").mkdir(parents=True)
    (handed.root / "link").symlink_to(tmp_path / "elsewhere")
    done = handed.qm("dossier", "iso-9001-2015", "-o", place)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"qm: {handed.root}/link is a link; name the folder it leads to: ")
    assert done.err.count("\n") == 1
    assert [one.name for one in (tmp_path / "elsewhere").rglob("*")] == ["inner"]
