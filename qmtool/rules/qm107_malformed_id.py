"""An id is short, in capitals, and safe as a file name and as a Git reference.

## Why
The id is in the file name, in the tag of each release and in what staff say to each other. Accents,
blanks and look-alike letters of other alphabets make two ids of what reads as one.

## Bad
```markdown processes/accueil/applicables/pr_acc_1.md
---
id: pr_acc_1
title: Accueil du patient
kind: procedure
---
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---
```

## How to fix
Write 2 to 64 capitals, digits and hyphens, beginning with a letter or a digit, and rename the file
accordingly, with the links to it.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.document import Document
from qmtool.model.identifier import flaw
from qmtool.model.text import say
from qmtool.rules.engine import per_document


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem if the id of *document* is not well formed."""
    if document.identifier:
        message = flaw(document.identifier)
        if message is not None:
            yield Problem(document.at("id"), message)


RULE = Rule(
    code="QM107",
    name="malformed-id",
    severity=Severity.ERROR,
    check=per_document(check),
    fix=say("Write the id with 2 to 64 capitals, digits and hyphens."),
    doc=__doc__,
)
