"""A released document sends nobody to a withdrawn one.

## Why
A withdrawn document must not be followed any more. A link from a document in force says the
contrary.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
status: released
version: "1.0"
effective: 2026-03-02
next_review: 2028-03-02
history:
  - {version: "1.0", date: 2026-03-02, approver: [rq1], digest: "sha256:…"}
---

Voir [les urgences](PR-ACC-002.md).
```
```markdown
---
id: PR-ACC-002
title: Accueil des urgences
kind: procedure
status: withdrawn
version: "1.0"
effective: 2024-03-02
history:
  - {version: "1.0", date: 2024-03-02, approver: [rq1], digest: "sha256:…"}
  - {withdrawn: 2026-06-01, by: rq1, reason: "…"}
---
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
status: released
version: "1.0"
effective: 2026-03-02
next_review: 2028-03-02
history:
  - {version: "1.0", date: 2026-03-02, approver: [rq1], digest: "sha256:…"}
---

Les urgences sont accueillies à part.
```
```markdown
---
id: PR-ACC-002
title: Accueil des urgences
kind: procedure
status: withdrawn
version: "1.0"
effective: 2024-03-02
history:
  - {version: "1.0", date: 2024-03-02, approver: [rq1], digest: "sha256:…"}
  - {withdrawn: 2026-06-01, by: rq1, reason: "…"}
---
```

## How to fix
Type `qm revise` for the document that links, and name the one that replaces the withdrawn
document. A withdrawal moves the file to the archive, so that a link by its former path is also
reported in a draft, where it would lead nowhere. A record keeps the link that it had: it says what
was followed on its day.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.document import Document
from qmtool.model.project import Project
from qmtool.model.text import Text, say
from qmtool.rules.links import State, from_controlled
from qmtool.rules.scope import RELEASED


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each link to a withdrawn document that must no longer be there."""
    for document, place, target in from_controlled(project, State.WITHDRAWN):
        message = say(
            "{document} links to {target}, which is withdrawn",
            document=document.name,
            target=target.name,
        )
        yield Problem(place, message, _advice(document, target))


def _advice(document: Document, target: Document) -> Text:
    """Return what to write in *document* in place of the withdrawn *target*."""
    rows = (row for row in reversed(target.history) if row.withdrawn)
    successor = next((row.successor for row in rows), "")
    values = {"document": document.name, "target": target.name, "successor": successor}
    if successor == document.identifier:
        return say(
            "Take the link away (qm revise {document}): it replaces {target} itself.", **values
        )
    if document.status != RELEASED:
        if successor:
            return say("Name {successor}, which replaces {target}.", **values)
        return say("Name what replaces {target}, or take the link away.", **values)
    if successor:
        return say(
            "Type qm revise {document} and name {successor}, which replaces {target}.", **values
        )
    return say("Type qm revise {document} and name what replaces {target}.", **values)


RULE = Rule(
    code="QM306",
    name="link-to-withdrawn",
    severity=Severity.ERROR,
    check=check,
    fix=say("Revise the document and name what replaces the withdrawn one."),
    doc=__doc__,
)
