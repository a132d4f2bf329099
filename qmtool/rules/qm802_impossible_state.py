"""A record went through its states in an order that its kind allows.

## Why
A state skipped is an analysis that was not made, or a notification that was not sent. The history
tells the way, and the status is where it ends.

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
  analysed: {next: [closed], requires: [cause]}
  closed: {next: []}
counts: [closed]
```
```markdown
---
id: INC-1
title: Chute d'un patient
kind: incident
date: 2026-03-02
status: closed
history:
  - {state: open, date: 2026-03-02}
  - {state: closed, date: 2026-03-09}
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
  analysed: {next: [closed], requires: [cause]}
  closed: {next: []}
counts: [closed]
```
```markdown
---
id: INC-1
title: Chute d'un patient
kind: incident
date: 2026-03-02
status: analysed
cause: Barrière non relevée
history:
  - {state: open, date: 2026-03-02}
  - {state: analysed, date: 2026-03-09}
---
```

## How to fix
Put status and history back as `qm` wrote them; `qm act` changes them.
"""

from qmtool.model.diagnostic import Rule, Severity
from qmtool.model.text import say
from qmtool.rules.engine import faults

RULE = Rule(
    code="QM802",
    name="impossible-state",
    severity=Severity.ERROR,
    check=faults("impossible-state"),
    fix=say("Put back status and history as qm wrote them."),
    doc=__doc__,
)
