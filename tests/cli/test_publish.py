"""`qm publish`: the pages of what is in force, and a browser that searches and opens them."""

import hashlib
import json
import os
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from qmtool.reports.site import ENGINE
from tests.conftest import SETTINGS, Centre, built_once, procedure

FOLDER = "processes/welcome/applicables"
PDF = b"%PDF-1.4 plan"
PNG = b"\x89PNG\r\n\x1a\n"
BODY = """\
## Préparation de la salle

See [the next one](PR-ACC-002.md#purpose), [a draft](PR-ACC-003.md), [the web](https://example.org)
and ![the room](room.png), [its plan](plan.pdf), [a script](x.html).
"""
MINISEARCH = "03c27931eb603af1d3358579e9885eafdb6a2f5fa9929557b3e77d7e99d06d03"
"""Of `dist/umd/index.js` in minisearch-7.2.0.tgz."""

DAY = "2099-01-01"
"""After every release of the tests: what they say does not depend on the day they run."""


def released(centre: Centre, *identifiers: str) -> None:
    """Release documents."""
    result = centre.qm("release", *identifiers, "--summary", "Why it changed")
    assert result.code == 0, result.err


@pytest.fixture
@built_once
def in_use(centre: Centre) -> Centre:
    """Return a system with two versions of a document, a form, a record, a draft and files."""
    text = procedure("PR-ACC-001", BODY).replace("Title of PR-ACC-001", "Échographie au lit")
    form = procedure("FO-ACC-001").replace("kind: procedure", "kind: form")
    record = "---\nid: CR-1\ntitle: Minutes\nkind: review\ndate: 2026-01-05\n---\n\nSaid.\n"
    gone = procedure("PR-ACC-009", "## Purpose\n\nOld text.\n")
    centre.commit(
        {
            "qm.yaml": SETTINGS,
            f"{FOLDER}/PR-ACC-001.md": text,
            f"{FOLDER}/PR-ACC-002.md": procedure("PR-ACC-002", attachments='[{file: "plan.pdf"}]'),
            f"{FOLDER}/PR-ACC-003.md": procedure("PR-ACC-003", "## Secret draft\n"),
            f"{FOLDER}/PR-ACC-009.md": gone,
            f"{FOLDER}/room.png": PNG,
            f"{FOLDER}/plan.pdf": PDF,
            f"{FOLDER}/x.html": "<script>alert(1)</script>",
            "processes/welcome/formulaires/FO-ACC-001.md": form,
            "processes/welcome/enregistrements/CR-1.md": record,
        }
    )
    released(centre, "PR-ACC-001", "PR-ACC-002", "PR-ACC-009", "FO-ACC-001")
    assert centre.qm("revise", "PR-ACC-001").code == 0
    path = centre.root / FOLDER / "PR-ACC-001.md"
    centre.commit({f"{FOLDER}/PR-ACC-001.md": path.read_text() + "\nSecond text.\n"})
    released(centre, "PR-ACC-001")
    assert centre.qm("withdraw", "PR-ACC-009", "--reason", "Not needed").code == 0
    return centre


class Page(HTMLParser):
    """What a reader finds in a page: its words, its links, and the files that it loads."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.words = ""
        self.links: list[str] = []
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()
        self.source = path.read_text(encoding="utf-8")
        self.feed(self.source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        assert not [name for name in found if name.startswith("on") or name == "style"]
        self.tags.add(tag)
        self.ids += [found["id"]] if "id" in found else []
        if tag == "a":
            self.links.append(found["href"])
        elif "src" in found or tag == "link":
            self.loads.append(found.get("src") or found["href"])

    def handle_data(self, data: str) -> None:
        self.words += data


def publish(centre: Centre, *options: str, to: str = "site") -> Path:
    """Publish in a folder beside the centre, and return that folder."""
    folder = centre.root.parent / to
    result = centre.qm("publish", str(folder), "--on", DAY, *options)
    assert result.code == 0, result.err
    return folder


def names(folder: Path) -> set[str]:
    """Return the files of *folder*, without the assets and the marker."""
    every = {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()}
    return {one for one in every if not one.startswith(("assets/", ".qm-output"))}


def test_what_is_in_force_is_published_and_drafts_never_are(in_use: Centre) -> None:
    before = in_use.state()
    site = publish(in_use)
    assert names(site) == {
        *("index.html", "documents.html", "processes/welcome.html"),
        *("documents/PR-ACC-001.html", "documents/PR-ACC-002.html"),
        *("documents/FO-ACC-001.html", "documents/CR-1.html"),
        *("archives/PR-ACC-001-v1.0.html", "archives/PR-ACC-009-v1.0.html"),
        *("files/PR-ACC-001/room.png", "files/PR-ACC-001/plan.pdf", "files/PR-ACC-002/plan.pdf"),
    }
    assert (site / "files/PR-ACC-001/room.png").read_bytes() == PNG
    assert not [one for one in site.rglob("*") if one.is_file() and b"Secret" in one.read_bytes()]
    assert in_use.state() == before


def test_a_page_says_its_version_since_when_and_that_a_print_is_uncontrolled(
    in_use: Centre,
) -> None:
    site = publish(in_use)
    today = re.search(r"effective: (\S+)", (in_use.root / FOLDER / "PR-ACC-001.md").read_text())
    assert today is not None
    page = Page(site / "documents/PR-ACC-001.html")
    for words in ("PR-ACC-001", "v2.0", today[1], "Quality Manager", "Second text.", "Next review"):
        assert words in page.words
    assert "Uncontrolled copy" in page.words
    assert (
        f'.published::after {{ content: "{DAY}"; }}'
        in (site / "assets/publication.css").read_text()
    )
    assert "<title>PR-ACC-001 v2.0 – Échographie au lit</title>" in page.source


def test_links_lead_to_published_pages_and_files_or_nowhere(in_use: Centre) -> None:
    site = publish(in_use)
    page = Page(site / "documents/PR-ACC-001.html")
    assert "../documents/PR-ACC-002.html#u-purpose" in page.links
    assert "../files/PR-ACC-001/plan.pdf" in page.links
    assert "../files/PR-ACC-001/room.png" in page.loads
    assert "https://example.org" in page.links
    assert "a draft" in page.words
    assert "a script" in page.words
    assert not [one for one in page.links if "PR-ACC-003" in one or "/x.html" in one]
    assert "../files/PR-ACC-002/plan.pdf" in Page(site / "documents/PR-ACC-002.html").links


def test_every_link_of_the_site_leads_somewhere_and_nothing_is_loaded_from_outside(
    in_use: Centre,
) -> None:
    site = publish(in_use)
    pages = {path: Page(path) for path in site.rglob("*.html")}
    for path, page in pages.items():
        assert len(page.ids) == len(set(page.ids))
        assert "default-src 'none'" in page.source
        assert "script-src 'self'" in page.source
        for link in [*page.links, *page.loads]:
            if link == "https://example.org":
                continue
            name, _, anchor = unquote(link).partition("#")
            target = (path.parent / name).resolve() if name else path
            assert target.is_file(), f"{path}: {link}"
            assert not anchor or anchor == "q=" or anchor in pages[target].ids


def test_a_process_has_its_four_folders(in_use: Centre) -> None:
    page = Page(publish(in_use) / "processes/welcome.html")
    assert "<h1>Welcome</h1>" in page.source
    parts = re.split(r"<h2", page.source)[1:]
    shown = {
        re.search(r">([A-Z][a-z ]+)", part)[1].strip(): re.findall(r'href="\.\./(.*?)"', part)  # type: ignore[index]
        for part in parts
    }
    assert shown == {
        "Applicable documents": ["documents/PR-ACC-001.html", "documents/PR-ACC-002.html"],
        "Forms": ["documents/FO-ACC-001.html"],
        "Records": ["documents/CR-1.html"],
        "Archives": ["archives/PR-ACC-001-v1.0.html", "archives/PR-ACC-009-v1.0.html"],
    }


def test_an_earlier_version_is_rebuilt_from_its_tag_and_says_that_it_is_obsolete(
    in_use: Centre,
) -> None:
    site = publish(in_use)
    old = Page(site / "archives/PR-ACC-001-v1.0.html")
    assert "<title>PR-ACC-001 v1.0 (Obsolete) – " in old.source
    assert "Obsolete Replaced by version 2.0" in old.words
    assert "Préparation" in old.words
    assert "Second text" not in old.words
    assert "../documents/PR-ACC-001.html" in old.links
    gone = Page(site / "archives/PR-ACC-009-v1.0.html")
    assert "Old text." in gone.words
    assert "Withdrawn on" in gone.words
    in_use.git("tag", "-d", "release/PR-ACC-001/1.0")
    publish(in_use)
    assert not (site / "archives/PR-ACC-001-v1.0.html").exists()
    assert "the text is not in this clone" in Page(site / "documents/PR-ACC-001.html").words


def test_the_version_in_force_on_the_day_is_the_one_that_is_published(in_use: Centre) -> None:
    path = in_use.root / FOLDER / "PR-ACC-002.md"
    assert in_use.qm("revise", "PR-ACC-002").code == 0
    in_use.commit({f"{FOLDER}/PR-ACC-002.md": path.read_text() + "\nLater text.\n"})
    done = in_use.qm("release", "PR-ACC-002", "--summary", "Later", "--effective", "2098-01-01")
    assert done.code == 0, done.err
    folder = in_use.root.parent / "early"
    assert in_use.qm("publish", str(folder), "--on", "2097-12-31").code == 0
    assert "v1.0" in Page(folder / "documents/PR-ACC-002.html").words
    assert "Later text" not in Page(folder / "documents/PR-ACC-002.html").words
    assert "Later text" in Page(publish(in_use) / "documents/PR-ACC-002.html").words
    before = publish(in_use, "--at", "release/PR-ACC-001/1.0", to="past")
    assert "Second text" not in Page(before / "documents/PR-ACC-001.html").words


def test_the_same_commit_day_and_language_give_the_same_bytes(
    in_use: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = publish(in_use)
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    two = publish(in_use, "--no-cache", to="two")
    assert names(one) == names(two)
    for path in one.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (two / path.relative_to(one)).read_bytes()
    assert 'lang="fr"' in Page(publish(in_use, "--language", "fr") / "index.html").source


def test_publishing_again_writes_only_what_says_something_else(in_use: Centre) -> None:
    site = publish(in_use)
    assert "0 files written, 0 removed" in in_use.qm("publish", str(site), "--on", DAY).out
    stamps = {path: path.stat().st_mtime_ns for path in site.rglob("*.html")}
    in_use.git("rm", "-q", "processes/welcome/enregistrements/CR-1.md")
    in_use.commit({"README.md": "Changed, and no document.\n"})
    publish(in_use)
    changed = {
        path.relative_to(site).as_posix()
        for path, stamp in stamps.items()
        if not path.exists() or path.stat().st_mtime_ns != stamp
    }
    assert changed == {
        *("documents/CR-1.html", "documents.html", "index.html", "processes/welcome.html"),
    }


def test_a_page_that_was_changed_by_hand_is_put_right(in_use: Centre) -> None:
    page = publish(in_use) / "documents/PR-ACC-001.html"
    before = page.read_bytes()
    page.write_bytes(before.replace(b"v2.0", b"v9.0"))
    publish(in_use)
    assert page.read_bytes() == before


def test_a_text_that_tells_who_a_patient_is_is_not_published(in_use: Centre) -> None:
    leak = "---\nid: CR-2\ntitle: Minutes\nkind: review\ndate: 2026-01-05\n---\n\n{}\n"
    text = leak.format("Patient IPP 8004512345, née le 12/03/1961")
    in_use.commit({"processes/welcome/enregistrements/CR-2.md": text})
    site = in_use.root.parent / "site"
    result = in_use.qm("publish", str(site), "--on", DAY)
    assert result.code == 0
    assert "not published, as the text may tell who somebody is: CR-2" in result.err
    assert not [one for one in site.rglob("*") if one.is_file() and b"CR-2" in one.read_bytes()]


def test_an_earlier_version_that_tells_of_a_person_shows_no_text(in_use: Centre) -> None:
    path = f"{FOLDER}/PR-ACC-004.md"
    in_use.commit({path: procedure("PR-ACC-004", "Mme Durand a reçu 2,1 mSv aux mains.\n")})
    released(in_use, "PR-ACC-004")
    assert in_use.qm("revise", "PR-ACC-004").code == 0
    text = (in_use.root / path).read_text()
    in_use.commit({path: text.replace("Mme Durand a reçu", "La dose est de")})
    released(in_use, "PR-ACC-004")
    site = publish(in_use)
    assert "La dose est de" in Page(site / "documents/PR-ACC-004.html").words
    old = Page(site / "archives/PR-ACC-004-v1.0.html").words
    assert "This text is not published" in old
    assert "Durand" not in old


def test_hostile_titles_and_texts_are_words(in_use: Centre) -> None:
    hostile = "</title><script>alert(1)</script> </script><img src=x onerror=alert(1)>"
    record = (
        f"---\nid: CR-3\ntitle: '{hostile}'\nkind: review\ndate: 2026-01-05\n---\n\n{hostile}\n"
    )
    in_use.commit({"processes/welcome/enregistrements/CR-3.md": record})
    site = publish(in_use)
    page = Page(site / "documents/CR-3.html")
    assert not page.tags & {"script", "img"}
    assert "<script>alert(1)</script>" in page.words
    assert "</script>" not in (site / "assets/documents.js").read_text()
    for path in site.rglob("*.html"):
        assert ("script" in Page(path).tags) == (path.name == "index.html")


def test_an_attachment_that_is_not_the_released_one_is_refused(in_use: Centre) -> None:
    in_use.git("tag", "-d", "release/PR-ACC-002/1.0")
    in_use.commit({f"{FOLDER}/plan.pdf": b"%PDF-1.4 other"})
    folder = in_use.root.parent / "site"
    result = in_use.qm("publish", str(folder), "--on", DAY)
    assert result.code == 4
    assert "plan.pdf is not the one that was released" in result.err
    assert not folder.exists()


def test_a_dry_run_and_a_refusal_write_nothing(in_use: Centre) -> None:
    before = in_use.state()
    folder = in_use.root.parent / "site"
    result = in_use.qm("publish", str(folder), "--dry-run")
    assert result.code == 0
    assert "files to write" in result.out
    assert not folder.exists()
    assert in_use.qm("publish", ".").code == 2
    assert in_use.qm("publish", ".git/site").code == 2
    assert in_use.qm("publish", "processes").code == 2
    assert in_use.qm("publish", str(folder), "--language", "de").code == 2
    assert in_use.state() == before


def test_a_repository_without_a_commit_is_told_what_it_lacks(centre: Centre) -> None:
    result = centre.qm("publish", str(centre.root.parent / "site"))
    assert result.code == 4
    assert "the repository has no commit yet" in result.err
    assert not (centre.root.parent / "site").exists()


def test_nothing_in_force_is_said(welcome: Centre) -> None:
    folder = welcome.root.parent / "site"
    result = welcome.qm("publish", str(folder))
    assert result.code == 0
    assert "no document is in force" in result.err
    assert names(folder) == {"index.html", "documents.html", "processes/welcome.html"}


# In a browser.


def browser() -> str:
    """Return a browser, or skip."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no chromium and no google-chrome on this machine to drive")
    return found


def seen(path: Path, folder: Path, query: str = "") -> str:
    """Return the document that a browser makes of the page at *path*."""
    done = subprocess.run(
        [
            *(browser(), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
            *("--disable-background-networking", "--virtual-time-budget=5000"),
            *(f"--user-data-dir={folder}", "--dump-dom", f"{path.as_uri()}{query}"),
        ],
        capture_output=True,
        timeout=60,
        check=True,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
    )
    return done.stdout.decode()


def test_a_title_is_found_without_its_accents_opened_and_its_version_seen(
    in_use: Centre, tmp_path: Path
) -> None:
    site = publish(in_use)
    page = seen(site / "index.html", tmp_path / "profile", "#q=echographie")
    results = re.search(r'<ul id="qm-results".*?</ul>', page, re.DOTALL)
    assert results is not None
    links = re.findall(r'href="(.*?)"', results[0])
    assert links == ["documents/PR-ACC-001.html"]
    assert "Échographie au lit" in results[0]
    assert "v2.0" in results[0]
    assert ">1 document found<" in page
    opened = seen(site / links[0], tmp_path / "profile")
    assert '<span class="version">v2.0</span>' in opened
    assert "Second text." in opened


def test_a_search_that_finds_more_than_it_shows_says_so(in_use: Centre, tmp_path: Path) -> None:
    record = "---\nid: CR-{0}\ntitle: Séance {0}\nkind: review\ndate: 2026-01-05\n---\n\nSaid.\n"
    folder = "processes/welcome/enregistrements"
    in_use.commit({f"{folder}/CR-{n}.md": record.format(n) for n in range(100, 151)})
    page = seen(publish(in_use) / "index.html", tmp_path / "profile", "#q=seance")
    assert ">51 documents found, of which the first 50 are shown: add a word.<" in page
    assert page.count('<li><a href="documents/CR-') == 50


def test_the_search_is_the_one_that_npm_publishes(in_use: Centre) -> None:
    site = publish(in_use)
    engine = (site / f"assets/{ENGINE}").read_bytes()
    assert hashlib.sha256(engine).hexdigest() == MINISEARCH
    assert "Permission is hereby granted" in next(site.glob("assets/*LICENSE*")).read_text()


def test_the_list_that_is_searched_holds_every_document_in_force(in_use: Centre) -> None:
    script = (publish(in_use) / "assets/documents.js").read_text()
    rows = json.loads(script.removeprefix("window.QM_DOCUMENTS = ").removesuffix(";\n"))
    assert [one["code"] for one in rows] == ["CR-1", "FO-ACC-001", "PR-ACC-001", "PR-ACC-002"]
    assert rows[2]["headings"] == "Préparation de la salle"
