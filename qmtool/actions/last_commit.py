"""The last commit as a command sees it, read once for all the documents that it is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qmtool.actions.preflight import Place, place_of_work
from qmtool.actions.publish import FileChange, Publication
from qmtool.actions.readiness import find_committed
from qmtool.actions.release_plan import Order
from qmtool.errors import Refused
from qmtool.model.diagnostic import Diagnostic
from qmtool.model.document import Document
from qmtool.model.text import say
from qmtool.repository import git
from qmtool.repository.git import Repository
from qmtool.repository.load import Snapshot, load
from qmtool.repository.sources import BlobSource
from qmtool.rules import engine


@dataclass
class LastCommit:
    """The snapshot of the last commit; it is read again only if the branch moved otherwise."""

    repo: Repository
    order: Order
    use_cache: bool = True
    _read: Snapshot | None = None
    _base: str = ""
    _changed: set[str] = field(default_factory=set)
    _diagnostics: dict[str, list[Diagnostic]] | None = None

    def now(self) -> tuple[Place, Snapshot]:
        """Return where the branch is, and what it holds; raise Refused without settings."""
        place = place_of_work(self.repo)
        if self._read is None or self._base != place.base:
            source = BlobSource(self.repo, place.base, place.base)
            self._read = load(self.repo, source, on=self.order.on, use_cache=self.use_cache)
            self._base, self._diagnostics = place.base, None
            self._changed.clear()
        if not self._read.project.settings.present:
            raise Refused(
                say("there is no qm.yaml in the last commit; type: qm init, or: qm adopt")
            )
        return place, self._read

    def document(self, wanted: str) -> tuple[Place, Snapshot, Document]:
        """Return the document called *wanted* as well, which the last commit must hold."""
        place, snapshot = self.now()
        document = find_committed(self.repo, snapshot, wanted)
        if document.path in self._changed:
            self._read = None
            return self.document(wanted)
        return place, snapshot, document

    def diagnostics(self) -> Mapping[str, Sequence[Diagnostic]]:
        """Return what the rules say of the last commit, by path."""
        if self._diagnostics is None:
            _, snapshot = self.now()
            self._diagnostics = {}
            for one in engine.run(snapshot.project).diagnostics:
                self._diagnostics.setdefault(one.location.path, []).append(one)
        return self._diagnostics

    def moved(self, commit: str, path: str) -> None:
        """Take note that qm itself committed *path*, alone: the rest is as it was read."""
        self._base = commit
        self._changed.add(path)

    def publication(self, place: Place, changes: Sequence[FileChange], message: str) -> Publication:
        """Return one commit of *changes* at *place*, by who runs `qm`, without a tag."""
        return Publication(
            branch=place.branch,
            base=place.base,
            changes=changes,
            tags=(),
            message=f"{message}\n",
            who=git.identity(self.repo),
            when=self.order.when,
        )

    def policy_commit(self) -> str:
        """Return the commit that carries the policy in force."""
        place, snapshot = self.now()
        return snapshot.releases.policy_commit(place.base) or place.base
