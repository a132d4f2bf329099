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
accents, as GitHub does. `qm check --fix` mends a link whose letters and digits are those of one
heading only.
"""

from collections.abc import Iterator, Mapping

from qmtool.model.advice import bare, did_you_mean, short
from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.document import Document
from qmtool.model.project import Project
from qmtool.model.text import Text, listing, say
from qmtool.rules.links import State, links
from qmtool.rules.mends import led_to_its_anchor, spellings


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each link whose anchor is not in the document it leads to."""
    spelt: dict[str, Mapping[str, str | None]] = {}
    for seen in links(project).get(State.NO_ANCHOR, ()):
        document, link, place = seen
        message = say(
            "{document} links to {target}, but {path} has no anchor {anchor}",
            document=document.name,
            target=short(link.target),
            path=place.path,
            anchor=short(place.anchor),
        )
        if place.path not in spelt:
            spelt[place.path] = spellings(project.by_path[place.path].anchors)
        meant = spelt[place.path].get(bare(place.anchor))
        fix = did_you_mean(f"#{meant}") if meant else _advice(project.by_path[place.path])
        edit = led_to_its_anchor(seen, meant) if meant else None
        yield Problem(Location(document.path, link.line, link.column), message, fix, edit)


def _advice(target: Document) -> Text:
    """Return the first anchors of *target*."""
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
