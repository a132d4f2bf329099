"""A change adds to the history of a document, and alters nothing in it.

## Why
The history says who released what, and when. A row that is rewritten or taken away afterwards is a
false record, and a version that goes back is given twice.

## Bad
```markdown base
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
owner: mia
status: released
version: "2.0"
effective: 2026-03-02
next_review: 2028-03-02
history:
  - {version: "1.0", date: 2025-03-02, approver: [rq1], digest: "sha256:00"}
  - {version: "2.0", date: 2026-03-02, approver: [rq1], digest: "sha256:…"}
---

Le patient est accueilli.
```
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
owner: mia
status: released
version: "2.0"
effective: 2026-03-02
next_review: 2028-03-02
history:
  - {version: "1.0", date: 2024-03-02, approver: [rq1], digest: "sha256:00"}
  - {version: "2.0", date: 2026-03-02, approver: [rq1], digest: "sha256:…"}
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
version: "2.0"
effective: 2026-03-02
next_review: 2028-03-02
history:
  - {version: "1.0", date: 2025-03-02, approver: [rq1], digest: "sha256:00"}
  - {version: "2.0", date: 2026-03-02, approver: [rq1], digest: "sha256:…"}
---

Le patient est accueilli.
```
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
owner: mia
status: released
version: "2.0"
effective: 2026-03-02
next_review: 2028-03-02
history:
  - {version: "1.0", date: 2025-03-02, approver: [rq1], digest: "sha256:00"}
  - {version: "2.0", date: 2026-03-02, approver: [rq1], digest: "sha256:…"}
  - {reviewed: 2026-09-01, by: rq1}
---

Le patient est accueilli.
```

## How to fix
Put the rows back as they were before this change. A wrong entry stays, and the next version says
what was wrong with it.
"""

from collections.abc import Iterator, Sequence

from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.document import Document, HistoryRow
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.changes import pairs


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each document whose history a change altered."""
    for before, now in pairs(project):
        if now is None:
            continue
        kept = [row._replace(line=0) for row in before.history]
        found = [row._replace(line=0) for row in now.history]
        if found[: len(kept)] != kept:
            yield _problem(now, kept, found)


def _problem(now: Document, kept: Sequence[HistoryRow], found: Sequence[HistoryRow]) -> Problem:
    """Return the problem of *now*, whose rows are those *found* where others were *kept*."""
    pairs_of_rows = enumerate(zip(kept, found, strict=False))
    first = next((n for n, (old, new) in pairs_of_rows if old != new), len(found))
    if first < len(found):
        place = Location(now.path, now.history[first].line)
        return Problem(
            place,
            say("row {n} of the history of {document} was altered", n=first + 1, document=now.name),
        )
    message = say(
        "the history of {document} had {kept} rows and has {found}",
        document=now.name,
        kept=len(kept),
        found=len(found),
    )
    return Problem(now.at("history"), message)


RULE = Rule(
    code="QM503",
    name="altered-history",
    severity=Severity.ERROR,
    check=check,
    fix=say("Put the rows back as they were before this change."),
    doc=__doc__,
    compares=True,
)
