"""The sites of a document are among those of `qm.yaml`.

## Why
Sites decide where a document applies, and which evidence counts for which place. A document of an
unknown site applies nowhere.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
sites: [norde]
---
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
sites: [nord]
---
```

## How to fix
Write the ids of sites of `qm.yaml`, or declare the site there. Without `sites:` a document applies
to all of them.
"""

from collections.abc import Iterator

from qmtool.model.advice import nearest, short
from qmtool.model.diagnostic import Location, Problem, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.model.workflow import misnamed


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each site that a document names and nobody declared."""
    known = {site.identifier for site in project.settings.sites}
    for document in project.documents:
        for site in document.sites:
            if site not in known:
                message = say(
                    "{document} applies to the site {site}, which is not in qm.yaml",
                    document=document.name,
                    site=short(site),
                )
                yield Problem(document.at("sites"), message, nearest(site, known))
        for line in document.assessed:
            if line.site and line.site not in known:
                message = say(
                    "{document} assessed the site {site}, which is not in qm.yaml",
                    document=document.name,
                    site=short(line.site),
                )
                place = Location(document.path, line.line, line.column)
                yield Problem(place, message, nearest(line.site, known))
    for document, name, site in misnamed(project, known, "site"):
        message = say(
            "{document} names the site {site}, which is not in qm.yaml",
            document=document.name,
            site=short(site),
        )
        yield Problem(document.at(name), message, nearest(site, known))


RULE = Rule(
    code="QM112",
    name="unknown-site",
    severity=Severity.ERROR,
    check=check,
    fix=say("Declare the site under sites: of qm.yaml, or correct its name."),
    doc=__doc__,
    needs_settings=True,
)
