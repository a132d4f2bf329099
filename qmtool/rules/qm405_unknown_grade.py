"""What an audit found is graded in the words of its referential.

## Why
The grade decides what happens next: one blocking finding keeps a label from being given, a minor
one waits for the next audit. A grade that the scheme does not know would be read as none at all.

## Bad
```markdown processes/accueil/enregistrements/RA-20260609-H2VC.md
---
id: RA-20260609-H2VC
title: Audit interne de l'accueil
kind: audit-report
date: 2026-06-09
auditors: [rq2]
assessed:
  - {requirement: "iso-9001-2015:7.5.2", grade: serious}
---
```

## Good
```markdown processes/accueil/enregistrements/RA-20260609-H2VC.md
---
id: RA-20260609-H2VC
title: Audit interne de l'accueil
kind: audit-report
date: 2026-06-09
auditors: [rq2]
assessed:
  - {requirement: "iso-9001-2015:7.5.2", grade: minor}
  - {requirement: "iso-9001-2015:7.5.3.1"}
---
```

## How to fix
Write the id of one of the grades that `qm ref show` lists for the referential, or a `score` where
these have scores. A line without grade says that there was nothing to report.
"""

from collections.abc import Iterator

from qmtool.model.advice import nearest
from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.document import Document
from qmtool.model.project import Project
from qmtool.model.text import listing, say


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each line of an audit whose grade its referential does not know."""
    for document in project.documents:
        if document.assessed:
            yield from _check(project, document)


def _check(project: Project, document: Document) -> Iterator[Problem]:
    for line in document.assessed:
        referential = project.referentials.get(line.referential)
        if referential is None or not (line.grade or line.score is not None):
            continue
        if referential.grade(line.grade, line.score) is not None:
            continue
        grades = [one.identifier for one in referential.grades]
        message = say(
            "{document} grades {requirement} with {grade}, which is none of {choices}",
            document=document.name,
            requirement=f"{line.referential}:{line.requirement}",
            grade=line.grade or line.score,
            choices=listing(grades) or "–",
        )
        place = Location(document.path, line.line, line.column)
        yield Problem(place, message, nearest(line.grade, grades))


RULE = Rule(
    code="QM405",
    name="unknown-grade",
    severity=Severity.ERROR,
    check=check,
    fix=say("Write one of the grades that qm ref show lists for the referential."),
    doc=__doc__,
)
