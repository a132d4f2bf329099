"""A document has the headings that its kind asks for.

## Why
When all procedures are built alike, staff find what they look for, and nothing that the centre
decided to write down is forgotten.

## Bad
```yaml templates/checklist/kind.yaml
label: {fr: Liste de contrôle, en: Checklist}
category: applicable
controlled: true
evidence: [INS]
headings: [{fr: Objet, en: Purpose}]
```
```markdown processes/accueil/applicables/LC-ACC-001.md
---
id: LC-ACC-001
title: Ouverture de la salle
kind: checklist
---

- Allumer la console.
```

## Good
```yaml templates/checklist/kind.yaml
label: {fr: Liste de contrôle, en: Checklist}
category: applicable
controlled: true
evidence: [INS]
headings: [{fr: Objet, en: Purpose}]
```
```markdown processes/accueil/applicables/LC-ACC-001.md
---
id: LC-ACC-001
title: Ouverture de la salle
kind: checklist
---

## Objet

Ouvrir la salle le matin.
```

## How to fix
Add the heading, in French or in English, at any level. The kinds shipped with `qm` ask for none;
those of the centre list them under `headings:`.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.document import Document
from qmtool.model.label import Label
from qmtool.model.project import Project
from qmtool.model.text import say


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each heading of the kind that a document lacks."""
    asked = {name: kind.headings for name, kind in project.kinds.items() if kind.headings}
    if asked:
        for document in project.documents:
            for heading in _missing(document, asked.get(document.kind, ())):
                message = say(
                    "{document} has no heading {heading}",
                    document=document.name,
                    heading=heading.of(project.settings.language),
                )
                yield Problem(document.at("kind"), message)


def _missing(document: Document, asked: tuple[Label, ...]) -> Iterator[Label]:
    """Yield the headings of *asked* that *document* has in neither language."""
    present = {heading.text.casefold() for heading in document.headings} if asked else set()
    for label in asked:
        if label.fr.casefold() not in present and label.en.casefold() not in present:
            yield label


RULE = Rule(
    code="QM114",
    name="missing-heading",
    severity=Severity.WARNING,
    check=check,
    fix=say("Add the heading."),
    doc=__doc__,
)
