"""The process of a document is one of those of `qm.yaml`.

## Why
The process gives a document its owner and its place on the map of the centre. A folder that no
process owns is a part of the quality system that nobody runs.

## Bad
```markdown processes/acceuil/applicables/PR-ACC-001.md
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
owner: mia
---
```

## Good
```markdown processes/accueil/applicables/PR-ACC-001.md
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
owner: mia
---
```

## How to fix
Write the id of a process of `qm.yaml` in `process:`, or move the document below
`processes/<id>/`; or declare the process under `processes:`.
"""

from collections.abc import Iterator

from qmtool.model.advice import nearest
from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.scope import process_folder


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each process, by key or by folder, that is not declared."""
    known = {process.identifier for process in project.settings.processes}
    for document in project.documents:
        if document.process and document.process not in known:
            message = say(
                "{document} belongs to the process {process}, which is not in qm.yaml",
                document=document.name,
                process=document.process,
            )
            yield Problem(document.at("process"), message, nearest(document.process, known))
        folder = process_folder(document.path)
        if folder and folder not in known and folder != document.process:
            message = say(
                "{document} is in the folder of the process {process}, which is not in qm.yaml",
                document=document.name,
                process=folder,
            )
            yield Problem(Location(document.path), message, nearest(folder, known))


RULE = Rule(
    code="QM111",
    name="unknown-process",
    severity=Severity.ERROR,
    check=check,
    fix=say("Declare the process under processes: of qm.yaml, or correct its name."),
    doc=__doc__,
    needs_settings=True,
)
