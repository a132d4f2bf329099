"""No identifier of an exam stands in a document or in the name of a file.

## Why
A physicist documents a dose alert and copies the study UID from the PACS; a secretary attaches a
screenshot named after the accession number. Both lead to one patient for everybody who can query
the PACS.

Looked for: DICOM UIDs of studies, series and instances (the long ones, under the roots of the
makers; not those of classes, 1.2.840.10008, nor short OIDs such as that of the INS), and what
follows *accession number*, *n° d'accession* or *n° d'examen*. An exam of a phantom has them too:
a mark allows it.

## Bad
```markdown
---
id: RC-001
title: Alerte de dose au scanner
kind: procedure
---

Alerte de dose sur l'examen n° d'accession 20260012345.
```

## Good
```markdown
---
id: RC-001
title: Alerte de dose au scanner
kind: procedure
---

Alerte de dose du 3 mars (événement EVT-20261121-K7QD).
```

## How to fix
Name the exam by the reference of its event; the RIS or the dose software keeps the link. See
QM601 for what to do about a text that was pushed.
"""

from qmtool.model.diagnostic import Rule, Severity
from qmtool.rules.confidential import LEAK, identity

RULE = Rule(
    code="QM604",
    name="exam-identifier",
    severity=Severity.WARNING,
    check=identity("exam-identifier"),
    fix=LEAK,
    doc=__doc__,
)
