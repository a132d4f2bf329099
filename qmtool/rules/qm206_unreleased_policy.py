"""What `qm.yaml` says of people and approvals is the policy in force.

## Why
Nobody may give themselves the right to release by editing a file. The people, the approvals and the
release branch that count are those that a quality manager released last; a change has no effect
until then.

## Bad
```text
qm.yaml names a second quality manager; release/POLICY/2.0 does not
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
Commit `qm.yaml` and let a quality manager of the policy in force type `qm release POLICY`; or undo
the change.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import listing, say
from qmtool.rules.scope import SETTINGS

_PARTS = ("people", "approvals", "release_branch")


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem if the policy at hand is not the one in force."""
    proposed, in_force = project.settings.policy, project.policy
    if proposed != in_force:
        changed = [part for part in _PARTS if getattr(proposed, part) != getattr(in_force, part)]
        message = say(
            "the change of {keys} in qm.yaml has no effect before the policy is released",
            keys=listing(changed),
        )
        yield Problem(Location(SETTINGS), message)


RULE = Rule(
    code="QM206",
    name="unreleased-policy",
    severity=Severity.WARNING,
    check=check,
    fix=say("Commit qm.yaml, then type qm release POLICY."),
    doc=__doc__,
    needs_settings=True,
)
