"""`qm log`: a new entry of a register, in its first state, as one commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from qmtool.actions.last_commit import LastCommit
from qmtool.actions.locks import writing
from qmtool.actions.new import file_name, random_token
from qmtool.actions.publish import FileChange, Publication, publish
from qmtool.actions.record_text import (
    Author,
    ambiguous,
    day_of,
    document_of,
    entering,
    refuse_faulty,
    refuse_future,
    refuse_lacking,
    refuse_unseen,
    with_defaults,
)
from qmtool.actions.render import render
from qmtool.actions.yaml_text import line
from qmtool.errors import UsageError
from qmtool.model.advice import nearest
from qmtool.model.calling import begun
from qmtool.model.document import Document
from qmtool.model.kind import Kind
from qmtool.model.project import Project
from qmtool.model.text import listing, say
from qmtool.model.workflow import Deadline, deadlines
from qmtool.repository import git
from qmtool.repository.git import Repository
from qmtool.repository.globs import is_document
from qmtool.repository.load import Snapshot

MAX_TITLE = 200
"""How many characters the title of an entry may have."""


@dataclass(frozen=True)
class Wish:
    """What is to be written down: an entry of a *kind*, with the *values* of its fields.

    *body* is its text where it was written already.
    """

    kind: str
    title: str
    values: Mapping[str, Any] = field(default_factory=dict)
    comment: str = ""
    body: str = ""
    language: str = ""


@dataclass(frozen=True)
class Logged:
    """An entry that was written, and by when what; *commit* is empty if nothing was done."""

    document: Document
    kind: Kind
    deadlines: Sequence[Deadline]
    commit: str = ""
    left_alone: tuple[str, ...] = ()


def register_kind(project: Project, name: str) -> Kind:
    """Return the kind called *name*, whose records have states; raise UsageError otherwise.

    What people call it is understood as well.
    """
    registers = [one for one, kind in project.kinds.items() if kind.steps]
    kind = project.kinds.get(name) or _kind_called(project, name, registers)
    if kind is None:
        advice = nearest(name, registers) or say("Known: {names}.", names=listing(registers))
        raise UsageError(say("no register is called {name}. {advice}", name=name, advice=advice))
    if not kind.steps:
        raise UsageError(
            say(
                '{name} is no register: its documents have no states; type: qm new {name} "…"',
                name=name,
            )
        )
    return kind


def _kind_called(project: Project, name: str, registers: Sequence[str]) -> Kind | None:
    """Return the kind among *registers* of which *name* is the label, or begins it."""
    labels = {one: project.kinds[one].label for one in registers}
    found = begun(name, labels)
    if len(found) > 1:
        raise ambiguous(name, found, labels)
    return project.kinds[found[0]] if found else None


def log(repo: Repository, wish: Wish, last: LastCommit, *, dry_run: bool = False) -> Logged:
    """Write down what *wish* tells, as one commit of one new file, or raise and write nothing."""
    token = random_token()

    def make() -> tuple[Logged, Publication]:
        return _plan(repo, wish, last, token)

    if dry_run:
        return make()[0]
    with writing(repo):
        planned, done = publish(repo, make)
    return replace(planned, commit=done.commit, left_alone=done.left_alone)


def _plan(repo: Repository, wish: Wish, last: LastCommit, token: str) -> tuple[Logged, Publication]:
    """Return what writing down *wish* would write; *token* makes its id one that nobody takes."""
    place, snapshot = last.now()
    project, on = snapshot.project, last.order.on
    kind = register_kind(project, wish.kind)
    person = project.policy.by_email(git.identity(repo)[1], on)
    author = Author(person.identifier if person else "", on)  # all may declare, known or not
    path, data = new_entry(snapshot, kind, wish, author, token, kind.initial)
    document = document_of(project, path, data)
    refuse_lacking(document, kind, kind.states[kind.initial])
    refuse_faulty(project, document)
    publication = last.publication(
        place, (FileChange(path, None, data),), f"log {document.identifier}: {wish.title}"
    )
    return Logged(document, kind, deadlines(document, kind, project)), publication


def new_entry(
    snapshot: Snapshot, kind: Kind, wish: Wish, author: Author, token: str, state: str
) -> tuple[str, bytes]:
    """Return the path and the bytes of the new entry that *wish* tells, in *state*."""
    refuse_title(wish.title)
    refuse_unseen("comment", wish.comment)
    project, empty = snapshot.project, Document("", kind=kind.name)
    values = with_defaults(project, kind.states[state], wish.values, empty, author)
    day = day_of(values, author.on)
    refuse_future(kind, values, author.on)
    identifier = str(values.pop("id", "")) or _identifier(project, kind, day, token)
    path = _path(project, kind, str(values.get("process", "")), identifier, wish.title)
    values = {"date": day, **{key: one for key, one in values.items() if key != "date"}}
    text = wish.body or _template(snapshot, kind, wish, identifier)
    head = "".join(
        line(key, one) + "\n"
        for key, one in (("id", identifier), ("title", wish.title), ("kind", kind.name))
    )
    data = f"---\n{head}---\n{text}".encode()
    return str(path), entering(data, values, state, author, wish.comment)


def refuse_title(title: str) -> None:
    """Raise UsageError unless *title* is one line that a list and a commit can hold."""
    if not title.strip() or not title.isprintable() or len(title) > MAX_TITLE:
        raise UsageError(
            say("the title is one line of at most {limit} printable characters", limit=MAX_TITLE)
        )


def _identifier(project: Project, kind: Kind, day: str, token: str) -> str:
    """Return an id by the pattern of *kind*: of that *day*, with *token* at random."""
    pattern = kind.id_pattern or f"{kind.name.upper()}-{{date}}-{{rand}}"
    if "{n" in pattern:
        raise UsageError(
            say(
                "templates/{kind}/kind.yaml: the ids of a register hold {rand}, not {n}: two "
                "people would take the same number",
                kind=kind.name,
                rand="{rand}",
                n="{n}",
            )
        )
    found = filled(pattern, day, token)
    while found in project.by_id:
        found = _identifier(project, kind, day, random_token())
    return found


def filled(pattern: str, day: str, token: str) -> str:
    """Return the id that *pattern* makes of a *day* and a *token*, of no process."""
    found = pattern.replace("{process}-", "").replace("{process}", "")
    return found.replace("{date}", day.replace("-", "")).replace("{rand}", token)


def _path(project: Project, kind: Kind, process: str, identifier: str, title: str) -> PurePosixPath:
    """Return where the entry goes: with the records of its process, or of the quality system."""
    settings = project.settings
    home = process or _home(project)
    folder = PurePosixPath("processes", home, settings.folders[kind.category], kind.name)
    path = folder / file_name(identifier, title)
    if not is_document(str(path), settings.documents, settings.ignore):
        raise UsageError(
            say(
                "{path} would not be a document by the patterns of qm.yaml; add one that holds "
                "processes/",
                path=path,
            )
        )
    return path


def _home(project: Project) -> str:
    """Return the process that keeps what is of no process: quality, else the first one."""
    processes = project.settings.processes
    if not processes:
        raise UsageError(say("qm.yaml has no processes: add one, with an id and a title"))
    return next((one.identifier for one in processes if one.code == "QUA"), processes[0].identifier)


def _template(snapshot: Snapshot, kind: Kind, wish: Wish, identifier: str) -> str:
    """Return the body of the template of *kind*."""
    project = snapshot.project
    source, shown = snapshot.library.template(kind.name, wish.language or project.settings.language)
    values = {
        "front_matter": "",
        "title": wish.title,
        "today": project.on.isoformat(),
        "kind": kind.name,
        "process": "",
        "id": identifier,
    }
    text = render(source, shown, values)
    return text.split("---\n", 2)[-1]
