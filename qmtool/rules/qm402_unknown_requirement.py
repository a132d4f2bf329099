"""Every requirement that is cited exists in its referential.

## Why
A citation that names nothing proves nothing, and an auditor who looks it up loses confidence in the
others. Most often the numbering is that of another edition.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
satisfies: [iso-9001-2015:7.5.9]
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
Type `qm ref show` and the referential to see its requirements. A letter after an id (`7.5.2b`)
names an item of that requirement.
"""

from collections.abc import Iterator
from itertools import islice

from qmtool.model.advice import did_you_mean, short
from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.referential import Referential
from qmtool.model.text import Text, listing, say
from qmtool.rules.citations import Mistake, mistakes

MAX_NAMED = 4
MAX_LENGTH = 100


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each citation that names no line of its referential."""
    found = mistakes(project)
    for citation in found.get(Mistake.NO_REQUIREMENT, ()):
        message = say(
            "{document} names {referential} without a requirement",
            document=citation.by,
            referential=citation.referential,
        )
        fix = say(
            "Write {referential}: followed by the requirement.", referential=citation.referential
        )
        yield Problem(citation.location, message, fix)
    above: dict[str, _Above] = {}
    for citation in found.get(Mistake.UNKNOWN_REQUIREMENT, ()):
        message = say(
            "{document} cites {referential}:{requirement}, which does not exist",
            document=citation.by,
            referential=citation.referential,
            requirement=short(citation.requirement),
        )
        if citation.referential not in above:
            above[citation.referential] = _Above(project.referentials[citation.referential])
        fix = above[citation.referential].advice(citation.requirement)
        yield Problem(citation.location, message, fix)


class _Above:
    """The lines of a referential, to look for the one that stands above a wrong id."""

    def __init__(self, referential: Referential) -> None:
        self.referential = referential
        self.folded = {name.casefold(): name for name in referential.by_id}
        self.advised: dict[str, Text] = {}

    def advice(self, requirement: str) -> Text:
        """Return what to cite instead of *requirement*: `7.5.9` stands below `7.5`."""
        written = requirement[:MAX_LENGTH].casefold()
        ends = range(len(written), 0, -1)
        above = next((written[:end] for end in ends if self._cuts(written, end)), "")
        if above not in self.advised:
            self.advised[above] = self._advice(self.folded.get(above, ""))
        return self.advised[above]

    def _cuts(self, written: str, end: int) -> bool:
        """Return whether *written* up to *end* is an id, and not one cut inside a number."""
        return written[:end] in self.folded and not (
            written[end - 1].isdigit() and written[end : end + 1].isdigit()
        )

    def _advice(self, node: str) -> Text:
        """Return the advice to cite *node*, or the requirements below it."""
        name = self.referential.identifier
        first = islice(self.referential.below(node), MAX_NAMED)
        below = [f"{name}:{one.identifier}" for one in first]
        if not below:
            return say("Type qm ref show {referential} to see its requirements.", referential=name)
        if len(below) == 1:
            return did_you_mean(below[0])
        return say("Cite one of: {requirements}.", requirements=listing(below))


RULE = Rule(
    code="QM402",
    name="unknown-requirement",
    severity=Severity.ERROR,
    check=check,
    fix=say("Write the id of a requirement of the referential."),
    doc=__doc__,
)
