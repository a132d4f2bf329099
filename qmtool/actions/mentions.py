"""What a withdrawal leaves to do: who still names the document, and what nothing answers now."""

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple
from urllib.parse import unquote

from qmtool.model.document import Document
from qmtool.model.evidence import EvidenceState, claims
from qmtool.model.paths import folder_of
from qmtool.model.project import Project
from qmtool.model.targets import resolve
from qmtool.repository.load import Snapshot

_IN_FORCE = (EvidenceState.IN_FORCE, EvidenceState.OVERDUE)


class Mention(NamedTuple):
    """A document that leads to another by a link, or only writes its id."""

    document: Document
    is_link: bool


def mentions(
    snapshot: Snapshot, document: Document, without: Collection[str] = ()
) -> Iterator[Mention]:
    """Yield the controlled documents, by path, that name *document*, but for those of *without*.

    Records say what was followed on their day, and withdrawn documents are followed no more.
    """
    project = snapshot.project
    others = {
        one.path: one
        for one in project.documents
        if (kind := project.kind_of(one)) is not None
        and kind.controlled
        and one.status != "withdrawn"
        and one.path != document.path
        and one.path not in without
    }
    # Not a letter, digit or hyphenated number may go on: PR-ACC-001 does not stand in PR-ACC-0012.
    named = re.compile(
        rf"(?<![A-Za-z0-9-]){re.escape(document.identifier)}(?![A-Za-z0-9]|-[0-9])".encode()
    )
    for path, data, _ in snapshot.source.read(others):
        if any(leads_to(path, target, document.path) for target in others[path].targets):
            yield Mention(others[path], is_link=True)
        elif data is not None and document.identifier and named.search(data):
            yield Mention(others[path], is_link=False)


def leads_to(path: str, target: str, wanted: str) -> bool:
    """Return whether *target*, written in the file *path*, leads to the file *wanted*."""
    name = wanted.rpartition("/")[2]
    if name not in target and name not in unquote(target):
        return False
    return resolve(folder_of(path), target).path == wanted


def lost_requirements(project: Project, document: Document, gone: Collection[str]) -> Iterator[str]:
    """Yield the requirements that nothing in force answers without the documents of *gone*.

    Only those that *document*, one of *gone*, answers.
    """
    earlier = project.earlier.get(document.path)
    written = (*document.declarations, *(earlier.declarations if earlier else ()))
    for name in sorted({one.referential for one in written}):
        referential = project.referentials.get(name)
        for identifier, found in (claims(project, referential) if referential else {}).items():
            paths = {one.declarer.text.path for one in found if one.declarer.state in _IN_FORCE}
            if document.path in paths and paths <= {*gone}:
                yield f"{name}:{identifier}"
