"""A record is not dated in the future, nor after the closing of what it found.

## Why
A record says what happened. Dated ahead by a slip of the year, it would count as fresh proof for
longer than it is. A finding closed before the audit that made it, or on a day to come, is the same
slip of the pen, and an auditor stops believing the other dates.

## Bad
```markdown processes/accueil/enregistrements/EN-20990105-K7QD.md
---
id: EN-20990105-K7QD
title: Relevé des identités vérifiées
kind: record
date: 2099-01-05
---
```
```markdown processes/accueil/enregistrements/RA-20260609-H2VC.md
---
id: RA-20260609-H2VC
title: Audit interne de l'accueil
kind: audit-report
date: 2026-06-09
auditors: [rq2]
assessed:
  - {requirement: "iso-9001-2015:7.5.2", grade: minor, closed: 2025-07-01}
---
```

## Good
```markdown processes/accueil/enregistrements/EN-20260105-K7QD.md
---
id: EN-20260105-K7QD
title: Relevé des identités vérifiées
kind: record
date: 2026-01-05
---
```
```markdown processes/accueil/enregistrements/RA-20260609-H2VC.md
---
id: RA-20260609-H2VC
title: Audit interne de l'accueil
kind: audit-report
date: 2026-06-09
auditors: [rq2]
assessed:
  - {requirement: "iso-9001-2015:7.5.2", grade: minor, closed: 2026-07-01}
---
```

## How to fix
Write the day on which it happened. Until a finding is answered, it has no `closed:`.
"""

from collections.abc import Iterator
from datetime import date

from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.document import Assessed, Document
from qmtool.model.project import Project
from qmtool.model.text import Text, say


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each record of a day to come, and each finding closed on a wrong day."""
    records = {name for name, kind in project.kinds.items() if not kind.controlled}
    for document in project.documents:
        day = document.date
        if day is not None and day > project.on and document.kind in records:
            message = say(
                "{document} is dated {date}, after {today}",
                document=document.name,
                date=day,
                today=project.on,
            )
            yield Problem(document.at("date"), message)
        for line in document.assessed:
            told = _closing(document, line, project.on)
            if told is not None:
                yield Problem(Location(document.path, line.line, line.column), told)


def _closing(document: Document, line: Assessed, today: date) -> Text | None:
    """Return why a finding of *document* cannot have been closed on the day it names, or None."""
    if line.closed is None:
        return None
    if line.closed > today:
        return say(
            "{document} closes the finding on {requirement} on {date}, after {today}",
            document=document.name,
            requirement=f"{line.referential}:{line.requirement}",
            date=line.closed,
            today=today,
        )
    if document.date is not None and line.closed < document.date:
        return say(
            "{document} closes the finding on {requirement} on {date}, before its own date, {day}",
            document=document.name,
            requirement=f"{line.referential}:{line.requirement}",
            date=line.closed,
            day=document.date,
        )
    return None


RULE = Rule(
    code="QM115",
    name="future-date",
    severity=Severity.WARNING,
    check=check,
    fix=say("Write the day on which it happened."),
    doc=__doc__,
)
