"""The values beside an indicator can be read, every line of them.

## Why
A value that cannot be read is left out of the chart and of the verdict: the indicator would look
better, or worse, than it is.

## Bad
```markdown processes/accueil/enregistrements/TB-1.md
---
id: TB-1
title: Demandes complètes
kind: indicator
owner: mia
date: 2026-01-05
definition: Part des demandes complètes à l'arrivée
formula: demandes complètes / demandes reçues
source: RIS
unit: "%"
period: quarter
---
```
```csv processes/accueil/enregistrements/TB-1.csv
period,value,comment
2026-Q1,94,
2026-T2,96 %,
```

## Good
```markdown processes/accueil/enregistrements/TB-1.md
---
id: TB-1
title: Demandes complètes
kind: indicator
owner: mia
date: 2026-01-05
definition: Part des demandes complètes à l'arrivée
formula: demandes complètes / demandes reçues
source: RIS
unit: "%"
period: quarter
---
```
```csv processes/accueil/enregistrements/TB-1.csv
period,value,comment
2026-Q1,94,
2026-Q2,96,new request form
```

## How to fix
The file has the name of the document, and three columns: `period,value,comment`. A period is
`2026-03`, `2026-Q1`, `2026-H1` or `2026`, that of the field `period`, and is there once. A value is
a number without unit; it is empty where nothing was measured. A spreadsheet program in French
writes `;` between the columns and `92,5`: both are read.
"""

from qmtool.model.diagnostic import Rule, Severity
from qmtool.model.text import say
from qmtool.rules.engine import faults

RULE = Rule(
    code="QM807",
    name="unreadable-series",
    severity=Severity.ERROR,
    check=faults("unreadable-series"),
    fix=say("Write three columns: period,value,comment."),
    doc=__doc__,
)
