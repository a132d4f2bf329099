"""Whoever a document names is one of the people of `qm.yaml`.

## Why
The owner is asked for the next review, and a review counts because somebody did it. A name that the
centre does not know reaches nobody.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
owner: miaa
---
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
owner: mia
---
```

## How to fix
Write the id of one of the `people` of `qm.yaml`, or add the person there. People who left stay in
the list, with `until:`.
"""

from collections.abc import Iterator

from qmtool.model.advice import nearest
from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.scope import SETTINGS


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each owner and reviewer who is not one of the people."""
    people = {person.identifier for person in project.settings.policy.people}
    for process in project.settings.processes:
        if process.owner and process.owner not in people:
            message = say(
                "the process {process} is owned by {person}, who is not one of the people of "
                "qm.yaml",
                process=process.identifier,
                person=process.owner,
            )
            yield Problem(Location(SETTINGS), message, nearest(process.owner, people))
    for document in project.documents:
        if document.owner and document.owner not in people:
            message = say(
                "{document} is owned by {person}, who is not one of the people of qm.yaml",
                document=document.name,
                person=document.owner,
            )
            yield Problem(document.at("owner"), message, nearest(document.owner, people))
        for row in document.history:
            if row.by and row.by not in people:
                message = say(
                    "{document} is reviewed by {person}, who is not one of the people of qm.yaml",
                    document=document.name,
                    person=row.by,
                )
                yield Problem(Location(document.path, row.line), message, nearest(row.by, people))


RULE = Rule(
    code="QM110",
    name="unknown-person",
    severity=Severity.ERROR,
    check=check,
    fix=say("Write the id of one of the people of qm.yaml, or add the person there."),
    doc=__doc__,
    needs_settings=True,
)
