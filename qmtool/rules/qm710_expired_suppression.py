"""A mark that allows something is taken out, or decided again, when its day has passed.

## Why
An exception has a last day so that somebody looks again. After it the rule speaks as if there were
no mark; whoever reads the document still sees that it is allowed.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

<!-- qm: allow broken-link until=2026-06-30 by=rq1 reason="le formulaire arrive" -->

Le patient est accueilli.
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

<!-- qm: allow broken-link until=2027-01-01 by=rq1 reason="le formulaire arrive" -->

Le patient remplit [le formulaire](FO-ACC-001.md).
```

## How to fix
Mend what the rule says and take the mark out. If it is still to be allowed, write a later day, by
whom and why; that is a new decision.
"""

from collections.abc import Iterator

from qmtool.model.advice import short
from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import say


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each suppression whose last day has passed."""
    for document in project.documents:
        for mark in document.suppressions:
            if mark.until is not None and mark.until < project.on:
                message = say(
                    "{document} allowed {rule} until {day}",
                    document=document.name,
                    rule=short(mark.rule),
                    day=mark.until,
                )
                yield Problem(Location(document.path, mark.line, mark.column), message)


RULE = Rule(
    code="QM710",
    name="expired-suppression",
    severity=Severity.INFO,
    check=check,
    fix=say("Mend what the rule says and take the mark out, or decide again until a later day."),
    doc=__doc__,
)
