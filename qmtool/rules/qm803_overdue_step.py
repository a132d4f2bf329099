"""A record reaches its next state in time.

## Why
A loop that stays open is an event that will happen again. The delays are those of the kind, which
the centre may change.

## Bad
```yaml templates/incident/kind.yaml
label: {fr: Incident, en: Incident}
category: record
controlled: false
evidence: [REC]
fields:
  cause: {type: text, label: {fr: Cause, en: Cause}}
  found_on: {type: date}
  action: {type: reference, kinds: [incident]}
states:
  open: {next: [analysed]}
  analysed: {next: [closed], requires: [cause], due: {days: 15, from: date}}
  closed: {next: []}
counts: [closed]
```
```markdown
---
id: INC-1
title: Chute d'un patient
kind: incident
date: 2026-03-02
status: open
---
```

## Good
```yaml templates/incident/kind.yaml
label: {fr: Incident, en: Incident}
category: record
controlled: false
evidence: [REC]
fields:
  cause: {type: text, label: {fr: Cause, en: Cause}}
  found_on: {type: date}
  action: {type: reference, kinds: [incident]}
states:
  open: {next: [analysed]}
  analysed: {next: [closed], requires: [cause], due: {days: 15, from: date}}
  closed: {next: []}
counts: [closed]
```
```markdown
---
id: INC-1
title: Chute d'un patient
kind: incident
date: 2026-11-20
status: open
---
```

## How to fix
Do what is due, then type `qm act` with the state that it reaches.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.late import late_steps, problem


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each record that is late, with the first state that is."""
    told = set()
    for deadline in late_steps(project):
        if deadline.due.is_legal or deadline.document.path in told:
            continue
        told.add(deadline.document.path)
        yield problem(deadline)


RULE = Rule(
    code="QM803",
    name="overdue-step",
    severity=Severity.WARNING,
    check=check,
    fix=say("Do it now, and record it: qm act with the state that it reaches."),
    doc=__doc__,
)
