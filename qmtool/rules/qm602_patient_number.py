"""No number of a patient stands in a document or in the name of a file.

## Why
The minutes of an experience-feedback committee list the cases by IPP, to find them again; the
document is then open to the whole service and to auditors. With the IPP, anybody with access to
the hospital's software knows who it was. The accreditation of teams asks for anonymous
declarations.

Looked for: what follows IPP, NIP, IEP, MRN or *patient n°*, a column of a table with such a
header, and a number of six to ten digits right after a name with its title (M., Mme, *patient*).
Telephone numbers and days are left alone.

## Bad
```markdown
---
id: RC-001
title: Erreur d'identité au scanner
kind: procedure
---

| Cas | IPP | Constat |
|---|---|---|
| 1 | 0012345678 | Côté inversé |
```

## Good
```markdown
---
id: RC-001
title: Erreur d'identité au scanner
kind: procedure
---

| Cas | Événement | Constat |
|---|---|---|
| 1 | EVT-20261121-K7QD | Côté inversé |
```

## How to fix
Name the case by the reference of its event, and keep the number in the RIS or the event software.
See QM601 for what to do about a text that was pushed.
"""

from qmtool.model.diagnostic import Rule, Severity
from qmtool.rules.confidential import LEAK, identity

RULE = Rule(
    code="QM602",
    name="patient-number",
    severity=Severity.ERROR,
    check=identity("patient-number"),
    fix=LEAK,
    doc=__doc__,
)
