"""Who wrote the next version of a document: those whose commits changed its text."""

from dataclasses import dataclass

from qmtool.model.document import Document
from qmtool.model.paths import folder_of, join
from qmtool.model.text import listing
from qmtool.repository import front_matter, git, renames
from qmtool.repository.git import Repository, Touch
from qmtool.repository.load import Snapshot
from qmtool.repository.yaml_events import read_yaml


@dataclass(frozen=True)
class Hands:
    """Ids of the people who committed a document since its last version.

    The *authors* changed its text; *all* holds besides who only moved its state, such as who
    submitted it for somebody else: that makes nobody an author.
    """

    authors: tuple[str, ...]
    all: tuple[str, ...]


def hands_of(repo: Repository, snapshot: Snapshot, document: Document, until: str) -> Hands:
    """Return who committed *document*, or what it introduces, since its last version."""
    last = document.last_release()
    tag = snapshot.releases.tags.get((document.identifier, last.version)) if last else None
    since = tag.target if tag else None
    touches = renames.touches(repo, document.path, since, until)
    oids = {oid for one in touches for oid in (*one.before, one.after) if oid}
    digests = {oid: _digest(data or b"") for oid, data in git.read_blobs(repo, oids)}
    wrote = [one.email for one in touches if _changes_text(one, digests)]
    attached = [
        touch.email
        for one in document.attachments
        if (path := join(folder_of(document.path), one.file))
        for touch in git.touches_of(repo, path, since, until)
    ]
    everyone = [*(one.email for one in touches), *attached]
    return Hands(_people(snapshot, [*wrote, *attached]), _people(snapshot, everyone))


def _digest(data: bytes) -> str:
    """Return a digest of a document without what qm writes, the sums of attachments included."""
    text = data.decode(errors="replace").replace("\r\n", "\n")
    block = next((one for one in front_matter.blocks(text) if one[0] == "attachments"), None)
    if block is None:
        return front_matter.digest(text)
    _, first, last = block
    lines = text.split("\n")
    rows = (read_yaml("\n".join(lines[first:last])).data or {}).get("attachments")
    files = [one.get("file") for one in rows or () if isinstance(one, dict)]
    return f"{listing(files)} {front_matter.digest(chr(10).join(lines[:first] + lines[last:]))}"


def _changes_text(touch: Touch, digests: dict[str, str]) -> bool:
    """Return whether the text after *touch* is that of none of the commits before it."""
    after = digests.get(touch.after or "")
    return all(digests.get(before or "") != after for before in touch.before)


def _people(snapshot: Snapshot, emails: list[str]) -> tuple[str, ...]:
    """Return the ids of the people with those *emails*: of the policy in force, else proposed."""
    project = snapshot.project
    found = (
        project.policy.by_email(email, project.on)
        or project.settings.policy.by_email(email, project.on)
        for email in emails
    )
    return tuple(dict.fromkeys(one.identifier for one in found if one))
