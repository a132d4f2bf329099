"""The front matter is plain YAML, read in one way only.

## Why
YAML can repeat a key, refer to other places or run code when it is read carelessly. Two readers
would see two documents; so `qm` reads plain keys and values, and refuses the rest.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil : le patient: identité
kind: procedure
---
```

## Good
```markdown
---
id: PR-ACC-001
title: "Accueil : le patient: identité"
kind: procedure
---
```

## How to fix
Go to the line that the diagnostic names. Most often a value with a colon, a `#` or a `@` needs
quotes around it, a key stands twice, or the closing `---` is missing.
"""

from qmtool.model.diagnostic import Rule, Severity
from qmtool.model.text import say
from qmtool.rules.engine import faults

RULE = Rule(
    code="QM003",
    name="unreadable-front-matter",
    severity=Severity.ERROR,
    check=faults("unreadable-front-matter"),
    fix=say("Write one key: value a line, with quotes around values that hold : or #."),
    doc=__doc__,
)
