"""The text of a released document is the text that was released.

## Why
Staff work by the version that was approved. A correction made in place, however small, was read by
nobody before it came into force, and the number of the version no longer names one text.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
status: released
version: "1.0"
effective: 2026-03-02
next_review: 2028-03-02
history:
  - {version: "1.0", date: 2026-03-02, approver: [rq1], digest: "sha256:0000"}
---

L'identité est vérifiée une fois.
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
status: released
version: "1.0"
effective: 2026-03-02
next_review: 2028-03-02
history:
  - {version: "1.0", date: 2026-03-02, approver: [rq1], digest: "sha256:…"}
---

L'identité est vérifiée deux fois.
```

## How to fix
Type `qm revise` and the id: the change becomes the draft of the next version, and the released one
stays in force. Or put the released text back: its tag `release/<id>/<version>` keeps it. The text
of a withdrawn document stays as it was too.
"""

from collections.abc import Iterator

from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.document import Document, HistoryRow
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.scope import RELEASED, WITHDRAWN, controlled


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each document whose digest is not that of its last release.

    A draft may differ; what is released may not, and neither what was withdrawn.
    """
    for document in controlled(project):
        if document.status not in (RELEASED, WITHDRAWN):
            continue
        if document.history and document.history[-1].digest == document.digest:
            continue
        last = document.last_release()
        if last is not None and last.digest and last.digest != document.digest:
            yield _problem(document, last, project.changed_lines.get(document.path))


def _problem(document: Document, last: HistoryRow, line: int | None) -> Problem:
    """Return the problem of *document*, whose first changed *line* may be known."""
    values = {"document": document.name, "version": last.version}
    fix = (
        say("Restore the released text; a withdrawn document is not changed.")
        if document.status == WITHDRAWN
        else say(
            "Type qm revise {document} to open a revision, or restore the released text.",
            document=document.name,
        )
    )
    if line is None:
        message = say("{document} v{version} has changed since its release", **values)
        return Problem(document.at("version"), message, fix)
    message = say(
        "{document} v{version} has changed since its release (line {line})", **values, line=line
    )
    return Problem(Location(document.path, line), message, fix)


RULE = Rule(
    code="QM203",
    name="changed-after-release",
    severity=Severity.ERROR,
    check=check,
    fix=say("Open a revision with qm revise, or restore the released text."),
    doc=__doc__,
)
