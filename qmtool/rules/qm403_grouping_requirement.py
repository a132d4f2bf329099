"""What is cited is a requirement, not the title of a chapter.

## Why
A chapter title asks for nothing. To cite it would answer every line below it in one word, and the
gap would be closed on paper only.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
satisfies: [iso-9001-2015:7.5]
---
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
satisfies: [iso-9001-2015:7.5.2, iso-9001-2015:7.5.3.1]
---
```

## How to fix
Cite the requirements below the title that the document really answers, each on its own.
"""

from collections.abc import Iterator
from itertools import islice

from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.referential import Referential
from qmtool.model.text import Text, listing, say
from qmtool.rules.citations import Mistake, mistakes

MAX_NAMED = 4


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each citation of a line that only groups others."""
    advised: dict[tuple[str, str], Text] = {}
    for citation in mistakes(project).get(Mistake.GROUPING_REQUIREMENT, ()):
        message = say(
            "{document} cites {referential}:{requirement}, which only groups requirements",
            document=citation.by,
            referential=citation.referential,
            requirement=citation.requirement,
        )
        key = citation.referential, citation.requirement
        if key not in advised:
            advised[key] = _advice(project.referentials[key[0]], key[1])
        yield Problem(citation.location, message, advised[key])


def _advice(referential: Referential, group: str) -> Text:
    """Return the advice to cite what stands below *group*, if anything does."""
    name, node = referential.identifier, referential.resolve(group).identifier
    below = [f"{name}:{one.identifier}" for one in islice(referential.below(node), MAX_NAMED)]
    if not below:
        return say(
            "No requirement stands below it. Type qm ref show {referential} to see those that can "
            "be cited.",
            referential=name,
        )
    return say("Cite one of: {requirements}.", requirements=listing(below))


RULE = Rule(
    code="QM403",
    name="grouping-requirement",
    severity=Severity.ERROR,
    check=check,
    fix=say("Cite one of the requirements below it."),
    doc=__doc__,
)
