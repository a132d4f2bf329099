"""Where the file of a document goes when it is moved, withdrawn or reinstated."""

import os
from collections.abc import Mapping

from qmtool.errors import Refused
from qmtool.model.document import Document
from qmtool.model.paths import folder_of
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.repository import git
from qmtool.repository.decisions import Meaning, read_decisions
from qmtool.repository.git import Entry, Repository
from qmtool.repository.globs import is_document
from qmtool.repository.names import name_faults


def archived(project: Project, path: str) -> str:
    """Return where a withdrawn document of *path* goes: the archive folder of its process.

    It stays where it is outside of a process, and where the archive would hide it from qm.
    """
    parts = path.split("/")
    if not _is_in_process(path):
        return path
    target = "/".join(("processes", parts[1], project.settings.folders["archive"], parts[-1]))
    return target if _would_be_document(project, target) else path


def is_archived(project: Project, path: str) -> bool:
    """Return whether *path* is in the archive folder of a process."""
    return _is_in_process(path) and path.split("/")[2] == project.settings.folders["archive"]


def _is_in_process(path: str) -> bool:
    """Return whether *path* is in one of the folders of a process."""
    parts = path.split("/")
    return len(parts) > 3 and parts[0] == "processes"


def _would_be_document(project: Project, path: str) -> bool:
    return is_document(path, project.settings.documents, project.settings.ignore)


def home(repo: Repository, project: Project, document: Document, version: str) -> str:
    """Return where a withdrawn *document* goes when it is reinstated.

    That is the folder it came from, in which the links of its text are right; where no tag tells,
    the folder of the category of its kind.
    """
    if not is_archived(project, document.path):
        return document.path
    _, process, _, *_, name = document.path.split("/")
    kind = project.kind_of(document)
    category = kind.category if kind else "applicable"
    usual = f"processes/{process}/{project.settings.folders[category]}"
    folder = _former_folder(repo, document.identifier, version)
    if folder is None or is_archived(project, f"{folder}/{name}"):
        folder = usual
    target = f"{folder}/{name}" if folder else name
    return target if _would_be_document(project, target) else f"{usual}/{name}"


def _former_folder(repo: Repository, identifier: str, version: str) -> str | None:
    """Return the folder from which the last withdrawal took the file, None if no tag tells."""
    found = [
        one
        for one in read_decisions(repo, identifier, version)
        if one.payload.get("meaning") == Meaning.WITHDRAWN
    ]
    if not found:
        return None
    commit = max(found, key=lambda one: one.tag.name).tag.target
    before = git.resolve_commit(repo, f"{commit}~1")
    changed = git.changed_files(repo, before, commit) if before else {}
    gone = [path for path, (_, after) in changed.items() if after is None]
    return folder_of(gone[0]) if len(gone) == 1 else None


def refuse_place(
    repo: Repository, project: Project, entries: Mapping[str, Entry], old: str, new: str
) -> None:
    """Raise Refused unless the file *old* may become *new*: a free and portable name."""
    others = [one.path for one in project.documents if one.path != old]
    faults = name_faults([*others, new]).get(new, ())
    if faults:
        raise Refused(say("{path}: {message}", path=new, message=faults[0].message))
    above = new.split("/")[:-1]
    folders = ["/".join(above[: count + 1]) for count in range(len(above))]
    if (
        new in entries
        or new in project.folders
        or git.index_entry(repo, new) is not None
        or os.path.lexists(repo.root / new)
    ):
        raise Refused(
            say("{path} is there already; move it away, or choose another name", path=new)
        )
    for folder in folders:
        place = repo.root / folder
        if folder in entries or place.is_symlink() or (place.exists() and not place.is_dir()):
            raise Refused(say("{path} is not a folder but a link or a file", path=folder))
