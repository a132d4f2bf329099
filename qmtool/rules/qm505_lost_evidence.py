"""No requirement loses the last document that answers it.

## Why
A paragraph is moved, a mark is deleted, a document is withdrawn: nobody sees that it was the only
answer to a requirement, until the auditor asks for it.

## Bad
```markdown base
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
owner: mia
satisfies: [iso-9001-2015:7.5.2]
---

Le patient est accueilli.
```
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
owner: mia
---

Le patient est accueilli.
```

## Good
```markdown base
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
owner: mia
satisfies: [iso-9001-2015:7.5.2]
---

Le patient est accueilli.
```
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
owner: mia
---

Le patient est accueilli.
```
```markdown
---
id: PR-ACC-002
title: Documents
kind: procedure
owner: mia
satisfies: [iso-9001-2015:7.5.2]
---

Le patient est accueilli.
```

## How to fix
Name the requirement in the document that answers it now. If none does, `qm gap` counts it as open.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.document import Declaration, Document
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.changes import pairs
from qmtool.rules.scope import WITHDRAWN

Requirement = tuple[str, str]
UNREAD = frozenset({"unreadable-file", "unread-file", "unreadable-front-matter"})


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each requirement of what is adopted that nothing answers any more."""
    if project.base is None:
        return
    answered = {_meant(one) for document in project.documents for one in _answers(document)}
    told: set[Requirement] = set()
    for before, now in pairs(project):
        same = project.by_path.get(before.path)
        if same is not None and any(fault.rule in UNREAD for fault in same.faults):
            continue  # nobody knows what it answers before it can be read
        for declaration in _answers(before):
            lost = _meant(declaration)
            if lost in answered or lost in told or lost[0] not in project.settings.adopts:
                continue
            told.add(lost)
            message = say(
                "nothing answers {referential}:{requirement} any more; {document} did",
                referential=lost[0],
                requirement=lost[1],
                document=before.name,
            )
            yield Problem(now.at("satisfies") if now else Location(before.path), message)


def _answers(document: Document) -> tuple[Declaration, ...]:
    """Return what *document* declares to answer, nothing once it is withdrawn."""
    return () if document.status == WITHDRAWN else document.declarations


def _meant(declaration: Declaration) -> Requirement:
    return declaration.referential, declaration.requirement


RULE = Rule(
    code="QM505",
    name="lost-evidence",
    severity=Severity.WARNING,
    check=check,
    fix=say("Name the requirement in the document that answers it now."),
    doc=__doc__,
    compares=True,
)
