"""The owner of a document is still there.

## Why
The owner is asked for the next review. A document whose owner has left waits for a review that
nobody was asked for, and the centre finds out on the eve of the audit.

## Bad
```yaml qm.yaml
qm: 1
language: en
people: [{id: rq1, roles: [rq]}, {id: leo, until: 2026-06-30}]
processes: [{id: accueil, code: ACC, owner: rq1}]
```
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
owner: leo
---
```

## Good
```yaml qm.yaml
qm: 1
language: en
people: [{id: rq1, roles: [rq]}, {id: leo, until: 2026-06-30}]
processes: [{id: accueil, code: ACC, owner: rq1}]
```
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
owner: rq1
---
```

## How to fix
Name another owner, or take `owner:` out if the owner of the process is to answer for it. In a
released document that is a new version: type `qm revise` first. A record keeps the owner it had.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.scope import WITHDRAWN, controlled


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each controlled document that somebody owns who has left."""
    left = {
        one.identifier: one.until
        for one in project.settings.policy.people
        if one.until is not None and one.until < project.on
    }
    for document in controlled(project) if left else ():
        if document.owner in left and document.status != WITHDRAWN:
            message = say(
                "{document} is owned by {person}, who left on {day}",
                document=document.name,
                person=document.owner,
                day=left[document.owner],
            )
            yield Problem(document.at("owner"), message)


RULE = Rule(
    code="QM706",
    name="departed-owner",
    severity=Severity.WARNING,
    check=check,
    fix=say("Name an owner who is still there, or leave it to the owner of the process."),
    doc=__doc__,
)
