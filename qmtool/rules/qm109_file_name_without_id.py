"""The name of a file begins with the id of its document.

## Why
Staff look for a document by its id, in a folder as well as in a search. A file called otherwise is
found by nobody, or is taken for another document.

## Bad
```markdown processes/accueil/applicables/accueil.md
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---
```

## Good
```markdown processes/accueil/applicables/PR-ACC-001-accueil.md
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---
```

## How to fix
Rename the file so that it begins with the id, and correct the links to it. The
description of a process keeps its name, `process.md`.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.document import Document
from qmtool.model.identifier import names_file
from qmtool.model.text import say
from qmtool.rules.engine import per_document

EXEMPT = "process.md"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem if the file of *document* is not named by its id."""
    name = document.path.rpartition("/")[2]
    if document.identifier and name != EXEMPT and not names_file(document.identifier, name):
        message = say("the file of {document} is called {name}", document=document.name, name=name)
        fix = say("Rename the file {document}.md.", document=document.name)
        yield Problem(document.at("id"), message, fix)


RULE = Rule(
    code="QM109",
    name="file-name-without-id",
    severity=Severity.ERROR,
    check=per_document(check),
    fix=say("Rename the file so that it begins with the id."),
    doc=__doc__,
)
