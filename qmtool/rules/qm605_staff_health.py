"""No document names a person of the staff beside a dose or a medical fitness.

## Why
The yearly radiation-protection report lists the ring doses of each radiographer by name, and is
shared with the whole service. Individual doses and the opinions of the occupational physician are
health data: a worker, the physician and the radiation-protection adviser see them, not the
colleagues.

Looked for, on one line: a name with a title (M., Mme, Dr), or one of the `people` of `qm.yaml`,
beside a dose in mSv or µSv, or beside *inapte*, *apte avec réserve*, *unfit*. A limit (*seuil de
1 mSv*) is no dose of anybody, a rate (µSv/h) neither, and the physician who judges the fitness
may be named.

## Bad
```markdown
---
id: RC-001
title: Bilan de radioprotection
kind: procedure
---

Mme Durand a reçu 2,1 mSv aux mains en mars.
```

## Good
```markdown
---
id: RC-001
title: Bilan de radioprotection
kind: procedure
---

La dose maximale aux mains est de 2,1 mSv en mars, pour un seuil de 20 mSv.
```

## How to fix
Give the number of people and the highest or mean dose, without names; individual results stay in
the dosimetry register (SISERI) and the medical file. See QM601 for what to do about a text that
was pushed.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.confidential import LEAK


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each dose or fitness on a line that names a person."""
    speaking = [document for document in project.documents if document.health]
    if not speaking:
        return
    from qmtool.model.staff_health import name_of_person, names_person  # few projects need it

    every = (name_of_person(person.name) for person in project.settings.policy.people)
    people = [name for name in every if name]
    for document in speaking:
        for one in document.health:
            if names_person(one, people):
                yield Problem(
                    Location(document.path, one.line, one.column),
                    say("a dose or a medical fitness stands here beside the name of a person"),
                )


RULE = Rule(
    code="QM605",
    name="staff-health",
    severity=Severity.WARNING,
    check=check,
    fix=LEAK,
    doc=__doc__,
)
