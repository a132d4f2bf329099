"""What proved a requirement has not expired.

## Why
A record proves for as long as the requirement says: an audit programme is proven by an audit of the
last twelve months, and a certificate until its last day. The day passes without a change of any
file, and is noticed when the auditor counts.

## Bad
```markdown processes/accueil/enregistrements/RA-20250310-K7QD.md
---
id: RA-20250310-K7QD
title: Audit interne de l'accueil
kind: audit-report
date: 2025-03-10
satisfies: [iso-9001-2015:9.2.2]
---
```

## Good
```markdown processes/accueil/enregistrements/RA-20250310-K7QD.md
---
id: RA-20250310-K7QD
title: Audit interne de l'accueil
kind: audit-report
date: 2025-03-10
satisfies: [iso-9001-2015:9.2.2]
---
```
```markdown processes/accueil/enregistrements/RA-20260609-H2VC.md
---
id: RA-20260609-H2VC
title: Audit interne de l'accueil
kind: audit-report
date: 2026-06-09
satisfies: [iso-9001-2015:9.2.2]
---
```

## How to fix
Do what the requirement asks for and keep the record of it; `qm gap` tells what else lacks a recent
proof. Only requirements of what `qm.yaml` adopts count, and not those that it excludes. Of a
certificate in `qm.yaml`, add the next one.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from qmtool.model.calendar import add_months
from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.document import Document
from qmtool.model.project import Project
from qmtool.model.referential import Referential
from qmtool.model.text import Text, listing, say
from qmtool.rules.scope import SETTINGS

if TYPE_CHECKING:
    from qmtool.model.assessment import View
    from qmtool.model.evidence import Evidence

MAX_NAMED = 3
"""How many requirements a message names."""


class _Lapse(NamedTuple):
    """A requirement that a record, at a place, was the last to prove, *until* a day.

    *sites* are those where that is so, none where it is so at every one.
    """

    location: Location
    document: str
    until: date
    requirement: str
    sites: tuple[str, ...] = ()


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each certificate that ended, and each record that proves no more."""
    yield from _certificates(project)
    found: dict[tuple[str, date, tuple[str, ...]], list[_Lapse]] = defaultdict(list)
    for one in _lapses(project):
        found[one.location.path, one.until, one.sites].append(one)
    for lapses in found.values():
        yield Problem(min(one.location for one in lapses), _message(lapses))


def _certificates(project: Project) -> Iterator[Problem]:
    """Yield a problem for each referential whose last certificate ended before the day."""
    ends: dict[str, date] = {}
    for one in project.settings.certificates:
        ends[one.referential] = max(one.until or date.max, ends.get(one.referential, date.min))
    for referential, until in ends.items():
        if until < project.on:
            message = say(
                "the certificate of {referential} ended on {day}",
                referential=referential,
                day=until,
            )
            yield Problem(Location(SETTINGS), message, say("Add the next certificate."))


def _lapses(project: Project) -> Iterator[_Lapse]:
    """Yield the requirements of what is adopted whose last proof expired before the day."""
    records = tuple(_last_proofs(project))
    if records:
        only = replace(project, documents=records)
        for name in dict.fromkeys(project.settings.adopts):
            if name in project.referentials:
                yield from _of_referential(only, project.referentials[name])


def _last_proofs(project: Project) -> Iterator[Document]:
    """Yield the records that may be the last to prove something.

    Of those that prove the same at the same sites, whichever is older proves nothing longer: most
    records of a long past need not be looked at.
    """
    newest: dict[object, list[Document]] = {}
    for document in project.documents:
        kind = project.kind_of(document) if document.declarations else None
        if kind is None or kind.controlled:
            continue
        day = None if document.measured or kind.dated else document.date
        if day is None or day > project.on or document.faults:
            yield document
            continue
        proves = document.kind, document.status, document.sites, document.declarations
        known = newest.setdefault(proves, [document])
        last = known[0].date
        if last is not None and day > last:
            newest[proves] = [document]
        elif day == last and document is not known[0]:
            known.append(document)
    for same in newest.values():
        yield from same


def _of_referential(project: Project, referential: Referential) -> Iterator[_Lapse]:
    """Yield what the documents of *project*, all of them records, prove no more."""
    # What the gap needs is not imported by a check that finds no record.
    from qmtool.model.assessment import Assessor, Status
    from qmtool.model.evidence import claims, fresh_months

    claimed = claims(project, referential)
    assessor = Assessor(project, referential, None, claimed)
    for identifier, requirement in referential.by_id.items():
        if identifier not in claimed:
            continue
        asked = (Status.READY, Status.PARTIAL, Status.OPEN)
        if not requirement.proven_by or assessor.assess(requirement).status not in asked:
            continue
        views = assessor.views(requirement)
        found: dict[tuple[Evidence, date], list[str]] = defaultdict(list)
        for site, last, day in _lapsed(views):
            until = add_months(day, fresh_months(requirement))
            found[last, until].append(site or "")
        for (last, until), sites in found.items():
            here = () if len(sites) == len(views) else tuple(sites)
            name = f"{referential.identifier}:{identifier}"
            yield _Lapse(Location(last.path, last.line), last.document, until, name, here)


def _lapsed(views: "Sequence[View]") -> "Iterator[tuple[str | None, Evidence, date]]":
    """Yield the sites of *views* where the last proof is too old, with that proof and its day.

    A site without any proof hides no lapse at another.
    """
    from qmtool.model.evidence import Fact

    for view in views:
        if view.proven is Fact.LAPSED:
            lapsed = [one for one in view.worths if one.proven is Fact.LAPSED]
            last = max(lapsed, key=lambda one: one.day or date.min)
            yield view.site, last.evidence, last.day or date.min


def _message(lapses: Sequence[_Lapse]) -> Text:
    """Return that the record of *lapses* was the last to prove their requirements."""
    more = len(lapses) - MAX_NAMED
    names = listing(one.requirement for one in lapses[:MAX_NAMED])
    values = {"document": lapses[0].document, "day": lapses[0].until, "requirements": names}
    if more > 0:
        found = say(
            "{document} was the last to prove {requirements} and {more} more, until {day}",
            more=more,
            **values,
        )
    else:
        found = say("{document} was the last to prove {requirements}, until {day}", **values)
    sites = lapses[0].sites
    return say("{sites}: {reason}", sites=listing(sites), reason=found) if sites else found


RULE = Rule(
    code="QM707",
    name="expired-evidence",
    severity=Severity.WARNING,
    check=check,
    fix=say("Do what the requirement asks for again, and keep the record of it."),
    doc=__doc__,
    every=True,
)
