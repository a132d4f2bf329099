"""Every `qm:` mark in the text is understood.

## Why
A mark is a comment that no reader sees. Misspelt, it would be silent: what the section answers
would not be counted.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

## Identité

<!-- qm: satisfy iso-9001-2015:8.5.2 -->
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

## Identité

<!-- qm: satisfies iso-9001-2015:8.5.2 -->
```

## How to fix
Write `qm: satisfies` with one or more requirements, or `qm: allow` with the name of a rule.
"""

from qmtool.model.diagnostic import Rule, Severity
from qmtool.model.text import say
from qmtool.rules.engine import faults

RULE = Rule(
    code="QM404",
    name="unresolvable-mark",
    severity=Severity.ERROR,
    check=faults("unresolvable-mark"),
    fix=say("Write qm: satisfies … or qm: allow …"),
    doc=__doc__,
)
