"""The gap, worked out a second time by other code, from `formats.md` alone."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Centre

TODAY = "2027-01-15"
REQUIREMENTS = ("1.1", "1.2", "1.3")
GOOD_TO_BAD = ("yes", "lapsed", "draft", "no")
CLASSES = {"procedure": "PRO", "policy": "POL", "record": "REC", "audit-report": "AUD"}
HEAD = """\
id: demo
type: standard
title: {fr: Démonstration, en: Demonstration}
completeness: full
verified_on: 2026-12-01
source: made for a test
grades:
  - {id: major, label: {fr: majeur, en: major}, blocking: true}
  - {id: minor, label: {fr: mineur, en: minor}}
chapters: [one.yaml]
"""


@dataclass(frozen=True)
class Asked:
    """What a requirement asks for."""

    name: str
    described_by: Sequence[str]
    proven_by: Sequence[str]
    months: int | None
    confidence: str
    activities: Sequence[str]

    def yaml(self) -> str:
        applies = f", applies: {{activities: {list(self.activities)}}}" if self.activities else ""
        return (
            f'  - {{id: "{self.name}", parent: "1", title: {{fr: t, en: t}}, assessable: true, '
            f"described_by: {list(self.described_by)}, proven_by: {list(self.proven_by)}, "
            f"fresh_months: {self.months or 'null'}, confidence: {self.confidence}, source: t"
            f"{applies}}}\n"
        ).replace("'", "")


@dataclass(frozen=True)
class Paper:
    """A document as it is written."""

    number: int
    kind: str
    cites: Sequence[str]
    sites: Sequence[str]
    status: str
    effective: str
    review: str
    day: str
    auditors: Sequence[str]
    lines: Sequence[tuple[str, str, str]]

    @property
    def controlled(self) -> bool:
        return self.kind in ("procedure", "policy")

    def text(self) -> str:
        own = f"id: D-{self.number}\ntitle: T\nkind: {self.kind}\nprocess: welcome\n"
        if self.cites:
            own += "satisfies: [" + ", ".join(f'"demo:{one}"' for one in self.cites) + "]\n"
        if self.sites:
            own += f"sites: [{', '.join(self.sites)}]\n"
        if not self.controlled:
            own += f"date: {self.day}\n" if self.day else ""
            if self.kind == "audit-report":
                own += f"auditors: [{', '.join(self.auditors)}]\nassessed:\n" + "".join(
                    f'  - {{requirement: "demo:{name}"'
                    + (f", grade: {grade}" if grade else "")
                    + (f", closed: {closed}" if closed else "")
                    + "}\n"
                    for name, grade, closed in self.lines
                )
            return f"---\n{own}---\n\nText.\n"
        bare = f"---\n{own}---\n\nText.\n"
        digest = hashlib.sha256(bare.encode()).hexdigest()
        kept = f"status: {self.status}\n"
        if self.status in ("released", "withdrawn"):
            kept += f'version: "1.0"\neffective: {self.effective}\n'
            kept += f"next_review: {self.review}\n" if self.review else ""
            kept += (
                f'history:\n  - {{version: "1.0", date: 2026-03-01, effective: {self.effective}, '
                f'author: [ann], approver: [rq1], summary: First, digest: "sha256:{digest}"}}\n'
            )
        return f"---\n{own}{kept}---\n\nText.\n"


# The second reading: plain loops over what was written.


def months_after(day: str, months: int) -> str:
    year, month, number = (int(part) for part in day.split("-"))
    year, month = year + (month - 1 + months) // 12, (month - 1 + months) % 12 + 1
    while True:
        try:
            return date(year, month, number).isoformat()
        except ValueError:
            number -= 1


def cited(paper: Paper, name: str) -> bool:
    return any(one in (name, f"{name}a") for one in paper.cites)


def described(paper: Paper, asked: Asked) -> str:
    fits = not asked.described_by or CLASSES[paper.kind] in asked.described_by
    if (
        not fits
        or not cited(paper, asked.name)
        or (paper.controlled and paper.status == "withdrawn")
    ):
        return "no"
    if not paper.controlled:
        return "draft" if paper.day > TODAY else "yes"
    if paper.status != "released" or paper.effective > TODAY:
        return "draft"
    return "lapsed" if paper.review and paper.review < TODAY else "yes"


def proven(paper: Paper, asked: Asked) -> str:
    fits = not paper.controlled and CLASSES[paper.kind] in asked.proven_by
    if not fits or not cited(paper, asked.name):
        return "no"
    if not paper.day or paper.day > TODAY:
        return "draft"
    return "yes" if months_after(paper.day, asked.months or 12) >= TODAY else "lapsed"


def looked_at(papers: Sequence[Paper], name: str) -> list[tuple[Paper, str, str]]:
    """Return the audit lines about *name*, or about its chapter, oldest first."""
    found = [
        (paper, grade, closed)
        for paper in papers
        if paper.kind == "audit-report"
        for about, grade, closed in paper.lines
        if about in (name, "1")
    ]
    return sorted(found, key=lambda one: (one[0].day, one[0].number))


def who_wrote(papers: Sequence[Paper], asked: Asked) -> set[str]:
    """Return who wrote what describes it; the process has an owner where nobody is named."""
    found = set()
    for paper in papers:
        if described(paper, asked) != "no":
            is_released = paper.controlled and paper.status == "released"
            found.add("ann" if is_released else "rq1")
    return found


def verified(papers: Sequence[Paper], asked: Asked) -> str:
    authors = who_wrote(papers, asked)
    facts = ["no"]
    for paper, _, _ in looked_at(papers, asked.name):
        if not paper.day or paper.day > TODAY:
            facts.append("draft")
        elif set(paper.auditors) - authors:
            facts.append("yes" if months_after(paper.day, 12) >= TODAY else "lapsed")
    return min(facts, key=GOOD_TO_BAD.index)


def is_blocked(papers: Sequence[Paper], asked: Asked) -> bool:
    """Return whether a finding is open that nobody else looked at again on a later day."""
    authors = who_wrote(papers, asked)
    counted = [one for one in looked_at(papers, asked.name) if one[0].day and one[0].day <= TODAY]
    for paper, grade, closed in counted:
        if grade != "major" or (closed and closed <= TODAY):
            continue
        if not any(
            later.day > paper.day and found != "major" and set(later.auditors) - authors
            for later, found, _ in counted
        ):
            return True
    return False


def worst(facts: Sequence[str]) -> str:
    return max(facts, key=GOOD_TO_BAD.index)


def best(facts: Sequence[str]) -> str:
    return min([*facts, "no"], key=GOOD_TO_BAD.index)


def expected(
    asked: Asked, papers: Sequence[Paper], sites: dict[str, Sequence[str]], excluded: Sequence[str]
) -> dict[str, str]:
    concerned = [
        name
        for name, does in sites.items()
        if not asked.activities or not does or set(does) & set(asked.activities)
    ]
    if sites and not concerned:
        return {"status": "not-applicable"}
    if asked.name in excluded:
        return {"status": "excluded"}
    if asked.confidence == "low":
        return {"status": "to-verify"}
    seen = [[p for p in papers if not p.sites or site in p.sites] for site in concerned] or [papers]
    facts = {
        "described": worst([best([described(p, asked) for p in some]) for some in seen]),
        "proven": worst([best([proven(p, asked) for p in some]) for some in seen]),
        "verified": worst([verified(some, asked) for some in seen]),
    }
    if not asked.proven_by:
        facts["proven"] = "not-needed"
    needed = [facts["described"], *([facts["proven"]] if asked.proven_by else [])]
    status = "open"
    if "yes" in needed:
        status = "partial"
    if set(needed) == {"yes"} and not any(is_blocked(some, asked) for some in seen):
        status = "ready"
    return {**facts, "status": status}


ASKED = st.builds(
    Asked,
    name=st.just(""),
    described_by=st.sampled_from([[], ["PRO"], ["POL", "PRO"], ["REC"]]),
    proven_by=st.sampled_from([[], ["REC"], ["AUD", "REC"]]),
    months=st.sampled_from([None, 6, 24]),
    confidence=st.sampled_from(["high", "high", "medium", "low"]),
    activities=st.sampled_from([[], [], ["nm"]]),
)
PAPERS = st.builds(
    Paper,
    number=st.just(0),
    kind=st.sampled_from(["procedure", "policy", "record", "audit-report"]),
    cites=st.lists(st.sampled_from(["1.1", "1.2", "1.3", "1.1a"]), unique=True, max_size=3),
    sites=st.sampled_from([[], [], ["north"], ["north", "south"]]),
    status=st.sampled_from(["draft", "in-review", "released", "released", "released", "withdrawn"]),
    effective=st.sampled_from(["2026-03-02", "2026-03-02", "2027-01-15", "2027-02-01"]),
    review=st.sampled_from(["", "2026-12-31", "2027-01-15", "2028-01-01"]),
    day=st.sampled_from(["", "2024-08-31", "2026-01-15", "2026-12-01", "2027-01-15", "2027-02-01"]),
    auditors=st.sampled_from([["ann"], ["bob"], ["rq1"], ["ann", "bob"]]),
    lines=st.lists(
        st.tuples(
            st.sampled_from([*REQUIREMENTS, "1"]),
            st.sampled_from(["", "minor", "major"]),
            st.sampled_from(["", "", "2027-01-10", "2027-03-01"]),
        ),
        min_size=1,
        max_size=3,
    ),
)
SITES = st.sampled_from(
    [{}, {"north": []}, {"north": ["nm"], "south": ["ct"]}, {"north": ["ct"], "south": ["ct"]}]
)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    asked=st.tuples(ASKED, ASKED, ASKED),
    papers=st.lists(PAPERS, max_size=6),
    sites=SITES,
    excluded=st.sampled_from([[], [], ["1.2"]]),
)
def test_the_gap_is_what_other_code_makes_of_the_same_files(
    centre: Centre, asked: Any, papers: Any, sites: dict[str, list[str]], excluded: list[str]
) -> None:
    lines = [
        Asked(name, *list(vars(one).values())[1:])
        for name, one in zip(REQUIREMENTS, asked, strict=True)
    ]
    kept = [Paper(number, *list(vars(one).values())[1:]) for number, one in enumerate(papers, 1)]
    write(centre, lines, kept, sites, excluded)
    done = centre.qm("gap", "demo", "--format", "json", "--on", TODAY)
    assert done.code == 0, done.err
    told = {one["id"]: one for one in json.loads(done.out)["requirements"]}
    for one in lines:
        wanted = expected(one, kept, sites, excluded)
        found = told[f"demo:{one.name}"]
        assert {name: found[name] for name in wanted} == wanted, one


def write(
    centre: Centre,
    lines: Sequence[Asked],
    papers: Sequence[Paper],
    sites: dict[str, list[str]],
    excluded: Sequence[str],
) -> None:
    """Make these files the whole of the repository."""
    folder = centre.root / "processes/welcome"
    for path in folder.rglob("*.md"):
        path.unlink()
    people = "people: [{id: rq1, roles: [rq]}, {id: ann}, {id: bob}]\n"
    named = "".join(f"  - {{id: {one}, activities: {does}}}\n" for one, does in sites.items())
    out = "".join(
        f'  - {{requirement: "demo:{one}", reason: r, approved_by: rq1}}\n' for one in excluded
    )
    centre.write(
        {
            "qm.yaml": f"qm: 1\n{people}processes: [{{id: welcome, owner: rq1}}]\nadopts: [demo]\n"
            + (f"sites:\n{named}" if named else "").replace("'", "")
            + (f"exclusions:\n{out}" if out else ""),
            "referentials/demo/referential.yaml": HEAD,
            "referentials/demo/one.yaml": 'id: "1"\ntitle: {fr: c, en: c}\nrequirements:\n'
            + "".join(one.yaml() for one in lines),
            **{f"processes/welcome/applicables/D-{one.number}.md": one.text() for one in papers},
        }
    )
