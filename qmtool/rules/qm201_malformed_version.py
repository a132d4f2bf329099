"""A released version is written 1.0, 2.0, 3.0.

## Why
Everyone must read the same version on paper, in the history and in the tag of the release. `v2`,
`2` and `2.0.1` are not told apart at a glance; a released document without version cannot be named
at all.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
status: released
version: "1.2"
effective: 2026-03-02
next_review: 2028-03-02
history:
  - {version: "1.2", date: 2026-03-02, approver: [rq1], digest: "sha256:…"}
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
Leave `version:` and `history:` to `qm release`, which writes both. Put back what it wrote.
"""

from collections.abc import Iterator
from functools import lru_cache

from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import Text, say
from qmtool.rules.scope import RELEASED, WITHDRAWN, controlled, version_of


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each version of a controlled document that is none, or is missing."""
    for document in controlled(project):
        if document.version:
            message = _flaw(document.name, document.version)
            if message is not None:
                yield Problem(document.at("version"), message)
        elif document.status in (RELEASED, WITHDRAWN):
            message = say(
                "{document} is {status} but has no version",
                document=document.name,
                status=document.status,
            )
            yield Problem(document.at("status"), message)
        for row in document.history:
            if row.version and row.version != document.version:
                message = _flaw(document.name, row.version)
                if message is not None:
                    yield Problem(Location(document.path, row.line), message)


def _flaw(name: str, text: str) -> Text | None:
    """Return what is wrong with the released version *text* of the document called *name*."""
    if _is_release(text):
        return None
    return say(
        "{document} has the version {version}, which is not of the form 1.0, 2.0, 3.0",
        document=name,
        version=repr(text),
    )


@lru_cache(maxsize=1024)
def _is_release(text: str) -> bool:
    version = version_of(text)
    return version is not None and version.major >= 1 and version.minor == 0


RULE = Rule(
    code="QM201",
    name="malformed-version",
    severity=Severity.ERROR,
    check=check,
    fix=say("Put back the version that qm release wrote."),
    doc=__doc__,
)
