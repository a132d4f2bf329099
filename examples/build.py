"""Make a repository of an example by replaying its `story.yaml` with the actions of qm.

Every step is done on its day by the person it names, so that dates, authors, tags and history are
those of a centre at work; built twice, the repository is the same to the last hash.

    python examples/build.py nuclear-medicine /tmp/centre
"""

import argparse
import csv
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from story import Deed, given, read_story, read_yaml, split

from qmtool.actions.act import Step, next_state
from qmtool.actions.last_commit import LastCommit
from qmtool.actions.log import Wish, new_entry, register_kind
from qmtool.actions.record_text import (
    Author,
    document_of,
    entering,
    refuse_lacking,
    typed_values,
    with_defaults,
)
from qmtool.actions.release import NotReleased, release_each
from qmtool.actions.release_plan import Order
from qmtool.actions.review import review
from qmtool.actions.revise import revise
from qmtool.actions.withdraw import withdraw
from qmtool.errors import QmError, UsageError
from qmtool.model.document import Document
from qmtool.reports.language import language_of
from qmtool.repository import git
from qmtool.repository.load import Snapshot

EXAMPLES = Path(__file__).resolve().parent


class Replay:
    """The replay of the story of the example in *source*, into the repository *target*."""

    def __init__(self, source: Path, target: Path) -> None:
        self.source, self.target = source, target
        people = read_yaml(source / "qm.yaml")[0]["people"]
        self.people = {one["id"]: (one["name"], one["email"]) for one in people}
        self.by = ""
        self._git("init", "--quiet", "--initial-branch=main", "--template=", ".")
        self.repo = git.discover(target)
        self.snapshot: Snapshot | None = None
        self.entries: dict[str, tuple[Document, bytes]] = {}
        self.stream: list[bytes] = []

    def run(self, deeds: Sequence[Deed]) -> None:
        """Do *deeds* in the order of time; what fails tells its line."""
        for deed in sorted(deeds, key=lambda one: one.moment):
            try:
                if deed.verb not in ("log", "act"):
                    self.flush()
                    self._become(deed.by)
                getattr(self, deed.verb)(deed)
            except (QmError, OSError, KeyError, subprocess.SubprocessError) as error:
                raise SystemExit(f"story.yaml:{deed.line}: {deed.named}\n{said(error)}") from error
        self.flush()

    def _become(self, by: str) -> None:
        """Let Git act as the person *by*."""
        if by == self.by:
            return
        name, email = self.people[by]
        self._git("config", "user.name", name)
        self._git("config", "user.email", email)
        self.repo = git.discover(self.target)  # it knows the settings that it once read
        self.by = by

    def _git(self, *arguments: str, moment: datetime | None = None, given: bytes = b"") -> None:
        dates = {}
        if moment:
            stamp = f"{int(moment.timestamp())} {moment:%z}"
            dates = {"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp}
        command = ["git", "-c", "gc.auto=0", "-c", "core.autocrlf=false", *arguments]
        environment = {**os.environ, **dates}
        subprocess.run(command, cwd=self.target, env=environment, input=given, check=True)

    def commit(self, deed: Deed) -> None:
        """Commit files of the example, or values of indicators."""
        for source, target in self._files(deed.what.get("files", [])):
            place = self.target / target
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.source / source, place)
        for identifier, values in deed.what.get("values", {}).items():
            self._add_values(identifier, values)
        self._commit(deed, deed.what["commit"])
        if not self.snapshot or "qm.yaml" in deed.what.get("files", []):
            self.snapshot = LastCommit(self.repo, order_of(deed)).now()[1]

    def _commit(self, deed: Deed, message: str) -> None:
        self._git("add", "--all")
        self._git("commit", "--quiet", "--no-verify", "-m", message, moment=deed.moment)

    def _files(self, wanted: Any) -> Iterator[tuple[str, str]]:
        """Yield where each file is in the example, and where it goes."""
        if isinstance(wanted, Mapping):
            yield from wanted.items()
            return
        for pattern in wanted:
            whole = f"{pattern}/*" if pattern.endswith("**") else pattern
            found = sorted(one for one in self.source.glob(whole) if one.is_file())
            if not found:
                raise UsageError(f"no file is {pattern}")
            for one in found:
                path = one.relative_to(self.source).as_posix()
                yield path, path

    def _file_of(self, identifier: str) -> Path:
        found = sorted((self.target / "processes").rglob(f"{identifier}*.md"))
        if len(found) != 1:
            raise UsageError(f"{len(found)} files are called {identifier}")
        return found[0]

    def _add_values(self, identifier: str, values: Mapping[str, Any]) -> None:
        """Add *values* by period to the file beside the indicator; a list gives a comment too."""
        path = self._file_of(identifier).with_suffix(".csv")
        before = path.read_text(encoding="utf-8") if path.exists() else "period,value,comment\n"
        added = io.StringIO()
        for period, value in values.items():
            pair = value if isinstance(value, list) else [value, ""]
            csv.writer(added, lineterminator="\n").writerow([period, *pair])
        path.write_text(before + added.getvalue(), encoding="utf-8")

    # The entries of the registers are most of the story. They are planned as `qm log` and `qm act`
    # plan them, and committed together by `git fast-import`: thirty times faster, and the same.

    def log(self, deed: Deed) -> None:
        """Write down an entry of a register, with its `body` or an empty one."""
        what, snapshot = deed.what, self._known()
        kind = register_kind(snapshot.project, what["log"])
        if what["id"] in self.entries:
            raise UsageError(f"{what['id']} is there already")
        values = {"id": what["id"], **typed_values(kind, given(what.get("set", {})))}
        body = f"\n{what['body'].rstrip()}\n" if "body" in what else "\n"
        wish = Wish(kind.name, what["title"], values, what.get("comment", ""), body)
        author = Author(deed.by, deed.moment.date())
        path, data = new_entry(snapshot, kind, wish, author, "", kind.initial)
        document = document_of(snapshot.project, path, data)
        refuse_lacking(document, kind, kind.states[kind.initial])
        self._write(deed, f"log {what['id']}: {what['title']}", document, data)

    def act(self, deed: Deed) -> None:
        """Let an entry enter its next state."""
        what, project = deed.what, self._known().project
        held, before = self.entries.get(what["act"]) or self._committed(what["act"])
        step = Step(what["act"], what["state"], given(what.get("set", {})), what.get("comment", ""))
        kind = project.kinds[held.kind]
        state = next_state(held, kind, step, held)
        author = Author(deed.by, deed.moment.date())
        values = with_defaults(project, state, typed_values(kind, step.given), held, author)
        after = entering(before, values, state.name, author, step.comment)
        document = document_of(project, held.path, after)
        refuse_lacking(document, kind, state)
        self._write(deed, f"{what['act']}: {state.name}", document, after)

    def _known(self) -> Snapshot:
        """Return what qm knew of the repository when its settings changed last, and the entries."""
        if self.snapshot is None:
            raise UsageError("the first step is a commit, with qm.yaml")
        return self.snapshot

    def _committed(self, identifier: str) -> tuple[Document, bytes]:
        """Return the record called *identifier* that was committed as a file."""
        path = self._file_of(identifier)
        data = path.read_bytes()
        shown = path.relative_to(self.target).as_posix()
        return document_of(self._known().project, shown, data), data

    def _write(self, deed: Deed, message: str, document: Document, data: bytes) -> None:
        """Take note of a commit of the *data* of *document*, by who did the *deed*."""
        name, email = self.people[deed.by]
        who = f"{name} <{email}> {int(deed.moment.timestamp())} {deed.moment:%z}"
        said = f"{message}\n".encode()
        after = "" if self.stream else "from refs/heads/main^0\n"
        head = f"commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata {len(said)}\n"
        change = f"\n{after}M 100644 inline {document.path}\ndata {len(data)}\n"
        self.stream += [head.encode(), said, change.encode(), data, b"\n"]
        self.entries[document.identifier] = document, data
        snapshot = self._known()
        others = [one for one in snapshot.project.documents if one.path != document.path]
        project = replace(snapshot.project, documents=(*others, document))
        self.snapshot = replace(snapshot, project=project)

    def flush(self) -> None:
        """Commit the entries that wait, and put them on disk."""
        if self.stream:
            self._git("fast-import", "--quiet", "--date-format=raw", given=b"".join(self.stream))
            self._git("reset", "--quiet", "--hard")
            self.stream.clear()

    def release(self, deed: Deed) -> None:
        """Release documents, one commit and one tag each."""
        for one in release_each(self.repo, deed.what["release"], order_of(deed)):
            if isinstance(one, NotReleased):
                raise UsageError(one.reason)

    def revise(self, deed: Deed) -> None:
        """Open the next draft, and commit its new text: that of a file, or an `edit` of the old."""
        revise(self.repo, deed.what["revise"], order_of(deed))
        path = self._file_of(deed.what["revise"])
        head, body = split(path.read_text(encoding="utf-8"))
        for source in deed.what.get("files", {}):
            body = split((self.source / source).read_text(encoding="utf-8"))[1]
        for old, new in deed.what.get("edit", {}).items():
            if body.count(old) != 1:
                raise UsageError(f"{path.name} holds {body.count(old)} times: {old}")
            body = body.replace(old, new)
        path.write_text(head + body, encoding="utf-8")
        self._commit(deed, deed.what["commit"])

    def review(self, deed: Deed) -> None:
        """Confirm documents without change."""
        with review(self.repo, order_of(deed)) as confirm:
            for name in deed.what["review"]:
                confirm(name)

    def withdraw(self, deed: Deed) -> None:
        """Withdraw documents, or one that a successor replaces."""
        what = deed.what
        names = what["withdraw"]
        names = names if isinstance(names, list) else [names]
        successor = what.get("successor", "")
        with withdraw(self.repo, names, order_of(deed), successor=successor) as give_up:
            for name in names:
                give_up(name)


def order_of(deed: Deed) -> Order:
    """Return the moment of *deed*, and why it is done."""
    return Order(deed.moment, deed.what.get("summary", "") or deed.what.get("reason", ""))


def said(error: Exception) -> str:
    """Return what *error* says, in English."""
    if isinstance(error, QmError):
        return "\n".join(language_of("en").render(one) for one in error.sentences)
    return f"{type(error).__name__}: {error}"


def build(name: str, target: Path) -> None:
    """Make *target* the repository of the example called *name*."""
    for one in [one for one in os.environ if one.startswith("GIT_")]:
        del os.environ[one]
    os.environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    source = EXAMPLES / name
    target.mkdir(parents=True, exist_ok=True)
    Replay(source, target).run([*read_story(source / "story.yaml")])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("name", help="folder of the example")
    parser.add_argument("folder", type=Path, help="where to make it: a folder that is not there")
    wanted = parser.parse_args()
    if wanted.folder.exists() and any(wanted.folder.iterdir()):
        sys.exit(f"{wanted.folder} is not empty")
    build(wanted.name, wanted.folder)
