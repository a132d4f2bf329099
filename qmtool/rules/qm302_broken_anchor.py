"""A link to a section names a section that exists.

## Why
The link opens the right document at its top: the reader searches, or reads the wrong paragraph.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

Voir [l'identité](#verification-de-l-identite).

## Vérification de l'identité
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
---

Voir [l'identité](#vérification-de-lidentité).

## Vérification de l'identité
```

## How to fix
Write the heading in small letters with `-` for each blank, without punctuation and with its
accents, as GitHub does.
"""

from collections.abc import Iterator, Mapping

from qmtool.model.advice import bare, did_you_mean, short
from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.document import Document
from qmtool.model.project import Project
from qmtool.model.text import Text, listing, say
from qmtool.rules.links import State, links


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each link whose anchor is not in the document it leads to."""
    spelt: dict[str, Mapping[str, str]] = {}
    for document, link, place in links(project).get(State.NO_ANCHOR, ()):
        message = say(
            "{document} links to {target}, but {path} has no anchor {anchor}",
            document=document.name,
            target=short(link.target),
            path=place.path,
            anchor=short(place.anchor),
        )
        if place.path not in spelt:
            target = project.by_path[place.path]
            spelt[place.path] = {bare(anchor): anchor for anchor in target.anchors}
        fix = _advice(spelt[place.path], place.anchor, project.by_path[place.path])
        yield Problem(Location(document.path, link.line, link.column), message, fix)


def _advice(spelt: Mapping[str, str], anchor: str, target: Document) -> Text:
    """Return the anchor of *target* that was meant, or its first ones."""
    meant = spelt.get(bare(anchor))
    if meant is not None:
        return did_you_mean(f"#{meant}")
    first = listing(f"#{heading.anchor}" for heading in target.headings[:4])
    if not first:
        return say("Remove the anchor: the document has no heading.")
    return say("Name one of its headings: {anchors}.", anchors=first)


RULE = Rule(
    code="QM302",
    name="broken-anchor",
    severity=Severity.ERROR,
    check=check,
    fix=say("Name one of the headings of the document."),
    doc=__doc__,
)
