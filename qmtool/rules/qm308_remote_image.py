"""The images of a document stand in the repository.

## Why
An image of another site changes or goes without notice, is not part of what was approved, and tells
that site who reads. `qm publish` shows none of them.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

![Circuit du patient](https://example.org/circuit.svg)
```

## Good
```markdown processes/accueil/applicables/PR-ACC-001.md
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

![Circuit du patient](circuit.svg)
```
```svg processes/accueil/applicables/circuit.svg
<svg xmlns="http://www.w3.org/2000/svg"/>
```

## How to fix
Save the image beside the document and show that file.
"""

from collections.abc import Iterator

from qmtool.model.advice import short
from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.links import State, links


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each image of another site."""
    for document, link, _ in links(project).get(State.REMOTE_IMAGE, ()):
        message = say(
            "{document} shows the image {target} of another site",
            document=document.name,
            target=short(link.target),
        )
        yield Problem(Location(document.path, link.line, link.column), message)


RULE = Rule(
    code="QM308",
    name="remote-image",
    severity=Severity.WARNING,
    check=check,
    fix=say("Save the image beside the document and show that file."),
    doc=__doc__,
)
