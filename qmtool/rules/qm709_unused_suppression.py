"""A mark that allows something still has something to allow.

## Why
The form that was missing has arrived, the link is mended, and the mark that allowed the broken
link stays. The next link that breaks in this section is allowed by a decision that nobody took.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

<!-- qm: allow broken-link until=2027-01-01 by=rq1 reason="le formulaire arrive" -->

Le patient est accueilli.
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

<!-- qm: allow broken-link until=2027-01-01 by=rq1 reason="le formulaire arrive" -->

Le patient remplit [le formulaire](FO-ACC-001.md).
```

## How to fix
Take the mark out. In a released document that is for the next version: nothing is allowed meanwhile
that the mark does not name. A mark inside another of the same rule, which lasts as long, is of no
use either. `qm check --fix` takes out a mark that has lines of its own. Nothing
is said of rules that did not run, or that only compare a change with its base.
"""

from collections.abc import Iterable, Iterator

from qmtool.model.diagnostic import Edit, Location, Mend, Problem, Rule, Severity
from qmtool.model.document import Document, Suppression
from qmtool.model.project import Project
from qmtool.model.text import say


def check(project: Project) -> Iterator[Problem]:
    """Yield nothing: only the engine knows, once all the rules have run, what a mark allowed."""
    return iter(())


def unused(marks: Iterable[tuple[Document, Suppression]]) -> Iterator[Problem]:
    """Yield a problem for each of *marks*, which allowed nothing."""
    for document, mark in marks:
        message = say(
            "{document} allows {rule}, and there is nothing here to allow",
            document=document.name,
            rule=mark.rule,
        )
        edit = Edit(Mend.COMMENT, mark.line, mark.column, mark.rule)
        yield Problem(Location(document.path, mark.line, mark.column), message, edit=edit)


RULE = Rule(
    code="QM709",
    name="unused-suppression",
    severity=Severity.INFO,
    check=check,
    fix=say("Take the mark out."),
    doc=__doc__,
    unused=unused,
)
