"""A record names documents that exist, and of the right kind.

## Why
The chain from an event to its action and to what the action changed is the proof that the loop was
closed. A misspelt id breaks it in silence.

## Bad
```yaml templates/incident/kind.yaml
label: {fr: Incident, en: Incident}
category: record
controlled: false
evidence: [REC]
fields:
  cause: {type: text, label: {fr: Cause, en: Cause}}
  found_on: {type: date}
  action: {type: reference, kinds: [incident]}
states:
  open: {next: [analysed]}
  analysed: {next: [closed], requires: [cause]}
  closed: {next: []}
counts: [closed]
```
```markdown
---
id: INC-1
title: Chute d'un patient
kind: incident
date: 2026-03-02
status: open
action: ACT-20260302-K7QD
---
```

## Good
```yaml templates/incident/kind.yaml
label: {fr: Incident, en: Incident}
category: record
controlled: false
evidence: [REC]
fields:
  cause: {type: text, label: {fr: Cause, en: Cause}}
  found_on: {type: date}
  action: {type: reference, kinds: [incident]}
states:
  open: {next: [analysed]}
  analysed: {next: [closed], requires: [cause]}
  closed: {next: []}
counts: [closed]
```
```markdown
---
id: INC-1
title: Chute d'un patient
kind: incident
date: 2026-03-02
status: open
action: INC-1
---
```

## How to fix
Write the id of the document that is meant.
"""

from collections.abc import Collection, Iterator

from qmtool.model.advice import nearest, short
from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.document import Document
from qmtool.model.project import Project
from qmtool.model.text import Text, listing, say


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each reference of a field to no document, or to one of a wrong kind."""
    for kind_of_field in ("reference", "references"):
        for identifier, places in project.named.get(kind_of_field, {}).items():
            other = project.by_id.get(identifier)
            for document, name in places:
                wanted = project.kinds[document.kind].fields[name].get("kinds", ())
                if other is None or (wanted and other.kind not in wanted):
                    yield Problem(
                        document.at(name),
                        _message(document.name, name, identifier, wanted, other),
                        None if other else nearest(identifier, _of_kinds(project, wanted)),
                    )


def _of_kinds(project: Project, kinds: Collection[str]) -> list[str]:
    """Return the ids of the documents of *kinds*, of all where there are none to choose from."""
    return [name for name, one in project.by_id.items() if not kinds or one.kind in kinds]


def _message(
    name: str, key: str, identifier: str, wanted: Collection[str], other: Document | None
) -> Text:
    values = {"document": name, "field": key, "id": short(identifier)}
    if other is None:
        return say("{document} names {id} as {field}, which is no document", **values)
    return say(
        "{document} names {id} as {field}, which is of the kind {kind}, not {kinds}",
        kind=other.kind,
        kinds=listing(wanted),
        **values,
    )


RULE = Rule(
    code="QM805",
    name="unknown-record",
    severity=Severity.ERROR,
    check=check,
    fix=say("Write the id of the document that is meant."),
    doc=__doc__,
)
