"""Every key of the front matter is one that the kind of the document knows.

## Why
A misspelt key is read by nobody: `Owner: mia` gives no owner. Keys that `qm` has no word for have a
place of their own.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
ownr: mia
---
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
owner: mia
extra: {ged: 4711}
---
```

## How to fix
Correct the spelling, or move the key below `extra:`. A kind of the centre declares more keys under
`fields:`. `qm check --fix` corrects a key that only differs by capitals.
"""

from qmtool.model.diagnostic import Rule, Severity
from qmtool.model.text import say
from qmtool.rules.engine import faults
from qmtool.rules.mends import renamed_key, with_edits

RULE = Rule(
    code="QM103",
    name="unknown-key",
    severity=Severity.WARNING,
    check=with_edits(faults("unknown-key"), renamed_key),
    fix=say("Correct the spelling of the key, or move it below extra:."),
    doc=__doc__,
)
