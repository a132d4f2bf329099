"""Every attachment that a document introduces is there.

## Why
A document may be a sheet before a Word file or a spreadsheet: without the file, what was approved
is an empty cover.

## Bad
```markdown
---
id: FO-ACC-001
title: Fiche d'accueil
kind: form
attachments: [{file: fiche.docx}]
---
```

## Good
```markdown processes/accueil/formulaires/FO-ACC-001.md
---
id: FO-ACC-001
title: Fiche d'accueil
kind: form
attachments: [{file: fiche.csv}]
---
```
```csv processes/accueil/formulaires/fiche.csv
nom;date
```

## How to fix
Add the file (`git add`), or correct its path, which counts from the folder of the document. The
files of a withdrawn document stay where they were, and are not looked for.
"""

from collections.abc import Iterator

from qmtool.model.advice import did_you_mean, short
from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.paths import folder_of, join
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.links import elsewhere
from qmtool.rules.scope import WITHDRAWN, controlled_kinds


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each attachment that is not a file of the repository."""
    kinds = controlled_kinds(project)
    for document in project.documents:
        if document.status == WITHDRAWN and document.kind in kinds:
            continue
        for attachment in document.attachments:
            path = join(folder_of(document.path), attachment.file)
            if path is None or path not in project.files:
                message = say(
                    "{document} introduces the file {file}, which does not exist",
                    document=document.name,
                    file=short(attachment.file),
                )
                found = elsewhere(project, document, attachment.file)
                yield Problem(
                    Location(document.path, attachment.line),
                    message,
                    did_you_mean(found) if found else None,
                )


RULE = Rule(
    code="QM304",
    name="broken-attachment",
    severity=Severity.ERROR,
    check=check,
    fix=say("Add the file to the repository, or correct its path."),
    doc=__doc__,
)
