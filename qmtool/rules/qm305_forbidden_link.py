"""A link leads into the repository, to the web, to a mailbox or to a telephone.

## Why
A link can also run a script, open a program or read a file of the reader's machine, also in
disguise. Documents are shown to the whole service and to auditors: no link of them may do so.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

Voir [le plan](file:///S:/qualite/plan.pdf) et [la GED](//ged/qualite).
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

Voir [le plan](https://intranet.example.org/plan.pdf), [qualité](mailto:rq@example.org).
```

## How to fix
Write a path inside the repository, or a link that begins with `https:`, `http:`, `mailto:` or
`tel:`. What stands on a share of the network belongs beside the document, as an attachment.
"""

from collections.abc import Iterator

from qmtool.model.advice import short
from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.targets import SCHEMES
from qmtool.model.text import listing, say
from qmtool.rules.links import State, links


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each link and image that leads where none may."""
    for document, link, place in links(project).get(State.FORBIDDEN, ()):
        message = say(
            "{document} links to {target}: {reason}",
            document=document.name,
            target=short(link.target),
            reason=place.refusal,
        )
        yield Problem(Location(document.path, link.line, link.column), message)


RULE = Rule(
    code="QM305",
    name="forbidden-link",
    severity=Severity.ERROR,
    check=check,
    fix=say(
        "Write a path inside the repository, or one of the schemes {schemes}.",
        schemes=listing(SCHEMES),
    ),
    doc=__doc__,
)
