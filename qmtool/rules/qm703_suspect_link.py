"""A released document was read again since what it links to has changed.

## Why
A protocol sends the reader to the procedure on identity; the procedure changes from two questions
to three; the protocol still says two. Nobody looked, as nobody knew that there was something to
look at. A link to a document that has had another version since the last look is *suspect* until
somebody confirms the text around it.

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

L'identité est vérifiée par [deux questions](PR-ACC-002.md).
```
```markdown
---
id: PR-ACC-002
title: Identitovigilance
kind: procedure
status: released
version: "2.0"
effective: 2026-06-01
next_review: 2028-06-01
history:
  - {version: "1.0", date: 2024-06-01, approver: [rq1], digest: "sha256:0"}
  - {version: "2.0", date: 2026-06-01, approver: [rq1], digest: "sha256:…"}
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
  - {reviewed: 2026-06-15, by: mia}
---

L'identité est vérifiée par [deux questions](PR-ACC-002.md).
```
```markdown
---
id: PR-ACC-002
title: Identitovigilance
kind: procedure
status: released
version: "2.0"
effective: 2026-06-01
next_review: 2028-06-01
history:
  - {version: "1.0", date: 2024-06-01, approver: [rq1], digest: "sha256:0"}
  - {version: "2.0", date: 2026-06-01, approver: [rq1], digest: "sha256:…"}
---
```

## How to fix
Read what changed (`qm diff` and the id of the other document), then this one. If it still holds,
type `qm review` and its id, which also sets the day of its next review; else type `qm revise`. A
version of the same day as the last look is taken as known.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.links import State, from_controlled


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each document that a released one links to, and that changed since."""
    told = set()
    for document, place, target in from_controlled(project, State.SUSPECT):
        last = target.last_release()
        if last is None or (document.path, target.path) in told:
            continue
        told.add((document.path, target.path))
        message = say(
            "{document} links to {target}, of which version {version} was released since "
            "{document} was last confirmed",
            document=document.name,
            target=target.name,
            version=last.version,
        )
        fix = say(
            "Read both; then confirm {document} (qm review {document}), or revise it "
            "(qm revise {document}).",
            document=document.name,
        )
        yield Problem(place, message, fix)


RULE = Rule(
    code="QM703",
    name="suspect-link",
    severity=Severity.INFO,
    check=check,
    fix=say("Read both documents, then confirm this one with qm review, or revise it."),
    doc=__doc__,
)
