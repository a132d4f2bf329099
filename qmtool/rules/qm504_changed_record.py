"""A record in its last state stays as it is.

## Why
A record says what happened. Once it is closed, others rely on it: what is learnt later is a new
entry, dated and signed by who learnt it, never a quiet correction of the old one. Taking a record
up again is a step of its history, with a comment that says why.

## Bad
```yaml templates/incident/kind.yaml
label: {fr: Incident, en: Incident}
category: record
controlled: false
evidence: [REC]
id: "INC-{n}"
satisfies: []
headings: []
fields: {}
columns: [id, title]
states:
  open: {next: [closed]}
  closed: {next: []}
counts: [closed]
```
```markdown base
---
id: INC-1
title: Chute d'un patient
kind: incident
status: closed
owner: mia
date: 2026-03-02
---

Le patient est tombé de la table.
```
```markdown
---
id: INC-1
title: Chute d'un patient
kind: incident
status: closed
owner: mia
date: 2026-03-02
---

Le patient est descendu seul de la table.
```

## Good
```yaml templates/incident/kind.yaml
label: {fr: Incident, en: Incident}
category: record
controlled: false
evidence: [REC]
id: "INC-{n}"
satisfies: []
headings: []
fields: {}
columns: [id, title]
states:
  open: {next: [closed]}
  closed: {next: []}
counts: [closed]
```
```markdown base
---
id: INC-1
title: Chute d'un patient
kind: incident
status: open
owner: mia
date: 2026-03-02
---

Le patient est tombé de la table.
```
```markdown
---
id: INC-1
title: Chute d'un patient
kind: incident
status: closed
owner: mia
date: 2026-03-02
---

Le patient est descendu seul de la table.
```

## How to fix
Restore the record, and write what is new in a record of its own that names this one; or take it up
again: `qm act` with a state it has been in, and `--comment`.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.document import Document
from qmtool.model.kind import Kind
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.model.workflow import may_follow
from qmtool.rules.changes import pairs


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each record that a change alters or takes away after its last state."""
    for before, now in pairs(project):
        kind = project.kind_of(before)
        if kind is None or before.status not in kind.final:
            continue
        values = {"document": before.name, "state": before.status}
        if now is None:
            message = say("{document} was {state} and is gone", **values)
            yield Problem(Location(before.path), message)
        elif (now.digest, now.status) != (before.digest, before.status):
            if _taken_up_again(before, now, kind):
                continue
            message = say("{document} was {state} and has changed since", **values)
            yield Problem(now.at("status"), message)


def _taken_up_again(before: Document, now: Document, kind: Kind) -> bool:
    """Return whether the history of *now* goes on after that of *before*, and says why."""
    known, rows = ([(one.state, one.date) for one in each.history] for each in (before, now))
    if rows[: len(known)] != known or len(rows) == len(known):
        return False
    first = now.history[len(known)]
    return bool(first.comment) and may_follow(kind, [one for one, _ in known], first.state)


RULE = Rule(
    code="QM504",
    name="changed-record",
    severity=Severity.ERROR,
    check=check,
    fix=say("Restore the record, and write what is new in another one that names it."),
    doc=__doc__,
    compares=True,
)
