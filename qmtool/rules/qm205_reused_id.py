"""An id that was released once never names another document.

## Why
Whoever holds a printed copy, or follows an old link, must find the document that was meant. A new
text under an old id would also inherit its releases.

## Bad
```text
PR-ACC-001 was released as 1.0 and deleted; a new document takes PR-ACC-001, without that history
```

## Good
```markdown
---
id: PR-ACC-002
title: Accueil des urgences
kind: procedure
---
```

## How to fix
Give the new document an id of its own: `qm new` takes the next number that was never used. If it is
the same document, put its history back (its tags `release/<id>/…` keep it).
"""

from collections.abc import Iterator, Sequence

from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.document import Document
from qmtool.model.project import Project
from qmtool.model.text import listing, say

MAX_NAMED = 4


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each document whose id was released with another history."""
    released = project.released
    for document in project.documents if released else ():
        versions = released.get(document.identifier)
        if versions and not _continues(document, versions):
            message = say(
                "{document} was released as {versions}, which its history does not know",
                document=document.name,
                versions=listing(versions[:MAX_NAMED]),
            )
            yield Problem(document.at("id"), message)


def _continues(document: Document, versions: Sequence[str]) -> bool:
    """Return whether the history of *document* has one of the released *versions*."""
    return any(row.version in versions for row in document.history)


RULE = Rule(
    code="QM205",
    name="reused-id",
    severity=Severity.ERROR,
    check=check,
    fix=say("Give the document an id that was never used: qm new proposes one."),
    doc=__doc__,
)
