"""What moving a document would write: decided here, without changing anything."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qmtool.actions import link_paths, placing, readiness, stamp
from qmtool.actions.link_targets import Aim, retarget
from qmtool.actions.mentions import leads_to
from qmtool.actions.publish import FileChange
from qmtool.errors import Refused
from qmtool.model.document import Document
from qmtool.model.identifier import names_file
from qmtool.model.paths import folder_of, join
from qmtool.model.project import Project
from qmtool.model.text import Text, say
from qmtool.repository.front_matter import UnsafePatch, split
from qmtool.repository.git import Repository
from qmtool.repository.globs import is_document
from qmtool.repository.load import Snapshot
from qmtool.repository.markdown import parse_body
from qmtool.repository.text import decode
from qmtool.rules.qm109_file_name_without_id import EXEMPT
from qmtool.rules.scope import process_folder

IN_REVIEW, RELEASED, WITHDRAWN = "in-review", "released", "withdrawn"

Texts = Mapping[str, tuple[bytes, bytes]]
"""The texts before and after, by the paths before."""


@dataclass(frozen=True)
class MovePlan:
    """What moving *document* to *path* would write.

    *relinked* are the other files whose links are corrected, *revised* the documents that become
    drafts because their text changes.
    """

    document: Document
    path: str
    changes: tuple[FileChange, ...]
    relinked: tuple[str, ...]
    revised: tuple[Document, ...]

    @property
    def new_process(self) -> str:
        """Return the process to which the move brings the document, empty if it stays in one."""
        before, after = process_folder(self.document.path), process_folder(self.path)
        return after if after != before and not self.document.process else ""


def plan_move(
    repo: Repository, snapshot: Snapshot, document: Document, typed: str, *, revise: bool
) -> MovePlan:
    """Return what moving *document* to *typed*, a path or a folder, would write, or raise Refused.

    With *revise*, the released documents whose text has to change become drafts.
    """
    project, old = snapshot.project, document.path
    new = _destination(project, document, typed)
    _may_stand_there(project, document, new)
    placing.refuse_place(repo, project, snapshot.source.entries, old, new)
    before = readiness.committed(repo, snapshot, old)
    texts = {old: (before, _own_text(project, document, new, before))}
    for path in _linking(snapshot, old):
        data, folder = readiness.committed(repo, snapshot, path), folder_of(path)
        link, file = (
            make(folder, old, new) for make in (link_paths.toward, link_paths.attached_toward)
        )
        texts[path] = data, _retargeted(path, data, link, file)
    fixed = [
        one
        for path, (data, changed) in texts.items()
        if data != changed and (one := project.by_path.get(path)) and _is_fixed(project, one)
    ]
    if fixed and not revise:
        raise Refused(_refusal(document, fixed))
    for one in fixed:
        data, changed = texts[one.path]
        texts[one.path] = data, stamp.status(changed, "draft")
    relinked = tuple(path for path in texts if path != old)
    return MovePlan(document, new, (*_changes(texts, old, new),), relinked, tuple(fixed))


def _changes(texts: Texts, old: str, new: str) -> Iterator[FileChange]:
    for path, (before, after) in texts.items():
        if path == old:
            yield FileChange(path, before, None)
            yield FileChange(new, None, after)
        else:
            yield FileChange(path, before, after)


def _destination(project: Project, document: Document, typed: str) -> str:
    """Return the new path of *document*: *typed*, or the same name in the folder *typed*."""
    folder, _, name = document.path.rpartition("/")
    if typed.endswith(".md") and typed not in project.folders:
        if "/" in typed:
            return typed
        name = typed
    else:
        folder = typed
    return f"{folder}/{name}" if folder else name


def _may_stand_there(project: Project, document: Document, new: str) -> None:
    """Raise Refused unless *document* may have the path *new*."""
    name, identifier = document.name, document.identifier
    if new == document.path:
        raise Refused(say("{document} stands there already: {path}", document=name, path=new))
    if _folded(new) == _folded(document.path):
        raise Refused(
            say(
                "{path} differs from the present name by case or accents only, which many disks "
                "cannot tell apart; move it to another name first",
                path=new,
            )
        )
    if not is_document(new, project.settings.documents, project.settings.ignore):
        raise Refused(
            say(
                "{path} would not be a document by the patterns of qm.yaml; add one to documents: "
                "there first, such as {pattern}",
                path=new,
                pattern=f"{folder_of(new)}/*.md" if folder_of(new) else "*.md",
            )
        )
    file_name = new.rpartition("/")[2]
    if identifier and file_name != EXEMPT and not names_file(identifier, file_name):
        raise Refused(
            say(
                "the name of the file must begin with its id; type for instance: qm move "
                "{document} {path}",
                document=name,
                path=f"{identifier}-{file_name}",
            )
        )
    process = process_folder(new)
    if document.process and process and process != document.process:
        raise Refused(
            say(
                "{document} says process: {process}, and {path} is in that of {other}; change "
                "the key first",
                document=name,
                process=document.process,
                path=new,
                other=process,
            )
        )
    _refuse_archive(project, document, new)


def _refuse_archive(project: Project, document: Document, new: str) -> None:
    """Raise Refused if a move would do what a withdrawal or its contrary does."""
    goes_in = placing.is_archived(project, new)
    is_withdrawn = document.status == WITHDRAWN
    if goes_in and not is_withdrawn:
        raise Refused(
            say(
                "the archive holds what is withdrawn; type: qm withdraw {document} --reason …",
                document=document.name,
            )
        )
    if is_withdrawn and placing.is_archived(project, document.path) and not goes_in:
        raise Refused(
            say(
                "{document} is withdrawn and stays in the archive; type: qm reinstate "
                "{document} --reason …",
                document=document.name,
            )
        )


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def _own_text(project: Project, document: Document, new: str, data: bytes) -> bytes:
    """Return the text of *document* with its own links counted from its new folder.

    That of a withdrawn document is kept as it was.
    """
    if _is_withdrawn(project, document):
        return data
    old = document.path
    if decode(data).text is None:
        raise Refused(say("{path} cannot be read; mend it first: qm check", path=old))
    link, file = link_paths.carried(old, new), link_paths.attached_carried(old, new)
    return _retargeted(old, data, link, file)


def _retargeted(path: str, data: bytes, link: Aim, file: Aim) -> bytes:
    """Return *data*, the file at *path*, with its targets changed; an error names the file."""
    try:
        return retarget(data, link, file)
    except UnsafePatch as error:
        raise UnsafePatch(say("{path}: {message}", path=path, message=error.sentence)) from error


def _linking(snapshot: Snapshot, old: str) -> Iterator[str]:
    """Yield the other files that lead to *old*: documents, and Markdown that is none."""
    project = snapshot.project
    for document in project.documents:
        if document.path == old or _is_withdrawn(project, document):
            continue
        folder = folder_of(document.path)
        attached = (join(folder, one.file) for one in document.attachments)
        targets = (leads_to(document.path, target, old) for target in document.targets)
        if old in attached or any(targets):
            yield document.path
    others = [
        path
        for path, entry in snapshot.source.entries.items()
        if path.endswith(".md") and path not in project.by_path and entry.mode == "100644"
    ]
    for path, data, _ in snapshot.source.read(others):
        text = decode(data).text if data is not None else None
        links = parse_body(split(text).body).links if text is not None else ()
        if any(leads_to(path, link.target, old) for link in links):
            yield path


def _is_withdrawn(project: Project, document: Document) -> bool:
    kind = project.kind_of(document)
    return document.status == WITHDRAWN and (kind is None or kind.controlled)


def _is_fixed(project: Project, document: Document) -> bool:
    """Return whether the text of *document* is released, or being read for approval."""
    kind = project.kind_of(document)
    is_controlled = kind is None or kind.controlled
    return is_controlled and document.status in (RELEASED, IN_REVIEW)


def _refusal(document: Document, fixed: list[Document]) -> list[Text]:
    """Return the sentences that say which texts the move would change, and what to type."""
    return [
        say(
            "{document} was not moved: links would change in texts that are released or in "
            "review. Add --revise to make them drafts:",
            document=document.name,
        ),
        *(say("{document} ({path})", document=one.name, path=one.path) for one in fixed),
    ]
