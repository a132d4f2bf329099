"""No birth date of a person stands in a document or in the name of a file.

## Why
A complaint is summed up as « Mme D., née le 12/03/1950, a attendu deux heures ». The initial
hides nobody: in a town, the day of birth and the day of the exam are enough to know who she is.

Looked for: a day after *né(e) le*, DDN, *date de naissance*, DOB or *date of birth*, in a column
of a table with such a header; and after *né le* or *born on* where a person is spoken of before.
The form to fill in (JJ/MM/AAAA) is no day.

## Bad
```markdown
---
id: RC-001
title: Réclamation sur l'attente
kind: procedure
---

Mme D., née le 12/03/1950, a attendu deux heures.
```

## Good
```markdown
---
id: RC-001
title: Réclamation sur l'attente
kind: procedure
---

Une patiente d'environ 75 ans a attendu deux heures.
```

## How to fix
Write the age, or the decade, and only if it matters. See QM601 for what to do about a text that
was pushed.
"""

from qmtool.model.diagnostic import Rule, Severity
from qmtool.rules.confidential import LEAK, identity

RULE = Rule(
    code="QM603",
    name="birth-date",
    severity=Severity.ERROR,
    check=identity("birth-date"),
    fix=LEAK,
    doc=__doc__,
)
