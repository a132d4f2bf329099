"""An exclusion of `qm.yaml` excludes something that nobody answers.

## Why
An exclusion is a statement to the auditor: we do not do this, and here is why. One that a procedure
in force contradicts, or that is left over from a referential given up since, costs the others
their credit. A point of a requirement (`8.3.2a`) cannot be excluded alone.

## Bad
```yaml qm.yaml
qm: 1
language: en
people: [{id: rq1, roles: [rq]}]
processes: [{id: accueil, code: ACC, owner: rq1}]
adopts: [iso-9001-2015]
exclusions: [{requirement: iso-9001-2015:8.3, reason: "Rien n'est conçu ici.", approved_by: rq1}]
```
```markdown
---
id: PR-ACC-001
title: Conception d'un nouvel examen
kind: procedure
satisfies: [iso-9001-2015:8.3.2]
status: released
version: "1.0"
effective: 2026-03-02
next_review: 2028-03-02
history:
  - {version: "1.0", date: 2026-03-02, approver: [rq1], digest: "sha256:…"}
---
```

## Good
```yaml qm.yaml
qm: 1
language: en
people: [{id: rq1, roles: [rq]}]
processes: [{id: accueil, code: ACC, owner: rq1}]
adopts: [iso-9001-2015]
exclusions: [{requirement: iso-9001-2015:8.3, reason: "Rien n'est conçu ici.", approved_by: rq1}]
```
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
satisfies: [iso-9001-2015:8.5.2]
status: released
version: "1.0"
effective: 2026-03-02
next_review: 2028-03-02
history:
  - {version: "1.0", date: 2026-03-02, approver: [rq1], digest: "sha256:…"}
---
```

## How to fix
Take the exclusion out of `qm.yaml`, or the requirement out of the document that answers it.
"""

from collections.abc import Iterator, Mapping

from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.document import Document
from qmtool.model.project import Project
from qmtool.model.referential import Referential
from qmtool.model.settings import Exclusion
from qmtool.model.text import Text, say
from qmtool.rules.scope import RELEASED, SETTINGS, controlled_kinds

Node = tuple[str, str]
"""A referential, and a requirement of it or what groups some."""


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each exclusion that excludes nothing, or what is answered anyway."""
    first: dict[Node, int] = {}
    for number, one in enumerate(project.settings.exclusions):
        first.setdefault((one.referential, one.requirement), number)
    answers = _answers(project) if first else {}
    for number, one in enumerate(project.settings.exclusions):
        referential = project.referentials.get(one.referential)
        if referential is None:
            continue  # told by the rules about what is cited
        if one.requirement not in referential.by_id:
            yield from _point(one, referential)
            continue
        if one.referential not in project.settings.adopts:
            message: Text | None = say(
                "qm.yaml excludes {requirement}, of a referential that it does not adopt",
                requirement=_written(one),
            )
        else:
            message = _again(one, number, referential, first) or _answered(one, answers)
        if message is not None:
            yield Problem(Location(SETTINGS), message)


def _point(one: Exclusion, referential: Referential) -> Iterator[Problem]:
    """Yield a problem if *one* excludes a point of a requirement, which has no effect."""
    whole = referential.resolve(one.requirement).identifier
    if whole:  # what does not exist at all is told by the rules about what is cited
        names = {"requirement": _written(one), "whole": f"{one.referential}:{whole}"}
        message = say("qm.yaml excludes {requirement}, a point of {whole}: no effect", **names)
        fix = say("Exclude {whole} as a whole, or take the exclusion out.", **names)
        yield Problem(Location(SETTINGS), message, fix)


def _written(one: Exclusion) -> str:
    return f"{one.referential}:{one.requirement}"


def _again(
    one: Exclusion, number: int, referential: Referential, first: Mapping[Node, int]
) -> Text | None:
    """Return that another exclusion says what *one*, of that *number*, says; else None."""
    for name in referential.lineage(one.requirement):
        place = first.get((one.referential, name), number)
        if place != number and (name != one.requirement or place < number):
            return say(
                "qm.yaml excludes {requirement} again: it excludes {other} already",
                requirement=_written(one),
                other=f"{one.referential}:{name}",
            )
    return None


def _answered(one: Exclusion, answers: Mapping[Node, tuple[str, Document]]) -> Text | None:
    """Return that a document answers what *one* excludes, or None."""
    found = answers.get((one.referential, one.requirement))
    if found is None:
        return None
    answered, document = found
    return say(
        "qm.yaml excludes {requirement}, but {document} answers {answered}",
        requirement=_written(one),
        document=document.name,
        answered=f"{one.referential}:{answered}",
    )


def _answers(project: Project) -> Mapping[Node, tuple[str, Document]]:
    """Return what is released or recorded, by the requirements it answers and all above these."""
    kinds = controlled_kinds(project)
    concerned = {one.referential for one in project.settings.exclusions}
    written: dict[Node, Document] = {}
    for document in project.documents:
        if document.status == RELEASED or document.kind not in kinds:
            for one in document.declarations:
                if one.referential in concerned:
                    written.setdefault((one.referential, one.requirement), document)
    found: dict[Node, tuple[str, Document]] = {}
    for (name, requirement), document in written.items():
        referential = project.referentials.get(name)
        answered = referential.resolve(requirement).identifier if referential else ""
        for node in referential.lineage(answered) if referential else ():
            found.setdefault((name, node), (answered, document))
    return found


RULE = Rule(
    code="QM708",
    name="unused-exclusion",
    severity=Severity.WARNING,
    check=check,
    fix=say("Take the exclusion out, or the requirement out of the document that answers it."),
    doc=__doc__,
    every=True,
)
