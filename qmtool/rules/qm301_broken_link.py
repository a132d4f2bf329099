"""Every link inside the repository leads somewhere.

## Why
A reader who follows a link at the console, with a patient waiting, must not find an error page.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

Voir [les urgences](PR-ACC-002.md).
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

Voir [les urgences](PR-ACC-003.md).
```
```markdown
---
id: PR-ACC-003
title: Accueil des urgences
kind: procedure
---
```

## How to fix
Correct the path. It counts from the folder of the document; after `/`, from the top of the
repository. Whoever renames a document corrects the links to it. `qm check --fix` mends a link to a
file whose name tells, by its id, which one document was meant.
"""

from collections.abc import Iterator

from qmtool.model.advice import did_you_mean, short
from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import Text, say
from qmtool.rules.links import Seen, State, elsewhere, links
from qmtool.rules.mends import led_to_its_document


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each link to a file that is not there."""
    for seen in links(project).get(State.MISSING, ()):
        document, link, _ = seen
        if link.is_image:
            continue
        place = Location(document.path, link.line, link.column)
        if not link.target.strip():
            message = say("a link of {document} has no target", document=document.name)
            yield Problem(place, message, say("Write the path of a file in the parentheses."))
            continue
        message = say(
            "{document} links to {target}, which does not exist",
            document=document.name,
            target=short(link.target),
        )
        edit = led_to_its_document(project, seen)
        yield Problem(place, message, _advice(project, seen), edit)


def _advice(project: Project, seen: Seen) -> Text | None:
    """Return where the file that *seen* misses stands, if it is found."""
    if "\\" in seen.link.target:
        return say("Write / where the link has a backslash.")
    found = elsewhere(project, seen.document, seen.place.path)
    return did_you_mean(found) if found else None


RULE = Rule(
    code="QM301",
    name="broken-link",
    severity=Severity.ERROR,
    check=check,
    fix=say("Correct the path: it counts from the folder of the document."),
    doc=__doc__,
)
