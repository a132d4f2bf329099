"""An exclusion of `qm.yaml` names the person who approved it.

## Why
To exclude a requirement is a decision of the management, and an auditor asks who took it. Without a
name, or with one that nobody bears, a requirement is only left out.

## Bad
```yaml qm.yaml
qm: 1
language: en
people: [{id: rq1, roles: [rq]}]
processes: [{id: accueil, code: ACC, owner: rq1}]
adopts: [iso-9001-2015]
exclusions: [{requirement: iso-9001-2015:8.3, reason: "Rien n'est conçu ici."}]
```

## Good
```yaml qm.yaml
qm: 1
language: en
people: [{id: rq1, roles: [rq]}]
processes: [{id: accueil, code: ACC, owner: rq1}]
adopts: [iso-9001-2015]
exclusions: [{requirement: iso-9001-2015:8.3, reason: "Rien n'est conçu ici.", approved_by: rq1}]
```
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---
```

## How to fix
Add `approved_by:` with the id of one of the `people` of `qm.yaml`. Somebody who left stays in the
list, with the day until which the roles were held.
"""

from collections.abc import Iterator

from qmtool.model.advice import nearest
from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.scope import SETTINGS


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each exclusion that nobody approved, or nobody who is known."""
    people = [person.identifier for person in project.settings.policy.people]
    for one in project.settings.exclusions:
        requirement = f"{one.referential}:{one.requirement}"
        if not one.approved_by:
            message = say("the exclusion of {requirement} has no approver", requirement=requirement)
            yield Problem(Location(SETTINGS), message)
        elif one.approved_by not in people:
            message = say(
                "the exclusion of {requirement} is approved by {person}, who is not in qm.yaml",
                requirement=requirement,
                person=one.approved_by,
            )
            yield Problem(Location(SETTINGS), message, nearest(one.approved_by, people))


RULE = Rule(
    code="QM711",
    name="unapproved-exclusion",
    severity=Severity.WARNING,
    check=check,
    fix=say("Add approved_by: with the id of one of the people of qm.yaml."),
    doc=__doc__,
)
