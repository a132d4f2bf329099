"""A record is not dated in the future.

## Why
A record says what happened. Dated ahead by a slip of the year, it would count as fresh proof for
longer than it is.

## Bad
```markdown processes/accueil/enregistrements/EN-20990105-K7QD.md
---
id: EN-20990105-K7QD
title: Relevé des identités vérifiées
kind: record
date: 2099-01-05
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

## How to fix
Write the day on which it happened.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import say


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each record whose date has not come yet."""
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


RULE = Rule(
    code="QM115",
    name="future-date",
    severity=Severity.WARNING,
    check=check,
    fix=say("Write the day on which it happened."),
    doc=__doc__,
)
