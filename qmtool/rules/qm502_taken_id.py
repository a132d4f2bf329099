"""A new document takes an id that nobody else took meanwhile.

## Why
Two people write at the same time, and each takes the next free number. Git merges both files
without a word, since their names differ, and the id then means two documents.

## Bad
```markdown
---
id: PR-ACC-002
title: Accueil des urgences
kind: procedure
owner: mia
---
```
```yaml facts
taken: {PR-ACC-002: processes/accueil/applicables/PR-ACC-002 Sortie.md}
```

## Good
```markdown
---
id: PR-ACC-003
title: Accueil des urgences
kind: procedure
owner: mia
---
```
```yaml facts
taken: {PR-ACC-002: processes/accueil/applicables/PR-ACC-002 Sortie.md}
```

## How to fix
Give the newer document another id, before anybody cites it. `qm new` takes the next one that is
free in every branch it knows.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import say


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each document whose id others gave to another one."""
    for identifier, path in project.taken.items():
        document = project.by_id.get(identifier)
        if document is not None:
            message = say(
                "{document} is also the id of {path}, which came in since this change began",
                document=identifier,
                path=path,
            )
            yield Problem(document.at("id"), message)


RULE = Rule(
    code="QM502",
    name="taken-id",
    severity=Severity.ERROR,
    check=check,
    fix=say("Give this document another id, and name its file after it."),
    doc=__doc__,
    compares=True,
)
