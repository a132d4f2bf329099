"""Every image of the repository that a document shows is there.

## Why
A protocol whose figure is missing is followed from memory.

## Bad
```markdown
---
id: PT-SCA-001
title: Scanner du thorax
kind: protocol
---

![Repères de coupe](reperes.svg)
```

## Good
```markdown processes/scanner/applicables/PT-SCA-001.md
---
id: PT-SCA-001
title: Scanner du thorax
kind: protocol
owner: mia
---

![Repères de coupe](reperes.svg)
```
```svg processes/scanner/applicables/reperes.svg
<svg xmlns="http://www.w3.org/2000/svg"/>
```

## How to fix
Add the image beside the document, or correct its path.
"""

from collections.abc import Iterator

from qmtool.model.advice import did_you_mean, short
from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.links import State, elsewhere, links


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each image that is not there, or is a folder."""
    for state in (State.MISSING, State.FOLDER):
        for document, link, place in links(project).get(state, ()):
            if link.is_image:
                message = say(
                    "{document} shows the image {target}, which does not exist",
                    document=document.name,
                    target=short(link.target) if link.target.strip() else "''",
                )
                found = elsewhere(project, document, place.path)
                yield Problem(
                    Location(document.path, link.line, link.column),
                    message,
                    did_you_mean(found) if found else None,
                )


RULE = Rule(
    code="QM303",
    name="broken-image",
    severity=Severity.ERROR,
    check=check,
    fix=say("Add the image, or correct its path."),
    doc=__doc__,
)
