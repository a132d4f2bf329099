"""A finding of a blocking grade is resolved.

## Why
One blocking finding keeps a certificate from being given or renewed, and a requirement from being
ready in the gap, whatever else is proven. It is the first thing that the next audit asks for.

## Bad
```yaml templates/deviation/kind.yaml
label: {fr: Constat, en: Finding}
category: record
controlled: false
evidence: [REC]
fields:
  grade: {type: text}
  requirement: {type: requirement}
states:
  open: {next: [resolved]}
  resolved: {next: []}
counts: [resolved]
```
```markdown
---
id: DEV-1
title: Documents périmés au scanner
kind: deviation
date: 2026-03-02
status: open
grade: major
requirement: iso-9001-2015:7.5.3.1
---
```

## Good
```yaml templates/deviation/kind.yaml
label: {fr: Constat, en: Finding}
category: record
controlled: false
evidence: [REC]
fields:
  grade: {type: text}
  requirement: {type: requirement}
states:
  open: {next: [resolved]}
  resolved: {next: []}
counts: [resolved]
```
```markdown
---
id: DEV-1
title: Documents périmés au scanner
kind: deviation
date: 2026-03-02
status: resolved
grade: major
requirement: iso-9001-2015:7.5.3.1
---
```

## How to fix
Find its cause, act, and record that it is resolved with `qm act`; `qm show` with its id tells what
is planned. The grades that block are those of the referential: `qm ref show`. Any kind whose
entries have a `grade` and a `requirement` is looked at.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.document import Document, halves
from qmtool.model.kind import Kind
from qmtool.model.project import Project
from qmtool.model.referential import Grade
from qmtool.model.text import say
from qmtool.model.workflow import ahead, is_closed, records, written

GRADE, REQUIREMENT, RESOLVED = "grade", "requirement", "resolved"
"""The fields that make an entry a finding, and the state in which it is answered."""


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each finding of a blocking grade that is not resolved."""
    for document, kind in records(project):
        if GRADE in kind.fields and REQUIREMENT in kind.fields and is_open(document, kind):
            grade = _grade(project, document)
            if grade is not None and grade.blocking:
                message = say(
                    "{document}: {grade}, a blocking finding, is open",
                    document=document.name,
                    grade=grade.label,
                )
                yield Problem(document.at(GRADE), message)


def is_open(document: Document, kind: Kind) -> bool:
    """Return whether *document* is still to be resolved, or to be closed where no state says so."""
    if RESOLVED not in kind.steps:
        return not is_closed(document, kind)
    return any(state.name == RESOLVED for state in ahead(document, kind))


def _grade(project: Project, document: Document) -> Grade | None:
    """Return the grade of *document* in the referential of its requirement."""
    referential, _requirement = halves(written(document, REQUIREMENT))
    scheme = project.referentials.get(referential)
    return scheme.grade(written(document, GRADE)) if scheme else None


RULE = Rule(
    code="QM806",
    name="open-blocking-finding",
    severity=Severity.WARNING,
    check=check,
    fix=say("Find its cause, act, and record that it is resolved: qm act."),
    doc=__doc__,
)
