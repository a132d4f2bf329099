"""A procedure that asks for records has some, a year after it came into force.

## Why
« Show me the last five » is what every auditor asks. A procedure that was followed leaves filled
forms, minutes, certificates; one without any is applied by nobody, or its records lie where nobody
finds them. Where the originals are in another system, a record says so and what was looked at.

## Bad
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
satisfies: [iso-9001-2015:9.2.2]
status: released
version: "1.0"
effective: 2025-03-02
next_review: 2027-03-02
history:
  - {version: "1.0", date: 2025-03-02, approver: [rq1], digest: "sha256:…"}
---
```
```markdown processes/scanner/enregistrements/EN-20260105-K7QD.md
---
id: EN-20260105-K7QD
title: Contrôle du scanner
kind: record
date: 2026-01-05
---
```

## Good
```markdown
---
id: PR-ACC-001
title: Accueil du patient
kind: procedure
satisfies: [iso-9001-2015:9.2.2]
status: released
version: "1.0"
effective: 2025-03-02
next_review: 2027-03-02
history:
  - {version: "1.0", date: 2025-03-02, approver: [rq1], digest: "sha256:…"}
---
```
```markdown processes/scanner/enregistrements/EN-20260105-K7QD.md
---
id: EN-20260105-K7QD
title: Contrôle de l'accueil au scanner
kind: record
date: 2026-01-05
---

Fait selon PR-ACC-001.
```

## How to fix
Put a record beside the procedure, in the folder of records of its process, or name the procedure,
or the form that it uses, in the record. A procedure asks for records where it names a form, or
answers a requirement of an adopted referential that needs a proof. A quality system that holds no
record at all keeps them elsewhere: nothing is said of it.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property

from qmtool.model.calendar import add_months, parse_day
from qmtool.model.diagnostic import Problem, Rule, Severity
from qmtool.model.document import Document
from qmtool.model.project import Project
from qmtool.model.referential import Meant
from qmtool.model.text import Text, listing, say
from qmtool.rules.links import documents_linked_from
from qmtool.rules.scope import WITHDRAWN, code_of, published

APPLIED = frozenset({"PRO", "INS"})
"""The evidence classes of what people do by: procedures, protocols and instructions."""

GRACE_MONTHS = 12
FORM = "form"
MAX_NAMED = 3


def check(project: Project) -> Iterator[Problem]:
    """Yield a problem for each procedure that asks for records and has none."""
    records = [one for one in project.documents if _is_record(project, one)]
    if not records:
        return
    found = _Records(project, records)
    for document in published(project):
        is_applied = not APPLIED.isdisjoint(project.kinds[document.kind].evidence)
        if is_applied and project.process_of(document) not in found.processes:
            asking = found.lack_of(document) if _is_old(project, document) else None
            if asking is not None:
                yield Problem(document.at("id"), asking)


def _is_record(project: Project, document: Document) -> bool:
    kind = project.kind_of(document)
    return kind is not None and not kind.controlled


def _is_old(project: Project, document: Document) -> bool:
    """Return whether the first version of *document* came into force long enough ago."""
    day = parse_day(document.releases()[0].in_force_from)
    return day is not None and add_months(day, GRACE_MONTHS) < project.on


class _Records:
    """What the *records* of a project are about; what few rules need is found when it is needed."""

    def __init__(self, project: Project, records: Sequence[Document]) -> None:
        self.project = project
        self.records = records
        self.processes = {project.process_of(one) for one in records} - {""}

    def lack_of(self, document: Document) -> Text | None:
        """Return that *document* asks for records and has none, or None."""
        forms = list(self._forms_of(document))
        asked = list(self._asked_by(document))
        names = {code_of(one) for one in (document, *forms)} - {""}
        paths = {one.path for one in (document, *forms)}
        if names & self.codes or paths & self.paths or not self.answered.isdisjoint(asked):
            return None
        if forms:
            return say(
                "no record shows that {document} is applied, which uses {forms}",
                document=document.name,
                forms=listing(one.name for one in forms[:MAX_NAMED]),
            )
        if asked:
            return say(
                "no record shows that {document} is applied, as {requirements} asks for",
                document=document.name,
                requirements=listing(asked[:MAX_NAMED]),
            )
        return None

    def _forms_of(self, document: Document) -> Iterator[Document]:
        """Yield the forms that *document* links to or names, each once."""
        linked = {one.path: one for one in documents_linked_from(self.project, document)}
        named = {
            self.forms[code].path: self.forms[code] for code in {*document.codes} & {*self.forms}
        }
        for one in (linked | named).values():
            if _is_form(self.project, one):
                yield one

    def _asked_by(self, document: Document) -> Iterator[str]:
        """Yield the adopted requirements that *document* answers and that need a proof."""
        for name, identifier in _meant(self.project, document):
            requirement = self.project.referentials[name].by_id[identifier]
            if name in self.project.settings.adopts and requirement.proven_by:
                yield f"{name}:{identifier}"

    @cached_property
    def forms(self) -> Mapping[str, Document]:
        """Return the forms by what texts may call them."""
        return {code_of(one): one for one in self.project.documents if _is_form(self.project, one)}

    @cached_property
    def codes(self) -> Set[str]:
        """Return what the records name."""
        return {code for one in self.records for code in one.codes}

    @cached_property
    def paths(self) -> Set[str]:
        """Return what the records link to."""
        return {to.path for one in self.records for to in documents_linked_from(self.project, one)}

    @cached_property
    def answered(self) -> Set[str]:
        """Return the requirements that the records answer."""
        return {f"{name}:{key}" for one in self.records for name, key in _meant(self.project, one)}


def _is_form(project: Project, document: Document) -> bool:
    kind = project.kind_of(document)
    return kind is not None and kind.category == FORM and document.status != WITHDRAWN


def _meant(project: Project, document: Document) -> Iterator[tuple[str, str]]:
    """Yield the requirements that *document* answers, each once."""
    for name, written in {(one.referential, one.requirement): 0 for one in document.declarations}:
        referential = project.referentials.get(name)
        resolved = referential.resolve(written) if referential else None
        if resolved is not None and resolved.meant is Meant.REQUIREMENT:
            yield name, resolved.identifier


RULE = Rule(
    code="QM702",
    name="procedure-without-records",
    severity=Severity.INFO,
    check=check,
    fix=say("Keep its records in its process, or name it in them; else ask whether it is applied."),
    doc=__doc__,
    every=True,
)
