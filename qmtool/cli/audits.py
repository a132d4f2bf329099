"""What the commands about audits share: the audit that is meant, and its referentials."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from qmtool.cli.common import _, named, repository, snapshot

if TYPE_CHECKING:
    from qmtool.model.document import Document
    from qmtool.model.kind import Kind
    from qmtool.repository.load import Snapshot

AuditArgument = Annotated[
    str, typer.Argument(metavar="AUDIT", help=_("Id or path of the audit: qm register audit."))
]


def audit_in(
    wanted: str, *, at: str, on: str, cache: bool, in_force: bool = False
) -> "tuple[Snapshot, Document, Kind]":
    """Return the snapshot with the referentials of the audit *wanted*, the audit, and its kind."""
    from qmtool.repository.audits import audit_of, schemes_of
    from qmtool.repository.finding import find

    repo = repository()
    found = snapshot(repo, on=on, at=at, use_cache=cache, in_force=in_force)
    audit = find(found.project, named(repo, wanted))
    kind = audit_of(found.project, audit)
    known = {**found.project.referentials, **schemes_of(found.library, audit)}
    return replace(found, project=replace(found.project, referentials=known)), audit, kind


def body_of(found: "Snapshot", document: "Document") -> str:
    """Return the text of *document* below its front matter."""
    from qmtool.repository.front_matter import split
    from qmtool.repository.text import decode

    for _path, data, _fault in found.source.read([document.path]):
        text = decode(data).text if data is not None else None
        return split(text).body if text is not None else ""
    return ""
