"""No part of a document is dropped when it is read.

## Why
Readers of Markdown give up beyond some depth of lists and quotes, or width of tables, and drop the
rest in silence. What an auditor does not see was never said.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

> > > > > > > > > > > > > > > > > > > > > > L'identité est vérifiée deux fois.
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

> L'identité est vérifiée deux fois.
```

## How to fix
Use fewer levels of lists and quotes, narrower tables and shorter paragraphs.
"""

from qmtool.model.diagnostic import Rule, Severity
from qmtool.model.text import say
from qmtool.rules.engine import faults

RULE = Rule(
    code="QM007",
    name="lost-content",
    severity=Severity.ERROR,
    check=faults("lost-content"),
    fix=say("Split the paragraph, the list or the table."),
    doc=__doc__,
)
