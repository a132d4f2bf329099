"""A document is not marked as a program.

## Why
A text has nothing to run. The mark most often comes from a copy out of a Windows share; `qm
release` refuses it, since a released document is a plain file.

## Bad
```text
-rwxr-xr-x  PR-ACC-001.md
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
Type `chmod -x` and the path of the file, then `git add` it.
"""

from qmtool.model.diagnostic import Rule, Severity
from qmtool.model.text import say
from qmtool.rules.engine import faults

RULE = Rule(
    code="QM008",
    name="executable-file",
    severity=Severity.WARNING,
    check=faults("executable-file"),
    fix=say("Take the mark away with chmod -x."),
    doc=__doc__,
)
