"""Version, status and history of a document tell the same story.

## Why
These keys are written by `qm`, together. Where one was changed by hand, readers no longer know
which version is in force, and an auditor has reason to doubt all the others.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
status: released
version: "2.0"
effective: 2026-03-02
next_review: 2028-03-02
history:
  - {version: "1.0", date: 2026-03-02, approver: [rq1], digest: "sha256:…"}
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
effective: 2026-03-02
next_review: 2028-03-02
history:
  - {version: "1.0", date: 2026-03-02, approver: [rq1], digest: "sha256:…"}
---
```

## How to fix
Put back the keys as the last release wrote them (its tag `release/<id>/<version>` keeps them), and
let `qm release`, `qm revise`, `qm withdraw` and `qm reinstate` change them. A history begins at
1.0, or at any version that was adopted, and goes up by one. A withdrawn document says when and by
whom, until it is reinstated.
"""

from collections.abc import Iterator, Sequence

from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.document import Document, HistoryRow
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.rules.scope import RELEASED, WITHDRAWN, controlled, version_of

ADOPTED = "adopted"


def check(project: Project) -> Iterator[Problem]:
    """Yield what contradicts itself in the keys that `qm` writes into controlled documents."""
    for document in controlled(project):
        rows = [row for row in document.history if row.version]
        if document.version != (rows[-1].version if rows else ""):
            yield from _version(document, rows)
        if document.history or document.status == WITHDRAWN:
            yield from _withdrawal(document)
        if document.status == RELEASED:
            yield from _released(document, rows)
        elif document.version and not document.status and "status" not in document.key_places:
            message = say("{document} has a version but no status", document=document.name)
            yield Problem(document.at("version"), message)
        if rows:
            yield from _steps(document, rows)


def _version(document: Document, rows: Sequence[HistoryRow]) -> Iterator[Problem]:
    """Yield the problem that the version is not that of the last of *rows*."""
    values = {"document": document.name, "version": document.version}
    if not rows:
        message = say("{document} has version {version}, its history has no release", **values)
        yield Problem(document.at("version"), message)
    elif document.version:
        message = say(
            "{document} has version {version}, its history ends with {last}",
            **values,
            last=rows[-1].version,
        )
        yield Problem(document.at("version"), message)
    elif "version" not in document.key_places:
        message = say(
            "{document} has no version, its history ends with {last}",
            document=document.name,
            last=rows[-1].version,
        )
        yield Problem(document.at("history"), message)


def _withdrawal(document: Document) -> Iterator[Problem]:
    """Yield the problem that status and history disagree on whether *document* is withdrawn."""
    decided = [row for row in document.history if row.withdrawn or row.reinstated]
    last = decided[-1] if decided else None
    if last is not None and last.withdrawn and document.status != WITHDRAWN:
        message = say(
            "{document} was withdrawn on {day}, its status says {status}",
            document=document.name,
            day=last.withdrawn,
            status=document.status or "draft",
        )
        fix = say(
            "Put back status: withdrawn; qm reinstate {document} brings it back into force.",
            document=document.name,
        )
        yield Problem(Location(document.path, last.line), message, fix)
    elif document.status == WITHDRAWN and document.history and not (last and last.withdrawn):
        message = say(
            "{document} is withdrawn, its history does not say by whom", document=document.name
        )
        fix = say(
            "Put back the status that it had, then type: qm withdraw {document} --reason …",
            document=document.name,
        )
        yield Problem(document.at("status"), message, fix)


def _released(document: Document, rows: Sequence[HistoryRow]) -> Iterator[Problem]:
    """Yield what a released document lacks."""
    if document.effective is None and "effective" not in document.key_places:
        message = say("{document} is released but has no effective day", document=document.name)
        yield Problem(document.at("status"), message)
    if rows and not rows[-1].digest:
        message = say(
            "{document} has no digest of version {version}",
            document=document.name,
            version=rows[-1].version,
        )
        yield Problem(Location(document.path, rows[-1].line), message)


def _steps(document: Document, rows: Sequence[HistoryRow]) -> Iterator[Problem]:
    """Yield a problem for each of *rows* whose version does not follow from the one before."""
    expected = 1
    for row in rows:
        version = version_of(row.version)
        if version is None:
            return  # malformed-version speaks; what follows cannot be judged
        if version != (expected, 0) and not (row is rows[0] and row.origin == ADOPTED):
            message = say(
                "the history of {document} goes to {version} where {expected} is next",
                document=document.name,
                version=row.version,
                expected=f"{expected}.0",
            )
            yield Problem(Location(document.path, row.line), message)
        expected = version.major + 1


RULE = Rule(
    code="QM202",
    name="status-against-history",
    severity=Severity.ERROR,
    check=check,
    fix=say("Put back version, status, effective and history as qm wrote them."),
    doc=__doc__,
)
