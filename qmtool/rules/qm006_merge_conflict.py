"""A document holds no mark of an unfinished merge.

## Why
Between the marks stand two texts, of which one was not chosen: a reader cannot know which applies.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

<<<<<<< HEAD
L'identité est vérifiée deux fois.
=======
L'identité est vérifiée une fois.
>>>>>>> relecture
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

L'identité est vérifiée deux fois.
```

## How to fix
Keep the lines that are right, and remove the others together with the three marks.
"""

from qmtool.model.diagnostic import Rule, Severity
from qmtool.model.text import say
from qmtool.rules.engine import faults

RULE = Rule(
    code="QM006",
    name="merge-conflict",
    severity=Severity.ERROR,
    check=faults("merge-conflict"),
    fix=say("Keep the right lines and remove the marks."),
    doc=__doc__,
)
