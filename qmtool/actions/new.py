"""`qm new`: the next id of a kind, and a file that begins with its front matter."""

import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from qmtool.actions.locks import writing
from qmtool.actions.recovery import scratch
from qmtool.actions.render import render
from qmtool.actions.replace import replace_file
from qmtool.actions.yaml_text import Value, line
from qmtool.errors import Refused, UsageError
from qmtool.model import identifier
from qmtool.model.advice import nearest
from qmtool.model.kind import Kind
from qmtool.model.label import LANGUAGES
from qmtool.model.project import Project
from qmtool.model.text import listing, say
from qmtool.repository import git
from qmtool.repository.git import Repository
from qmtool.repository.globs import is_document
from qmtool.repository.load import Snapshot
from qmtool.repository.sources import WorkTree

_NUMBER = re.compile(r"\{n(?::([1-9]))?\}")
_SLUG_LENGTH = 60
_MOST_DIGITS = 9


@dataclass(frozen=True)
class Wanted:
    """What the user asked for."""

    kind: str
    title: str
    process: str = ""
    owner: str = ""
    identifier: str = ""
    language: str = ""
    folder: str = ""


@dataclass(frozen=True)
class NewDocument:
    """A document to write."""

    identifier: str
    path: PurePosixPath
    content: bytes


def plan_new(repo: Repository, snapshot: Snapshot, wanted: Wanted) -> NewDocument:
    """Return the document that *wanted* asks for, with an id that no branch or tag has taken."""
    project = snapshot.project
    kind = project.kinds.get(wanted.kind)
    if kind is None:
        names = list(project.kinds)
        advice = nearest(wanted.kind, names) or say("Known: {names}.", names=listing(names))
        raise UsageError(say("no kind is called {name}. {advice}", name=wanted.kind, advice=advice))
    _known(project, wanted)
    taken = _taken(repo, snapshot)
    code = wanted.identifier or _next_id(kind, _code(project, wanted.process), project.on, taken)
    flaw = identifier.flaw(code)
    if flaw:
        raise UsageError(flaw)
    if code.upper() in taken:
        raise Refused(say("the id {id} is taken; leave out --id to get a free one", id=code))
    path = _path(project, kind, wanted, code)
    if not is_document(str(path), project.settings.documents, project.settings.ignore):
        raise UsageError(
            say(
                "{path} would not be a document by the patterns of qm.yaml; name a --process or "
                "a --folder",
                path=path,
            )
        )
    content = _render(snapshot, kind, wanted, code)
    return NewDocument(code, path, content.encode())


def new(
    repo: Repository, wanted: Wanted, read: Callable[[], Snapshot], *, dry_run: bool = False
) -> NewDocument:
    """Write the document that *wanted* asks for; *read* gives the snapshot, once it is locked."""
    with nullcontext() if dry_run else writing(repo):
        document = plan_new(repo, read(), wanted)
        target = repo.root / document.path
        if not target.parent.resolve().is_relative_to(repo.root.resolve()):
            raise UsageError(say("the folder {path} leaves the repository", path=target.parent))
        if not dry_run:
            with scratch(repo) as folder:
                replace_file(target, None, document.content, via=folder)
        return document


def _known(project: Project, wanted: Wanted) -> None:
    """Raise UsageError if the process or the owner is not one of `qm.yaml`."""
    processes = [one.identifier for one in project.settings.processes]
    if wanted.process and wanted.process not in processes:
        raise UsageError(
            say(
                "the process {name} is none of {choices}",
                name=wanted.process,
                choices=listing(processes) or "–",
            )
        )
    if wanted.language not in ("", *LANGUAGES):
        raise UsageError(say("the language {name} is none of fr, en", name=wanted.language))
    people = [one.identifier for one in project.settings.policy.people]
    if wanted.owner and wanted.owner not in people:
        raise UsageError(
            say(
                "the person {name} is none of {choices}",
                name=wanted.owner,
                choices=listing(people) or "–",
            )
        )


def _code(project: Project, process: str) -> str:
    found = project.settings.process(process)
    return found.code if found else ""


def _taken(repo: Repository, snapshot: Snapshot) -> frozenset[str]:
    """Return every id in use here, and the beginnings of file names on every branch."""
    names = {name.upper() for name in snapshot.project.by_id}
    names |= {name.upper() for name in snapshot.releases.by_document}
    paths: Iterable[str] = WorkTree(repo).entries
    for tip in git.all_branch_tips(repo):
        paths = (*paths, *git.file_names_at(repo, tip))
    for path in paths:
        stem = path.rpartition("/")[2].removesuffix(".md").upper()
        parts = re.split(r"[-_ .]", stem)
        names |= {"-".join(parts[: count + 1]) for count in range(min(len(parts), 6))}
    return frozenset(names)


def _next_id(kind: Kind, code: str, on: date, taken: frozenset[str]) -> str:
    """Return the next free id by the pattern of *kind*."""
    pattern = kind.id_pattern or f"{kind.name.upper()}-{{n:3}}"
    pattern = pattern.replace("{process}-", f"{code}-" if code else "").replace("{process}", code)
    pattern = pattern.replace("{date}", on.strftime("%Y%m%d"))
    number = _NUMBER.search(pattern)
    if number:
        before, after = pattern[: number.start()], pattern[number.end() :]
        used = [
            int(middle)
            for name in taken
            if name.startswith(before)
            and name.endswith(after)
            and (middle := name[len(before) : len(name) - len(after)]).isdecimal()
            and len(middle) < _MOST_DIGITS
        ]
        pattern = f"{before}{str(max(used, default=0) + 1).zfill(int(number[1] or 1))}{after}"
    while "{rand}" in pattern:
        pattern = pattern.replace("{rand}", random_token(), 1)
    return pattern


def _path(project: Project, kind: Kind, wanted: Wanted, code: str) -> PurePosixPath:
    """Return where the document goes: the folder of its category in its process."""
    if wanted.folder:
        folder = PurePosixPath(wanted.folder)
        if folder.is_absolute() or ".." in folder.parts:
            raise UsageError(say("the folder {path} leaves the repository", path=wanted.folder))
    elif wanted.process:
        folder = PurePosixPath("processes", wanted.process)
        if kind.name == "process":
            return folder / "process.md"
        folder /= project.settings.folders[kind.category]
    else:
        folder = PurePosixPath()
    return folder / file_name(code, wanted.title)


def random_token() -> str:
    """Return four characters at random, of which no two look alike (Crockford's letters)."""
    return "".join(secrets.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(4))


def file_name(identifier: str, title: str) -> str:
    """Return the name of the file of a document: its id, and the words of its *title*."""
    words = slug(title)
    return f"{identifier}-{words}.md" if words else f"{identifier}.md"


def slug(title: str) -> str:
    """Return *title* as the words of a file name: plain letters, digits and hyphens."""
    spelled = title.lower().replace("œ", "oe").replace("æ", "ae")
    plain = unicodedata.normalize("NFKD", spelled)
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    words = re.sub(r"[^a-z0-9]+", "-", kept).strip("-")
    return words[:_SLUG_LENGTH].rstrip("-")


def _render(snapshot: Snapshot, kind: Kind, wanted: Wanted, code: str) -> str:
    """Return the text of the new document, from the template of its kind."""
    project = snapshot.project
    head: dict[str, Value] = {"id": code, "title": wanted.title, "kind": kind.name}
    if wanted.owner:
        head["owner"] = wanted.owner
    if kind.controlled:
        head["status"] = "draft"
    else:
        head["date"] = project.on.isoformat()
        if kind.steps:
            head["status"] = kind.assumed
    language = wanted.language or project.settings.language
    source, shown = snapshot.library.template(kind.name, language)
    values = {
        "front_matter": "".join(line(key, value) + "\n" for key, value in head.items()),
        "title": "".join(f"\\{c}" if c in "\\`*_[]<>#|" else c for c in wanted.title),
        "today": project.on.isoformat(),
        "kind": kind.name,
        "process": wanted.process,
    }
    return render(source, shown, values)
