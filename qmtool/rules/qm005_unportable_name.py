"""The name of a document is valid on every system.

## Why
A name that Windows reserves, or two names that differ by case only, cannot be checked out
everywhere: on one machine a document is missing, or hides another one.

## Bad
```markdown processes/accueil/applicables/AUX.md
---
id: AU-ACC-001
title: Accueil du patient
kind: procedure
---
```

## Good
```markdown processes/accueil/applicables/AU-ACC-001.md
---
id: AU-ACC-001
title: Accueil du patient
kind: procedure
---
```

## How to fix
Rename the file with letters, digits, hyphens and dots; the id of the document is the best name.
"""

from qmtool.model.diagnostic import Rule, Severity
from qmtool.model.text import say
from qmtool.rules.engine import faults

RULE = Rule(
    code="QM005",
    name="unportable-name",
    severity=Severity.ERROR,
    check=faults("unportable-name"),
    fix=say("Rename the file with letters, digits, hyphens and dots."),
    doc=__doc__,
)
