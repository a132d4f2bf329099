"""The front matter has the keys that every document needs.

## Why
`id` names the document for ever, `title` says what it is about, and `kind` says what it is worth as
evidence. `qm` asks for nothing more.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
---
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---
```

## How to fix
Add the key. `qm new` writes the front matter of a new document of any kind.
"""

from qmtool.model.diagnostic import Rule, Severity
from qmtool.model.text import say
from qmtool.rules.engine import faults

RULE = Rule(
    code="QM102",
    name="missing-key",
    severity=Severity.ERROR,
    check=faults("missing-key"),
    fix=say("Add it between the two lines ---, on a line such as `kind: procedure`."),
    doc=__doc__,
)
