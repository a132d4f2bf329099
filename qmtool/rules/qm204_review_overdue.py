"""A released document is reviewed before its review is due.

## Why
Practice, devices and regulations change while a text stays. The day of the next review is the
promise that somebody looks; a missed one is what auditors ask for first. The document stays in
force all the same.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
status: released
version: "1.0"
effective: 2023-03-02
next_review: 2025-03-02
history:
  - {version: "1.0", date: 2023-03-02, approver: [rq1], digest: "sha256:…"}
---
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
status: released
version: "1.0"
effective: 2023-03-02
next_review: 2027-02-14
history:
  - {version: "1.0", date: 2023-03-02, approver: [rq1], digest: "sha256:…"}
  - {reviewed: 2025-02-14, by: mia}
---
```

## How to fix
Read it. If all of it is still done so, type `qm review` and its id: this records who confirmed it
and when, and sets the day of the next review. Else type `qm revise`, correct it, and release the
next version.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import Text, say
from qmtool.rules.scope import released


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each released document whose next review is past."""
    for document in released(project):
        due = document.next_review
        if due is not None and due < project.on:
            message = _late(document.name, (project.on - due).days, project.settings.review_months)
            fix = say(
                "Confirm it (qm review {document}), or revise it (qm revise {document}).",
                document=document.name,
            )
            yield Problem(document.at("next_review"), message, fix)


def _late(name: str, days: int, months: int) -> Text:
    """Return that the review of the document called *name* is *days* late."""
    if days == 1:
        return say(
            "the review of {document} is one day late (rule: {months} months); it stays in force",
            document=name,
            months=months,
        )
    return say(
        "the review of {document} is {days} days late (rule: {months} months); it stays in force",
        document=name,
        days=days,
        months=months,
    )


RULE = Rule(
    code="QM204",
    name="review-overdue",
    severity=Severity.WARNING,
    check=check,
    fix=say("Read the document, then confirm it with qm review, or revise it with qm revise."),
    doc=__doc__,
)
