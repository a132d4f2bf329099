"""A process has an owner who is still there.

## Why
The owner (*pilote*) answers for the process at the management review, and owns each of its
documents that names nobody else. When the owner leaves, nothing in the process has one.

## Bad
```yaml qm.yaml
qm: 1
language: en
people: [{id: rq1, roles: [rq]}, {id: leo, until: 2026-06-30}]
processes: [{id: accueil, code: ACC, owner: leo}]
```
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---
```

## Good
```yaml qm.yaml
qm: 1
language: en
people: [{id: rq1, roles: [rq]}, {id: leo, until: 2026-06-30}, {id: mia}]
processes: [{id: accueil, code: ACC, owner: mia}]
```
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---
```

## How to fix
Write `owner:` in the process with the id of one of the `people` of `qm.yaml` who is still there.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.scope import SETTINGS


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each process without owner, or whose owner has left."""
    for process in project.settings.processes:
        person = project.settings.policy.person(process.owner)
        if not process.owner:
            message = say("the process {process} has no owner", process=process.identifier)
            yield Problem(Location(SETTINGS), message)
        elif person is not None and person.until is not None and person.until < project.on:
            message = say(
                "the process {process} is owned by {person}, who left on {day}",
                process=process.identifier,
                person=person.identifier,
                day=person.until,
            )
            yield Problem(Location(SETTINGS), message)


RULE = Rule(
    code="QM705",
    name="process-without-owner",
    severity=Severity.WARNING,
    check=check,
    fix=say("Write owner: in the process, with the id of somebody who is still there."),
    doc=__doc__,
)
