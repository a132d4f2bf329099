"""Every referential that is named is known.

## Why
What a document answers of a referential that `qm` does not know is counted nowhere: the gap would
show the requirement as open.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
satisfies: [iso-9001-2105:7.5.2]
---
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
satisfies: [iso-9001-2015:7.5.2]
---
```

## How to fix
Write the id of a shipped referential, or of a folder of `referentials/` of the centre, then `:` and
the requirement.
"""

from collections.abc import Iterator

from qmtool.model.advice import nearest, short
from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.citations import Mistake, mistakes


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each citation of a referential that is not known."""
    for citation in mistakes(project).get(Mistake.UNKNOWN_REFERENTIAL, ()):
        message = say(
            "{document} names the referential {referential}, which is not known",
            document=citation.by,
            referential=short(citation.referential) or "''",
        )
        fix = nearest(citation.referential, project.known_referentials)
        yield Problem(citation.location, message, fix)


RULE = Rule(
    code="QM401",
    name="unknown-referential",
    severity=Severity.ERROR,
    check=check,
    fix=say("Write the id of a referential and a requirement, for instance iso-9001-2015:7.5.2."),
    doc=__doc__,
)
