"""Every key of the front matter has a value of its type.

## Why
A day that does not exist, or a status that no document can have, is an error of typing that would
be read as the absence of the value.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
status: published
---
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
status: draft
---
```

## How to fix
Write a value of the kind that the diagnostic names: days as `2026-03-02`, lists in brackets, one of
the listed words.
"""

from qmtool.model.diagnostic import Rule, Severity
from qmtool.model.text import say
from qmtool.rules.engine import faults

RULE = Rule(
    code="QM104",
    name="invalid-value",
    severity=Severity.ERROR,
    check=faults("invalid-value"),
    fix=say("Write a value of the type that the key asks for."),
    doc=__doc__,
)
