"""A document begins with its front matter.

## Why
The front matter says what the document is: without it, it has no id, no kind, no owner and no
version, and it answers no requirement.

## Bad
```markdown
# Accueil du patient

L'agent d'accueil vérifie l'identité du patient.
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

L'agent d'accueil vérifie l'identité du patient.
```

## How to fix
Write a line `---` at the very top, then `id:`, `title:` and `kind:`, then `---` again. If the file
is no document (a README), name it under `ignore:` of `qm.yaml`.
"""

from qmtool.model.diagnostic import Rule, Severity
from qmtool.model.text import say
from qmtool.rules.engine import faults

RULE = Rule(
    code="QM002",
    name="missing-front-matter",
    severity=Severity.ERROR,
    check=faults("missing-front-matter"),
    fix=say("Begin the file with ---, the keys id, title and kind, and --- again."),
    doc=__doc__,
)
