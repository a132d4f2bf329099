"""Every document could be read from the disk.

## Why
A file that the system refuses to open was not checked. Nothing can be said of the quality system as
a whole as long as a part of it is out of sight: the exit code is 4.

## Bad
```text
----------  PR-ACC-001.md   (permission denied)
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
Check that the file is there, that it is yours to read, and that the disk answers; then run the
command again.
"""

from qmtool.model.diagnostic import Rule, Severity
from qmtool.model.text import say
from qmtool.rules.engine import faults

RULE = Rule(
    code="QM009",
    name="unread-file",
    severity=Severity.ERROR,
    check=faults("unread-file"),
    fix=say("Check that the file is there and yours."),
    doc=__doc__,
)
