"""A suppression names a rule, a day, a person and a reason.

## Why
A suppression is a decision: somebody accepts something that the checks refuse, for a reason and for
a time. One that names a rule that does not exist, or nobody of the centre, decides nothing.

Five rules cannot be allowed by the document they speak of: `changed-after-release`, `reused-id` and
`status-against-history`, and those about the marks themselves, `unused-suppression` and
`expired-suppression`.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

<!-- qm: allow brocken-link until=2027-01-01 by=rq1 reason="le formulaire arrive" -->
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
Write the name of the rule (`qm explain` lists them), the last day, the id of one of the `people` of
`qm.yaml`, and the reason in quotes.
"""

from collections.abc import Iterator

from qmtool.model.advice import did_you_mean, nearest, short
from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.document import Document, Suppression
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.engine import NEVER_ALLOWED, faults

_malformed = faults("invalid-suppression")


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each suppression that cannot mean anything."""
    # The list of the rules imports this one.
    from qmtool.rules import ALL_RULES

    yield from _malformed(project)
    names = {rule.name: rule.code for rule in ALL_RULES}
    people = {person.identifier for person in project.settings.policy.people}
    for document in project.documents:
        for mark in document.suppressions:
            yield from _of_rule(document, mark, names)
            if project.settings.present and mark.by not in people:
                yield Problem(
                    Location(document.path, mark.line, mark.column),
                    say(
                        "{document} allows {rule} by {person}, who is not one of the people of "
                        "qm.yaml",
                        document=document.name,
                        rule=short(mark.rule),
                        person=short(mark.by),
                    ),
                    nearest(mark.by, people),
                )


def _of_rule(document: Document, mark: Suppression, names: dict[str, str]) -> Iterator[Problem]:
    """Yield a problem if *mark* allows a rule that is not known or may not be allowed."""
    place = Location(document.path, mark.line, mark.column)
    values = {"document": document.name, "rule": short(mark.rule)}
    if mark.rule in NEVER_ALLOWED:
        message = say("{document} cannot allow {rule} on itself", **values)
        yield Problem(place, message, say("Remove the mark and mend what the rule says."))
    elif mark.rule not in names:
        message = say("{document} allows {rule}, which is not the name of a rule", **values)
        coded = next((name for name, code in names.items() if code == mark.rule), None)
        yield Problem(place, message, did_you_mean(coded) if coded else nearest(mark.rule, names))


RULE = Rule(
    code="QM010",
    name="invalid-suppression",
    severity=Severity.ERROR,
    check=check,
    fix=say('Write: qm: allow broken-link until=2027-01-01 by=rq1 reason="…"'),
    doc=__doc__,
)
