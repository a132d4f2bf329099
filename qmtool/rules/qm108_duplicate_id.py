"""Two documents never have the same id.

## Why
Links, evidence and releases name documents by their ids. With two documents of one id, nobody can
say which was approved. Two ids that differ by case only are one file on many machines.

## Bad
```markdown processes/accueil/applicables/PR-ACC-001.md
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---
```
```markdown processes/accueil/applicables/PR-ACC-001-urgences.md
---
id: PR-ACC-001
title: Accueil aux urgences
kind: procedure
---
```

## Good
```markdown processes/accueil/applicables/PR-ACC-001.md
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---
```
```markdown processes/accueil/applicables/PR-ACC-002-urgences.md
---
id: PR-ACC-002
title: Accueil aux urgences
kind: procedure
---
```

## How to fix
Give the newer document another id: `qm new` takes the next number that was never used.
"""

from collections.abc import Iterator, Sequence

from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.document import Document
from qmtool.model.project import Project
from qmtool.model.text import Text, listing, say

MAX_NAMED = 3
"""How many of the other documents a message names."""


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem at each of the documents that share an id, case ignored."""
    same: dict[str, list[Document]] = {}
    for document in project.documents:
        if document.identifier:
            same.setdefault(document.identifier.casefold(), []).append(document)
    for group in same.values():
        if len(group) > 1:
            for document in group:
                yield Problem(document.at("id"), _message(document, group))


def _message(document: Document, group: Sequence[Document]) -> Text:
    """Return what to say of *document*, one of the *group* that has its id."""
    others = [one for one in group[: MAX_NAMED + 1] if one is not document][:MAX_NAMED]
    paths = listing(
        one.path if one.identifier == document.identifier else f"{one.path} ({one.identifier})"
        for one in others
    )
    more = len(group) - 1 - len(others)
    if more:
        return say(
            "the id {document} is also that of {paths} and {more} more",
            document=document.name,
            paths=paths,
            more=more,
        )
    return say("the id {document} is also that of {paths}", document=document.name, paths=paths)


RULE = Rule(
    code="QM108",
    name="duplicate-id",
    severity=Severity.ERROR,
    check=check,
    fix=say("Give one of the documents another id."),
    doc=__doc__,
)
