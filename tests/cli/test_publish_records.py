"""`qm publish` tells of a record what its front matter holds, in words."""

import pytest

from tests.cli.test_register_words import SITES, event
from tests.conftest import Centre

FOLDER = "processes/welcome/enregistrements"
ACTION = """\
---
id: ACT-1
title: Paint a mark
kind: action
date: 2026-01-07
origin: EVT-1
status: effective
---

Text.
"""
REPORT = """\
---
id: RA-1
title: Self-assessment
kind: audit-report
date: 2026-01-09
auditors: [mia]
assessed:
  - {requirement: "iso-9001-2015:8.7.1", grade: minor, site: sud}
  - {requirement: "iso-9001-2015:8.7.2"}
---

Text.
"""


@pytest.fixture
def centre(welcome: Centre) -> Centre:
    """Return a centre with an event, an action that comes of it, and an audit report."""
    more = "sites: [sud]\nseverity: 3\nvigilance: none\nactions: [ACT-1, ACT-9]\n"
    files = event("EVT-1", "Wrong side", more=more)
    files |= {f"{FOLDER}/action/ACT-1.md": ACTION, f"{FOLDER}/RA-1.md": REPORT}
    welcome.commit({"qm.yaml": SITES, **files})
    return welcome


def published(centre: Centre, name: str) -> str:
    """Publish, and return the page of the document *name*, "" without one."""
    folder = centre.root.parent / "site"
    done = centre.qm("publish", "-o", str(folder), "--on", "2026-03-01")
    assert done.code == 0, done.err
    page = folder / f"documents/{name}.html"
    return page.read_text() if page.exists() else ""


def test_the_page_of_an_entry_tells_its_state_its_fields_its_steps_and_its_links(
    centre: Centre,
) -> None:
    page = published(centre, "EVT-1")
    assert '<span class="badge b-record">recorded</span>' in page
    assert "<dt>Sites</dt><dd>South</dd>" in page
    assert "<dt>Vigilance</dt><dd>none</dd>" in page
    assert "<dt>Place</dt>" not in page
    assert "<b>2026-01-06</b> " in page
    assert "Told by phone" in page
    assert "Quality Manager" not in page.partition("Steps")[2]
    assert '<a href="../documents/ACT-1.html"><b>ACT-1 Paint a mark</b>' in page
    assert '<span class="row"><b>ACT-9</b>' in page
    assert "../documents/EVT-1.html" in published(centre, "ACT-1")


def test_the_page_of_an_audit_tells_what_was_looked_at_and_by_whom(centre: Centre) -> None:
    page = published(centre, "RA-1")
    assert "<dt>Auditors</dt><dd>Mia Author</dd>" in page
    assert "South · minor" in page
    assert "nothing to report" in page


@pytest.mark.parametrize("key", ["place: {}\n", "lesson: {}\n"])
def test_an_entry_whose_fields_tell_of_a_patient_is_not_published(centre: Centre, key: str) -> None:
    number = "2 55 08 14 168 025 38"
    files = event("EVT-1", "Wrong side", more=key.format(f'"NIR {number}"'))
    centre.commit(files)
    assert published(centre, "EVT-1") == ""
    assert number not in published(centre, "ACT-1")
    assert "Wrong side" not in published(centre, "ACT-1")


def test_a_folder_is_named_once(centre: Centre) -> None:
    done = centre.qm("publish", "a", "-o", "b")
    assert (done.code, done.out) == (2, "")
    assert centre.qm("publish").code == 2
