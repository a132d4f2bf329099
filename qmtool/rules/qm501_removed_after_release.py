"""A document that was released stays, until it is withdrawn.

## Why
What was in force on a day must be found again years later. A document that was deleted, or that got
another id, is missing from every list and every report, as if it had never been.

## Bad
```markdown base
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
owner: mia
status: released
version: "1.0"
effective: 2026-03-02
next_review: 2028-03-02
history:
  - {version: "1.0", date: 2026-03-02, approver: [rq1], digest: "sha256:…"}
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
status: released
version: "1.0"
effective: 2026-03-02
next_review: 2028-03-02
history:
  - {version: "1.0", date: 2026-03-02, approver: [rq1], digest: "sha256:…"}
---

Le patient est accueilli.
```
```markdown archives/PR-ACC-001.md
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
owner: mia
status: released
version: "1.0"
effective: 2026-03-02
next_review: 2028-03-02
history:
  - {version: "1.0", date: 2026-03-02, approver: [rq1], digest: "sha256:…"}
---

Le patient est accueilli.
```

## How to fix
Bring the file back as it was. To end its life, type `qm withdraw`: it goes to the archive and says
what replaces it. To move it, type `qm move`: an id stays for ever, whatever the folder.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.changes import pairs


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each released document that a change takes away."""
    for before, now in pairs(project):
        last = before.last_release()
        if now is not None or last is None:
            continue
        values = {"document": before.name, "version": last.version, "path": before.path}
        message = say("{document} v{version} was released and is gone", **values)
        fix = say(
            "Bring {path} back as it was; to end its life, type qm withdraw {document} "
            "instead of deleting it.",
            **values,
        )
        yield Problem(Location(before.path), message, fix)


RULE = Rule(
    code="QM501",
    name="removed-after-release",
    severity=Severity.ERROR,
    check=check,
    fix=say("Bring the file back; to end its life, type qm withdraw instead of deleting it."),
    doc=__doc__,
    compares=True,
)
