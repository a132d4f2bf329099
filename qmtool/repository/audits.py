"""The audit that a person means, and the referentials that it is against."""

from collections.abc import Mapping

from qmtool.errors import UsageError
from qmtool.model.audits import is_audit, referentials_of
from qmtool.model.document import Document
from qmtool.model.kind import Kind
from qmtool.model.project import Project
from qmtool.model.referential import Referential
from qmtool.model.text import say
from qmtool.repository.library import Library


def audit_of(project: Project, document: Document) -> Kind:
    """Return the kind of the audit *document*, or raise UsageError if it is none."""
    kind = project.kind_of(document)
    if kind is None or not is_audit(kind):
        raise UsageError(
            say("{document} is no audit; type: qm register audit", document=document.name)
        )
    return kind


def schemes_of(library: Library, audit: Document) -> Mapping[str, Referential]:
    """Return the referentials of *audit* by id; raise UsageError if it names none that is known."""
    names = referentials_of(audit)
    if not names:
        raise UsageError(
            say("{document} names no referential: add referentials:", document=audit.name)
        )
    return {name: library.referential(library.known(name)) for name in names}
