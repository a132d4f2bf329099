"""The kind of a document is one that `qm` or the centre defines.

## Why
The kind decides which keys a document has, whether it is released, and what it proves. A document
of an unknown kind is no evidence and cannot be released. Approvals asked for a kind that nobody
knows would never be asked of anyone.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procédure
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
Write the name of a kind in English, as all keys and codes are: `procedure`, `protocol`, `form`,
`record`… A kind of the centre is a folder `templates/<kind>/` with a `kind.yaml`.
"""

from collections.abc import Iterator

from qmtool.model.advice import nearest
from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.identifier import POLICY
from qmtool.model.project import Project
from qmtool.model.text import listing, say
from qmtool.rules.scope import SETTINGS, controlled_kinds


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each kind that a document or the approvals name and nobody defines."""
    yield from _approvals(project)
    kinds = project.kinds
    for document in project.documents:
        if document.kind not in kinds and document.kind:
            message = say(
                "{document} is of the kind {kind}, which is not known",
                document=document.name,
                kind=document.kind,
            )
            fix = nearest(document.kind, kinds) or say(
                "Write one of: {kinds}.", kinds=listing(sorted(kinds))
            )
            yield Problem(document.at("kind"), message, fix)


def _approvals(project: Project) -> Iterator[Problem]:
    """Yield a problem for each name under `approvals:` that can never have an effect."""
    controlled = controlled_kinds(project)
    for name in project.settings.policy.approvals:
        if name not in controlled and name != POLICY:
            message = say(
                "approvals of qm.yaml name {kind}, which is no kind of released documents",
                kind=name,
            )
            fix = nearest(name, controlled) or say(
                "Write one of: {kinds}.", kinds=listing([*sorted(controlled), POLICY])
            )
            yield Problem(Location(SETTINGS), message, fix)


RULE = Rule(
    code="QM106",
    name="unknown-kind",
    severity=Severity.ERROR,
    check=check,
    fix=say("Write the name of a kind."),
    doc=__doc__,
)
