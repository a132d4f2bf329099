"""No text of the front matter is cut at a `#`.

## Why
In YAML a blank followed by `#` begins a comment: the rest of the line is not part of the value, and
no reader says so.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil #2 du patient
kind: procedure
---
```

## Good
```markdown
---
id: PR-ACC-001
title: "Accueil #2 du patient"
kind: procedure
---
```

## How to fix
Put the whole value in quotes, or move the comment to a line of its own. `qm check --fix` puts a
value in quotes where a digit follows the `#`.
"""

from qmtool.model.diagnostic import Rule, Severity
from qmtool.model.text import say
from qmtool.rules.engine import faults
from qmtool.rules.mends import quoted_text, with_edits

RULE = Rule(
    code="QM105",
    name="truncated-text",
    severity=Severity.ERROR,
    check=with_edits(faults("truncated-text"), quoted_text),
    fix=say("Put the whole value in quotes."),
    doc=__doc__,
)
