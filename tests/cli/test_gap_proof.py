"""What must never make a requirement proven or ready, and never a percentage; tests that try."""

import json
import re
from datetime import date, timedelta
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from pypdf import PdfReader

from tests.conftest import Centre, procedure

FOLDER = "processes/welcome/applicables"
RECORDS = "processes/welcome/enregistrements"
ASKED = "iso-9001-2015:9.3.3"
YESTERDAY = (date.today() - timedelta(days=1)).isoformat()


def review(*more: str, cites: str = ASKED) -> str:
    """Return the text of a management review of yesterday that proves what it *cites*."""
    keys = [
        *("id: CR-1", "title: Review", "kind: review", f"date: {YESTERDAY}"),
        *(f'satisfies: ["{cites}"]', *more),
    ]
    return "---\n" + "".join(f"{key}\n" for key in keys) + "---\n\nDone.\n"


def requirement(centre: Centre, *arguments: str, wanted: str = ASKED) -> dict[str, Any]:
    """Return what `qm gap` tells of a requirement."""
    done = centre.qm("gap", wanted.partition(":")[0], "--format", "json", *arguments)
    assert done.code == 0, done.err
    (found,) = (one for one in json.loads(done.out)["requirements"] if one["id"] == wanted)
    return dict(found)


# A document whose front matter cannot be read.


def test_a_record_that_can_be_read_is_proof(welcome: Centre) -> None:
    welcome.commit({f"{RECORDS}/CR-1.md": review()})
    assert requirement(welcome)["proven"] == "yes"


@pytest.mark.parametrize(
    "text",
    [
        review("title: Review"),
        review("other: a: b"),
        review("other: &a [1]"),
        review("\tother: 1"),
        review().replace("---\n\nDone", "--- \n\nDone"),
        review().replace("---\n\nDone.", "..."),
        "\ufeff" + review(),
        review().encode("utf-16"),
        review().replace("Review", "R\u202eeview"),
        review().replace("Review", "Réunion").encode("latin-1"),
    ],
    ids=range(10),
)
@pytest.mark.parametrize("staged", [False, True])
def test_a_record_that_cannot_be_read_is_never_proof(
    welcome: Centre, text: str | bytes, staged: bool
) -> None:
    welcome.write({f"{RECORDS}/CR-1.md": text})
    codes = {
        one["code"]
        for one in json.loads(welcome.qm("check", "--format", "json").out)["diagnostics"]
    }
    assert codes & {"QM001", "QM003"}
    if staged:
        welcome.commit()
    found = requirement(welcome, *(["--at", "HEAD"] if staged else []))
    assert found["proven"] in ("no", "draft")
    assert found["described"] in ("no", "draft")
    assert found["status"] == "open"


def test_why_a_record_that_cannot_be_read_does_not_count_is_told(welcome: Centre) -> None:
    welcome.commit({f"{RECORDS}/CR-1.md": review("title: Review")})
    assert "CR-1 cannot be read whole; type qm check" in requirement(welcome)["reasons"]


def test_an_audit_that_cannot_be_read_verifies_nothing(welcome: Centre) -> None:
    keys = ["auditors: [mia]", f'assessed: [{{requirement: "{ASKED}"}}]']
    text = review(*keys).replace("kind: review", "kind: audit-report")
    welcome.commit({f"{RECORDS}/RA-1.md": text})
    assert requirement(welcome)["verified"] == "yes"
    welcome.commit({f"{RECORDS}/RA-1.md": text.replace("title: Review", "title: Re: view")})
    assert requirement(welcome)["verified"] in ("no", "draft")


def test_what_was_released_stays_in_force_while_the_file_at_hand_cannot_be_read(
    welcome: Centre,
) -> None:
    path = f"{FOLDER}/PR-ACC-003.md"
    welcome.commit({path: procedure("PR-ACC-003", satisfies="[iso-9001-2015:7.5.2]")})
    assert welcome.qm("release", "PR-ACC-003", "-m", "first").code == 0
    text = (welcome.root / path).read_text()
    welcome.commit({path: text.replace("status: released", "status: released\nstatus: released")})
    found = requirement(welcome, wanted="iso-9001-2015:7.5.2")
    assert found["described"] == "yes"
    assert next(one["version"] for one in found["evidence"]) == "1.0"


# A tag that somebody made by hand.


@pytest.mark.parametrize("annotated", [True, False])
@pytest.mark.parametrize("name", ["release/CR-1/1.0", "release/PR-ACC-003/1.0"])
def test_a_tag_alone_never_makes_a_requirement_proven(
    welcome: Centre, annotated: bool, name: str
) -> None:
    draft = procedure("PR-ACC-003", satisfies=f'["{ASKED}"]')
    undated = review().replace(f"date: {YESTERDAY}\n", "")
    welcome.commit({f"{FOLDER}/PR-ACC-003.md": draft, f"{RECORDS}/CR-1.md": undated})
    before = requirement(welcome)
    assert before["proven"] != "yes"
    welcome.git("tag", *(["-a", "-m", "Released by hand"] if annotated else []), name)
    assert requirement(welcome) == before
    assert requirement(welcome, "--at", name) == before


@pytest.mark.parametrize("annotated", [True, False])
def test_a_tag_and_a_front_matter_by_hand_prove_nothing(welcome: Centre, annotated: bool) -> None:
    row = f'{{version: "1.0", date: {YESTERDAY}, author: [mia], approver: [rq1], summary: s}}'
    text = procedure(
        "PR-ACC-003",
        satisfies=f'["{ASKED}"]',
        version='"1.0"',
        status="released",
        effective=YESTERDAY,
        history=f"[{row}]",
    )
    welcome.commit({f"{FOLDER}/PR-ACC-003.md": text})
    options = ["-a", "-m", "Released by hand"] if annotated else []
    welcome.git("tag", *options, "release/PR-ACC-003/1.0")
    done = welcome.qm("gap", "iso-9001-2015", "--format", "json")
    if done.code:
        assert (done.code, done.out) == (4, "")  # the tag holds no text of a release
        return
    assert requirement(welcome)["proven"] == "no"
    assert requirement(welcome)["status"] != "ready"


# A regulation that only crosswalks answer.


def test_a_regulation_with_only_crosswalk_evidence_is_never_ready(welcome: Centre) -> None:
    pairs = '  - {from: "%s", relation: %s, to: "%s", confidence: high, source: s}\n'
    relations = "".join(
        pairs % (cited, relation, asked)
        for cited, relation, asked in (
            ("7.5.2", "equal", "1"),
            ("9.3.3", "equal", "2"),
            ("9.3.3", "superset", "3"),
        )
    )
    lines = "".join(
        f'  - {{id: "{name}", title: {{fr: t, en: t}}, assessable: true, source: s, '
        f"described_by: {described}, proven_by: {proven}}}\n"
        for name, described, proven in (("1", "[]", "[]"), ("2", "[]", "[]"), ("3", "[]", "[REV]"))
    )
    welcome.commit(
        {
            "referentials/own-law/referential.yaml": "id: own-law\ntype: regulation\n"
            "mandatory: true\ntitle: {fr: Loi, en: Law}\ncompleteness: full\n"
            f"verified_on: {YESTERDAY}\nsource: s\nchapters: [one.yaml]\n",
            "referentials/own-law/one.yaml": "id: one\ntitle: {fr: t, en: t}\nrequirements:\n"
            + lines,
            "referentials/_crosswalks/iso-9001-2015--own-law.yaml": "from: iso-9001-2015\n"
            f"to: own-law\nrelations:\n{relations}",
            f"{FOLDER}/PR-ACC-003.md": procedure("PR-ACC-003", satisfies="[iso-9001-2015:7.5.2]"),
            f"{RECORDS}/CR-1.md": review(),
        }
    )
    assert welcome.qm("release", "PR-ACC-003", "-m", "first").code == 0
    assert requirement(welcome)["proven"] == "yes"
    value = json.loads(welcome.qm("gap", "own-law", "--format", "json").out)
    assert [one["status"] for one in value["requirements"]] == ["open"] * 3
    assert {one["described"] for one in value["requirements"]} == {"no"}
    assert any(one["lent"] for one in value["requirements"]), "the crosswalk was read"
    assert value["summary"]["ready"] == 0
    assert welcome.qm("gap", "own-law", "--fail-under", "1").code == 1


# A referential of which only a part is known.

FORMS = ("text", "html", "csv", "markdown", "json", "xlsx", "pdf")
SHARE = re.compile(r"\d[ \u00a0\u202f]?(%|percent|pour cent)|ready.share|[█▒░]|class=.bar")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_partial_referential_shows_no_percentage(
    welcome: Centre, form: str, language: str
) -> None:
    settings = (welcome.root / "qm.yaml").read_text()
    welcome.write({"qm.yaml": settings.replace("language: en", f"language: {language}")})
    assert not SHARE.search(told(welcome, "labelix", form))


@pytest.mark.parametrize("form", ["text", "html"])
def test_a_share_would_be_seen_where_one_is_shown(welcome: Centre, form: str) -> None:
    assert SHARE.search(told(welcome, "iso-9001-2015", form))


def told(centre: Centre, name: str, form: str) -> str:
    """Return all that a gap shows in a form, without the style of a page."""
    target = centre.root / f"gap.{form}"
    assert centre.qm("gap", name, "--format", form, "-o", target.name).code == 0
    if form == "pdf":
        return " ".join(page.extract_text() for page in PdfReader(target).pages)
    if form == "xlsx":
        book = openpyxl.load_workbook(target)
        return " ".join(str(one.value) for sheet in book for row in sheet for one in row)
    return re.sub(r"<style>.*?</style>", "", target.read_text(), flags=re.DOTALL)


def test_an_action_proves_that_there_is_an_action_plan(welcome: Centre) -> None:
    wanted = "asn-2019-dc-0660:10.f"
    assert requirement(welcome, wanted=wanted)["proven"] == "no"
    keys = f"id: ACT-1\ntitle: Act\nkind: action\ndate: {YESTERDAY}\nstatus: done\n"
    history = f"history: [{{state: done, date: {YESTERDAY}}}]\n"
    welcome.commit({f"{RECORDS}/ACT-1.md": f"---\n{keys}{history}---\n\nText.\n"})
    assert requirement(welcome, wanted=wanted)["proven"] == "yes"


def test_an_indicator_is_proof_of_the_last_period_that_was_measured(welcome: Centre) -> None:
    keys = "id: TB-1\ntitle: Requests\nkind: indicator\ndate: 2024-01-05\nstatus: active\n"
    cited = "period: month\nsatisfies: [iso-9001-2015:9.1.1]\n"
    rows = "period,value,comment\n2026-01,95,\n2026-03,94,\n2026-04,,none\n2026-05,96,\n"
    welcome.commit(
        {f"{RECORDS}/TB-1.md": f"---\n{keys}{cited}---\n\nText.\n", f"{RECORDS}/TB-1.csv": rows}
    )

    def proven(on: str) -> object:
        return requirement(welcome, "--on", on, wanted="iso-9001-2015:9.1.1")["proven"]

    assert [proven(on) for on in ("2026-02-01", "2026-05-30", "2026-08-31")] == ["yes"] * 3
    assert proven("2028-06-01") == "lapsed"
    welcome.commit({f"{RECORDS}/TB-1.csv": "period,value,comment\n2026-05,96,\n"})
    assert proven("2026-05-30") == "lapsed"  # of 2024: the period is not over yet
