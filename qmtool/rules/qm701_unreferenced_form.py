"""A form in force is named by a document that says when to fill it in.

## Why
A form that no procedure names is filled in by those who happen to know it. In a public quality
system of a hospital team, 22 of 30 forms are named by nothing but the list in the quality manual:
without that list, nobody would be sent to them.

## Bad
```markdown processes/accueil/formulaires/FO-ACC-001.md
---
id: FO-ACC-001
title: Questionnaire de sécurité
kind: form
status: released
version: "1.0"
effective: 2026-03-02
next_review: 2028-03-02
history:
  - {version: "1.0", date: 2026-03-02, approver: [rq1], digest: "sha256:…"}
---
```

## Good
```markdown processes/accueil/formulaires/FO-ACC-001.md
---
id: FO-ACC-001
title: Questionnaire de sécurité
kind: form
status: released
version: "1.0"
effective: 2026-03-02
next_review: 2028-03-02
history:
  - {version: "1.0", date: 2026-03-02, approver: [rq1], digest: "sha256:…"}
---
```
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

Le patient remplit [le questionnaire](../formulaires/FO-ACC-001.md).
```

## How to fix
Link to the form where somebody is asked to fill it in; its id in the text is enough, also written
as `FO ACC 001`. If nobody needs the form any more, type `qm withdraw` and its id. A form whose id
does not end with a number, of six digits at most, can only be found by links, and is left alone.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.links import linked
from qmtool.rules.scope import WITHDRAWN, code_of, published

FORM = "form"


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each form in force that no other document links to or names."""
    forms = {
        code_of(one): one
        for one in published(project)
        if project.kinds[one.kind].category == FORM and code_of(one)
    }
    left = {code: one for code, one in forms.items() if one.path not in linked(project)}
    named = {
        code
        for document in (project.documents if left else ())
        if document.status != WITHDRAWN
        for code in document.codes
        if code in left and left[code] is not document
    }
    for code, form in left.items():
        if code not in named:
            message = say("no document names {document}, a form in force", document=form.name)
            yield Problem(form.at("id"), message)


RULE = Rule(
    code="QM701",
    name="unreferenced-form",
    severity=Severity.WARNING,
    check=check,
    fix=say("Link to it from the document that says when to fill it in, or withdraw it."),
    doc=__doc__,
    every=True,
)
