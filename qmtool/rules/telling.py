"""Which documents tell who somebody is: what is handed out or published leaves them out."""

from collections.abc import Iterable, Set
from dataclasses import replace

from qmtool.model.document import Document
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
