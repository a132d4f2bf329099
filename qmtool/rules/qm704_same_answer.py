"""A requirement is not answered by the same text in two documents.

## Why
A paragraph is copied into a second procedure because it is needed there too. A year later one of
the two is corrected, and the service goes by whichever it finds. The auditor finds both.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

## Identité

<!-- qm: satisfies iso-9001-2015:8.5.2 -->

À l'arrivée, l'agent d'accueil demande au patient son nom de naissance, son prénom et sa date de
naissance, compare chaque réponse à la demande d'examen et à la pièce d'identité, puis pose le
bracelet. En cas d'écart, l'examen attend que le manipulateur ait levé le doute avec le service.
```
```markdown
---
id: PR-ACC-002
title: Accueil des urgences
kind: procedure
---

## Vérifier l'identité

<!-- qm: satisfies iso-9001-2015:8.5.2 -->

À l'arrivée, l'agent d'accueil demande au patient son nom de naissance, son prénom et sa date de
naissance, compare chaque réponse à la demande d'examen et à la pièce d'identité, puis pose le
bracelet. En cas d'écart, l'examen attend que le manipulateur ait levé le doute avec le service.
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

## Identité

<!-- qm: satisfies iso-9001-2015:8.5.2 -->

À l'arrivée, l'agent d'accueil demande au patient son nom de naissance, son prénom et sa date de
naissance, compare chaque réponse à la demande d'examen et à la pièce d'identité, puis pose le
bracelet. En cas d'écart, l'examen attend que le manipulateur ait levé le doute avec le service.
```
```markdown
---
id: PR-ACC-002
title: Accueil des urgences
kind: procedure
---

## Vérifier l'identité

Comme à [l'accueil](PR-ACC-001.md#identité).
```

## How to fix
Keep the text in one of the documents, let the other link to it, and take its mark out. Texts that
differ only in case, blanks, punctuation or comments are the same. Only the letters A to Z, without
accent, and digits are compared; a text with less than 200 of them is too short to tell. Records are
left alone: they look alike.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.document import WHOLE, Document
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.scope import WITHDRAWN, controlled


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each text that answers a requirement as an earlier document does."""
    counts = Counter(chain.from_iterable(one.answers.values() for one in project.documents))
    repeated = {digest for digest, count in counts.items() if digest and count > 1}
    first: dict[tuple[str, str, int], Document] = {}
    for document in controlled(project) if repeated else ():
        if document.status == WITHDRAWN or repeated.isdisjoint(document.answers.values()):
            continue
        told = set()
        for one in document.declarations:
            digest = document.answers.get(one.line, document.answers.get(WHOLE, 0))
            other = first.setdefault((one.referential, one.requirement, digest), document)
            if digest in repeated and other is not document and digest not in told:
                told.add(digest)
                message = say(
                    "{document} answers {requirement} with the same text as {other}",
                    document=document.name,
                    requirement=f"{one.referential}:{one.requirement}",
                    other=other.name,
                )
                yield Problem(Location(document.path, one.line, one.column), message)


RULE = Rule(
    code="QM704",
    name="same-answer",
    severity=Severity.WARNING,
    check=check,
    fix=say("Keep the text in one of them, and let the other link to it."),
    doc=__doc__,
    every=True,
)
