"""The process that a document names is that of its folder.

## Why
Staff find a document by its folder, `qm` by its key. When the two disagree, each shows another
owner and another place on the map.

## Bad
```markdown processes/accueil/applicables/PR-ACC-001.md
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
process: scanner
owner: mia
---
```

## Good
```markdown processes/accueil/applicables/PR-ACC-001.md
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
process: accueil
owner: mia
---
```

## How to fix
Take `process:` away, since the folder says it; or move the file into the folder of its
process.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.scope import process_folder


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem where key and folder name two declared processes."""
    known = {process.identifier for process in project.settings.processes}
    registers = {name for name, kind in project.kinds.items() if kind.steps}
    for document in project.documents:
        if document.kind in registers:
            continue  # an entry is kept with its register, and may concern any process
        if document.process in known:  # of an unknown one, unknown-process speaks
            folder = process_folder(document.path)
            if folder in known and folder != document.process:
                message = say(
                    "{document} says process {process}, its folder is that of {folder}",
                    document=document.name,
                    process=document.process,
                    folder=folder,
                )
                yield Problem(document.at("process"), message)


RULE = Rule(
    code="QM113",
    name="process-folder-mismatch",
    severity=Severity.ERROR,
    check=check,
    fix=say("Take process: away, or move the document to the folder of its process."),
    doc=__doc__,
    needs_settings=True,
)
