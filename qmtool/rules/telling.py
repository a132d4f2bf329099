"""Which documents tell who somebody is: what is handed out or published leaves them out."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import replace

from qmtool.model.document import Document
from qmtool.model.dossier import Copy
from qmtool.model.project import Project
from qmtool.rules.engine import run
from qmtool.rules.qm601_national_number import RULE as QM601
from qmtool.rules.qm602_patient_number import RULE as QM602
from qmtool.rules.qm603_birth_date import RULE as QM603
from qmtool.rules.qm604_exam_identifier import RULE as QM604
from qmtool.rules.qm605_staff_health import RULE as QM605

CONFIDENTIAL = (QM601, QM602, QM603, QM604, QM605)
"""A document of which one of these rules speaks is not shown to others."""


def telling(project: Project, texts: Iterable[Document]) -> Set[str]:
    """Return the paths of those of *texts* that tell who somebody is, by their words or names."""
    shown = replace(project, documents=tuple(texts))
    return {one.location.path for one in run(shown, CONFIDENTIAL).diagnostics}


def without_titles(project: Project) -> Project:
    """Return *project*, in which what tells who somebody is has no title to be listed by."""
    told = telling(project, (*project.documents, *project.earlier.values()))
    if not told:
        return project
    return replace(
        project,
        documents=tuple(_untitled(one) if one.path in told else one for one in project.documents),
        earlier={
            path: _untitled(one) if path in told else one for path, one in project.earlier.items()
        },
    )


def withheld(project: Project, held: Mapping[str, Copy]) -> dict[str, Copy]:
    """Return the copies *held*; those that tell who somebody is have no text and no files."""
    told = telling(project, (one.text for one in held.values()))
    return {
        path: replace(one, text=_untitled(one.text), body="", files=(), is_withheld=True)
        if one.text.path in told
        else one
        for path, one in held.items()
    }


def _untitled(document: Document) -> Document:
    return replace(document, title="…")
