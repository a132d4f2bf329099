"""What a law or an authority asks for is done in time.

## Why
Some events are to be notified within days, counted from their detection: late, the centre is at
fault, whatever the analysis says afterwards.

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
  analysed: {next: [closed], requires: [cause], due: {days: 15, from: date, basis: law}}
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
  analysed: {next: [closed], requires: [cause], due: {days: 15, from: date, basis: law}}
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
    """Yield a problem for each duty of a law or a guide that is late."""
    for deadline in late_steps(project):
        if deadline.due.is_legal:
            yield problem(deadline)


RULE = Rule(
    code="QM804",
    name="overdue-duty",
    severity=Severity.ERROR,
    check=check,
    fix=say("Do it now, and record it: qm act with the state that it reaches."),
    doc=__doc__,
)
