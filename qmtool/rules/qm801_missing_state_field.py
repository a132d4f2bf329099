"""A record holds what its state asks for.

## Why
A complaint that is closed without its cause teaches nobody anything. Each state of a kind names the
fields without which it cannot be entered.

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
status: analysed
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
---
```

## How to fix
Write the field in the front matter; `qm act` asks for it when the state is entered.
"""

from qmtool.model.diagnostic import Rule, Severity
from qmtool.model.text import say
from qmtool.rules.engine import faults

RULE = Rule(
    code="QM801",
    name="missing-state-field",
    severity=Severity.ERROR,
    check=faults("missing-state-field"),
    fix=say("Write the field in the front matter, or go back to the state before."),
    doc=__doc__,
)
