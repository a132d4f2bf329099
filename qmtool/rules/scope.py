"""Which documents a rule looks at."""

import re
from collections.abc import Iterator
from functools import lru_cache

from qmtool.model.document import Document
from qmtool.model.project import Project
from qmtool.model.version import Version

SETTINGS = "qm.yaml"
RELEASED = "released"
WITHDRAWN = "withdrawn"
_NUMBERED = re.compile(r"(?:^|[^0-9])[0-9]{1,6}$")


def controlled_kinds(project: Project) -> frozenset[str]:
    """Return the names of the kinds whose documents are released."""
    return frozenset(name for name, kind in project.kinds.items() if kind.controlled)


def controlled(project: Project) -> Iterator[Document]:
    """Yield the documents of *project* that are of a controlled kind."""
    kinds = controlled_kinds(project)
    return (document for document in project.documents if document.kind in kinds)


def released(project: Project) -> Iterator[Document]:
    """Yield the controlled documents of *project* whose status is released."""
    return (document for document in controlled(project) if document.status == RELEASED)


def published(project: Project) -> Iterator[Document]:
    """Yield the controlled documents that have a version and are not withdrawn.

    A draft of the next version is one: until its release the service goes by the version before.
    """
    for document in controlled(project):
        if document.status != WITHDRAWN and document.releases():
            yield document


def code_of(document: Document) -> str:
    """Return the id of *document* as `Document.codes` write ids, empty if they never hold it."""
    name = document.identifier
    return name.replace("-", "") if _NUMBERED.search(name) else ""


def process_folder(path: str) -> str:
    """Return the process whose folder `processes/<process>/` holds *path*, or the empty text."""
    parts = path.split("/", 2)
    return parts[1] if len(parts) == 3 and parts[0] == "processes" else ""


@lru_cache(maxsize=1024)
def version_of(text: str) -> Version | None:
    """Return the version that *text* spells; a project repeats few of them very often."""
    return Version.parse(text)
