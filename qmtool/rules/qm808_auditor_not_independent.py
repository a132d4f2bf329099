"""An auditor does not own what is audited.

## Why
Nobody judges their own work: ISO 9001 9.2.2 asks for auditors who are objective and impartial. In a
small centre, two owners audit each other's process, or somebody comes from another site.

## Bad
```yaml templates/inspection/kind.yaml
label: {fr: Audit, en: Audit}
category: record
controlled: false
evidence: [AUD]
fields:
  referentials: {type: texts}
  scope_processes: {type: texts}
  auditors: {type: texts}
states:
  planned: {next: [closed, cancelled]}
  closed: {next: []}
  cancelled: {next: []}
counts: [closed]
```
```markdown
---
id: AUD-1
title: Audit interne
kind: inspection
date: 2026-03-02
status: planned
referentials: [iso-9001-2015]
scope_processes: [scanner]
auditors: [mia]
---
```

## Good
```yaml templates/inspection/kind.yaml
label: {fr: Audit, en: Audit}
category: record
controlled: false
evidence: [AUD]
fields:
  referentials: {type: texts}
  scope_processes: {type: texts}
  auditors: {type: texts}
states:
  planned: {next: [closed, cancelled]}
  closed: {next: []}
  cancelled: {next: []}
counts: [closed]
```
```markdown
---
id: AUD-1
title: Audit interne
kind: inspection
date: 2026-03-02
status: planned
referentials: [iso-9001-2015]
scope_processes: [scanner]
auditors: [rq1]
---
```

## How to fix
Choose an auditor who owns none of the `scope_processes`. Where nobody else can audit it, keep the
line and say why with a `qm: allow` mark. An audit that was cancelled is not looked at.
"""

from collections.abc import Iterator

from qmtool.model.audits import audits, conflict_told, is_given_up, not_independent
from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import say


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each auditor who owns a process that the audit is about."""
    for document, kind in audits(project):
        if not is_given_up(document, kind):
            for conflict in not_independent(project, document):
                yield Problem(document.at("auditors"), conflict_told(document, conflict))


RULE = Rule(
    code="QM808",
    name="auditor-not-independent",
    severity=Severity.WARNING,
    check=check,
    fix=say("Choose an auditor who owns none of the audited processes, or say why with qm: allow."),
    doc=__doc__,
)
