"""A released document names documents that have been released too.

## Why
Staff who follow the link find a text that nobody approved yet. This is only a warning: documents
that name each other must be released one after the other.

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
status: draft
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

Voir [les urgences](PR-ACC-002.md).
```
```markdown
---
id: PR-ACC-002
title: Accueil des urgences
kind: procedure
status: released
version: "1.0"
effective: 2026-03-02
next_review: 2028-03-02
history:
  - {version: "1.0", date: 2026-03-02, approver: [rq1], digest: "sha256:…"}
---
```

## How to fix
Release the other document. A draft of a *next* version is no problem: the released one stays in
force.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.links import State, from_controlled


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each link from a released document to one never released."""
    for document, place, target in from_controlled(project, State.DRAFT):
        message = say(
            "{document} links to {target}, which was never released",
            document=document.name,
            target=target.name,
        )
        yield Problem(place, message, say("Release {target}.", target=target.name))


RULE = Rule(
    code="QM307",
    name="link-to-draft",
    severity=Severity.WARNING,
    check=check,
    fix=say("Release the document that the link leads to."),
    doc=__doc__,
)
