"""`qm gap --why`: the chain of facts behind the status of one requirement."""

import json

import pytest

from tests.conftest import SETTINGS, Centre, procedure

PATH = "processes/welcome/applicables/PR-ACC-001.md"
AUDIT = """\
---
id: RA-20260309-ABCD
title: Internal audit
kind: audit-report
date: 2026-03-09
auditors: [mia]
assessed:
  - {requirement: "iso-9001-2015:7.5", grade: major}
---

Text.
"""


@pytest.fixture
def audited(welcome: Centre) -> Centre:
    """Return a centre whose draft answers 7.5.2, and an audit that found something there."""
    welcome.commit(
        {
            PATH: procedure("PR-ACC-001", satisfies='["iso-9001-2015:7.5.2"]'),
            "processes/welcome/enregistrements/RA-20260309-ABCD.md": AUDIT,
        }
    )
    return welcome


def why(centre: Centre, requirement: str, *options: str) -> list[str]:
    """Return what is said, step by step."""
    done = centre.qm(
        "gap",
        "iso-9001-2015",
        "--why",
        requirement,
        "--on",
        "2026-06-01",
        *options,
        "--format",
        "json",
    )
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert told["requirement"] == "iso-9001-2015:7.5.2"
    return [line for step in told["steps"] for line in (step["said"], *step["because"])]


@pytest.mark.parametrize("written", ["7.5.2", "iso-9001-2015:7.5.2", "7.5.2a"])
def test_it_tells_what_is_needed_what_is_there_and_what_follows(
    audited: Centre, written: str
) -> None:
    said = why(audited, written)
    assert said[1:] == [
        "needed: a document of class PRO, in force",
        "no record is needed",
        "What documents declare, on 2026-06-01:",
        f"PR-ACC-001, not in force or not dated ({PATH}:5)",
        "It is described only in what is not in force.",
        "It is verified: somebody who did not write this audited it, within the cycle.",
        "RA-20260309-ABCD of 2026-03-09, by mia: major nonconformity",
        "So it is open.",
        "open finding of RA-20260309-ABCD: major nonconformity",
        "PR-ACC-001 is a draft",
    ]


SITES = SETTINGS.replace("adopts:", "sites: [{id: north}, {id: south}]\nadopts:")
PROOF = """\
---
id: RA-1
title: Audit
kind: audit-report
date: 2026-03-09
satisfies: ["iso-9001-2015:9.2.2"]
sites: [north]
---

Text.
"""


def test_what_describes_it_nowhere_or_not_at_a_site_is_told_as_such(welcome: Centre) -> None:
    assert "It is not described: no document declares it." in why(welcome, "7.5.2")
    welcome.commit(
        {"qm.yaml": SITES, PATH: procedure("PR-ACC-001", satisfies='["iso-9001-2015:7.5.2"]')}
    )
    here = procedure("PR-ACC-001", satisfies='["iso-9001-2015:7.5.2"]', sites="[north]")
    welcome.commit({PATH: here})
    assert welcome.qm("release", "PR-ACC-001", "-m", "first").code == 0
    said = why(welcome, "7.5.2", "--on", "2099-01-01")
    assert "It is not described: none of these documents applies to south." in said
    welcome.commit({PATH: here.replace("procedure", "form")})
    said = why(welcome, "7.5.2", "--on", "2099-01-01", "--site", "north")
    assert "It is not described: none of these documents is of a class that fits." in said


def test_what_is_proven_at_another_site_only_is_told_as_such(welcome: Centre) -> None:
    welcome.commit({"qm.yaml": SITES, "processes/welcome/enregistrements/RA-1.md": PROOF})
    done = welcome.qm("gap", "iso-9001-2015", "--why", "9.2.2", "--on", "2026-06-01")
    assert "no record of a class that fits applies to south" in " ".join(done.out.split())


def test_the_status_is_that_of_the_gap(audited: Centre) -> None:
    assert audited.qm("release", "PR-ACC-001", "-m", "first").code == 0
    said = why(audited, "7.5.2", "--on", "2027-01-01")
    assert "So it is partial." in said
    text = audited.qm("gap", "iso-9001-2015", "--why", "7.5.2", "--on", "2027-01-01").out
    assert "So it is partial." in text
    assert "Self-assessment" in text


@pytest.mark.parametrize(
    ("written", "advice"),
    [("7.5", "Ask for one of: 7.5.1, 7.5.2"), ("7.5.22", "7.5.2"), ("x", "qm ref show")],
)
def test_what_is_no_requirement_is_refused_with_what_is(
    welcome: Centre, written: str, advice: str
) -> None:
    done = welcome.qm("gap", "iso-9001-2015", "--why", written)
    assert (done.code, done.out) == (2, "")
    assert advice in done.err


def test_it_goes_with_no_other_report(welcome: Centre) -> None:
    done = welcome.qm("gap", "iso-9001-2015", "--why", "7.5.2", "--since", "HEAD")
    assert done.code == 2
    assert "--why and --since exclude each other" in done.err


def test_what_the_kind_declares_already_is_told_once(welcome: Centre) -> None:
    text = PROOF.replace("kind: audit-report", "kind: audit\nstatus: reported")
    welcome.commit({"qm.yaml": SITES, "processes/welcome/enregistrements/RA-1.md": text})
    done = welcome.qm("gap", "iso-9001-2015", "--why", "9.2.2", "--on", "2026-06-01")
    assert done.out.count("RA-1, ") == 1
