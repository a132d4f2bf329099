"""The lines of a document all end in the same way.

## Why
Editors convert mixed line ends without asking: the next person who saves the file changes lines
nobody meant to change, and the difference between two versions can no longer be read.

## Bad
```text
PR-ACC-001.md: three lines end with CRLF (Windows), the others with LF
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
Save the file with LF line ends, or with CRLF everywhere. Both are accepted, and a release keeps
them. `qm check --fix` ends all lines as most of them end.
"""

from qmtool.model.diagnostic import Rule, Severity
from qmtool.model.text import say
from qmtool.rules.engine import faults
from qmtool.rules.mends import same_line_ends, with_edits

RULE = Rule(
    code="QM004",
    name="mixed-line-ends",
    severity=Severity.WARNING,
    check=with_edits(faults("mixed-line-ends"), same_line_ends),
    fix=say("Save the file with LF line ends."),
    doc=__doc__,
)
