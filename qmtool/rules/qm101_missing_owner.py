"""A controlled document names the person who owns it.

## Why
A document nobody owns is a document nobody reviews. The owner is asked for the next review, and is
the one to answer an auditor.

## Bad
```markdown protocoles/PT-SCA-001.md
---
id: PT-SCA-001
title: Scanner du thorax
kind: protocol
---
```

## Good
```markdown protocoles/PT-SCA-001.md
---
id: PT-SCA-001
title: Scanner du thorax
kind: protocol
owner: mia
---
```

## How to fix
Add `owner:` with the id of one of the `people` of `qm.yaml`, or give an owner to its process:
it then owns every document of the process that names no other.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.scope import controlled


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each controlled document without owner, nor owner of its process."""
    owned = {process.identifier for process in project.settings.processes if process.owner}
    for document in controlled(project):
        if not document.owner and project.process_of(document) not in owned:
            message = say("{document} has no owner", document=document.name)
            yield Problem(document.at("id"), message)


RULE = Rule(
    code="QM101",
    name="missing-owner",
    severity=Severity.WARNING,
    check=check,
    fix=say("Add owner: with the id of one of the people of qm.yaml."),
    doc=__doc__,
    needs_settings=True,
)
