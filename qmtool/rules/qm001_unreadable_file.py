"""A document is a plain UTF-8 file that every reader shows alike.

## Why
A byte that is not UTF-8, a control character or a symbolic link reads differently from one machine
to the next: what was approved would not be what is read. Such a file is not read at all, or not
trusted.

## Bad
```text
PR-ACC-001.md: saved by an old word processor in Latin-1 or UTF-16, with a byte order mark, as a
binary file, larger than 5 MB, or as a symbolic link to another file
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

Déjà en UTF-8 : rien à convertir.
```

## How to fix
Open the file in a text editor and save it as UTF-8 without BOM. What is not text (a scan, a
spreadsheet) stays beside the document, as an attachment. `qm check --fix` takes a BOM out.
"""

from qmtool.model.diagnostic import Rule, Severity
from qmtool.model.text import say
from qmtool.rules.engine import faults
from qmtool.rules.mends import with_edits, without_bom

RULE = Rule(
    code="QM001",
    name="unreadable-file",
    severity=Severity.ERROR,
    check=with_edits(faults("unreadable-file"), without_bom),
    fix=say("Save the document as a plain UTF-8 file."),
    doc=__doc__,
)
