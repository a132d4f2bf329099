"""Whoever a document names is one of the people of `qm.yaml`.

## Why
The owner is asked for the next review, and a review or a withdrawal counts because somebody decided
it. A name that the centre does not know reaches nobody.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
owner: miaa
---
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
owner: mia
---
```

## How to fix
Write the id of one of the `people` of `qm.yaml`, or add the person there. People who left stay in
the list, with `until:`.
"""

from collections.abc import Collection, Iterator

from qmtool.model.advice import nearest, short
from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.document import HISTORY, Document, HistoryRow
from qmtool.model.project import Project
from qmtool.model.settings import Settings
from qmtool.model.text import Text, say
from qmtool.model.workflow import misnamed
from qmtool.rules.scope import SETTINGS


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each owner, and each author of a decision, who is none of the people."""
    people = {person.identifier for person in project.settings.policy.people}
    yield from _settings(project.settings, people)
    for document in project.documents:
        if document.owner and document.owner not in people:
            message = say(
                "{document} is owned by {person}, who is not one of the people of qm.yaml",
                document=document.name,
                person=document.owner,
            )
            yield Problem(document.at("owner"), message, nearest(document.owner, people))
    decided = {one.path: one for one, _, _ in misnamed(project, people, HISTORY)}
    for document in decided.values():
        yield from _strangers(document, people)
    for document, name, person in misnamed(project, people, "person", "people"):
        message = say(
            "{document} names {person} as {field}, who is not one of the people of qm.yaml",
            document=document.name,
            person=short(person),
            field=name,
        )
        yield Problem(document.at(name), message, nearest(person, people))


def _settings(settings: Settings, people: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for each owner of a process, and each approver, who is none of *people*."""
    for process in settings.processes:
        if process.owner and process.owner not in people:
            message = say(
                "the process {process} is owned by {person}, who is not one of the people of "
                "qm.yaml",
                process=process.identifier,
                person=process.owner,
            )
            yield Problem(Location(SETTINGS), message, nearest(process.owner, people))
    for kind, approvals in settings.policy.approvals.items():
        for person in approvals.by:
            if person not in people:
                message = say(
                    "the approvals of {kind} are for {person}, who is not one of the people of "
                    "qm.yaml",
                    kind=kind,
                    person=person,
                )
                yield Problem(Location(SETTINGS), message, nearest(person, people))


def _strangers(document: Document, people: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for each row of the history by somebody who is none of *people*."""
    for row in document.history:
        if row.by and row.by not in people:
            place = Location(document.path, row.line)
            yield Problem(place, _stranger(document.name, row), nearest(row.by, people))


def _stranger(name: str, row: HistoryRow) -> Text:
    """Return that nobody knows who decided what *row* says of the document called *name*."""
    values = {"document": name, "person": row.by}
    if row.withdrawn:
        return say(
            "{document} is withdrawn by {person}, who is not one of the people of qm.yaml", **values
        )
    if row.reinstated:
        return say(
            "{document} is reinstated by {person}, who is not one of the people of qm.yaml",
            **values,
        )
    return say(
        "{document} is reviewed by {person}, who is not one of the people of qm.yaml", **values
    )


RULE = Rule(
    code="QM110",
    name="unknown-person",
    severity=Severity.ERROR,
    check=check,
    fix=say("Write the id of one of the people of qm.yaml, or add the person there."),
    doc=__doc__,
    needs_settings=True,
)
