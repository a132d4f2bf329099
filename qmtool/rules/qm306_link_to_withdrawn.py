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
---
```

## How to fix
Type `qm revise` for the document that links, and name the one that replaces the withdrawn
document.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.links import State, from_released


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each link from a released document to a withdrawn one."""
    for document, place, target in from_released(project, State.WITHDRAWN):
        message = say(
            "{document} links to {target}, which is withdrawn",
            document=document.name,
            target=target.name,
        )
        fix = say(
            "Type qm revise {document} and name what replaces {target}.",
            document=document.name,
            target=target.name,
        )
        yield Problem(place, message, fix)


RULE = Rule(
    code="QM306",
    name="link-to-withdrawn",
    severity=Severity.ERROR,
    check=check,
    fix=say("Revise the document and name what replaces the withdrawn one."),
    doc=__doc__,
)
