"""Tag objects: the one place that knows the names, the form and the payload of qm's tags.

A release is tagged `release/<ID>/<version>`. Every other decision about a version (approved,
confirmed, withdrawn…) is tagged `decision/<ID>/<version>/<moment>-<meaning>-<person>`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from qmtool.errors import Refused
from qmtool.model.text import say

RELEASES = "refs/tags/release/"
DECISIONS = "refs/tags/decision/"
_SIGNATURE = b"-----BEGIN SSH SIGNATURE-----"
_WEST, _EAST = timedelta(hours=-12), timedelta(hours=14)
_FIRST, _LAST = 1970, 9998
"""The years of which every day exists in every time zone, and for Git."""


def release_ref(identifier: str, version: str) -> str:
    """Return the full name of the tag of that version."""
    return f"{RELEASES}{identifier}/{version}"


def decision_ref(identifier: str, version: str, meaning: str, person: str, now: datetime) -> str:
    """Return the full name of the tag of a decision about that version."""
    moment = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return f"{DECISIONS}{identifier}/{version}/{moment}-{meaning}-{person}"


def moment_of(text: str) -> datetime | None:
    """Return the moment that *text* tells as `qm` writes it, with its offset, or None.

    An offset that no place on earth has would choose the day on which a key is looked at.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    offset = found.utcoffset()
    if offset is None or not _WEST <= offset <= _EAST or not _FIRST <= found.year <= _LAST:
        return None
    return found if found.isoformat(timespec="seconds") == text else None


class Payload(NamedTuple):
    """What a tag says, one `key: value` a line, in this order (`reliability.md` §6).

    The last three stand only where somebody records what another person decided elsewhere: who,
    on paper or by mail, and where the proof lies.
    """

    format: str
    document: str
    version: str
    origin: str
    path: str
    blob: str
    digest: str
    policy: str
    signer: str
    name: str
    role: str
    meaning: str
    reason: str
    effective: str
    date: str
    person: str = ""
    medium: str = ""
    proof: str = ""

    def write(self) -> str:
        """Return the lines of the payload; raise Refused if a value would break a line."""
        pairs = [
            (key, value)
            for key, value in self._asdict().items()
            if value or key not in ("person", "medium", "proof")
        ]
        for key, value in pairs:
            if not value.isprintable():
                raise Refused(say("{key} holds a character that cannot be printed", key=key))
        return "".join(f"{key}: {value}\n" for key, value in pairs)


@dataclass(frozen=True)
class TagObject:
    """A tag object, taken apart; *signed* are the bytes that its *signature* covers."""

    target: str
    type: str
    name: str
    tagger: str
    payload: Mapping[str, str]
    signed: bytes
    signature: bytes


def read_tag(data: bytes) -> TagObject:
    """Return the parts of a tag object of those bytes; what it lacks is empty."""
    start = data.find(b"\n" + _SIGNATURE)
    signed, signature = (data, b"") if start < 0 else (data[: start + 1], data[start + 1 :])
    head, _, message = signed.decode(errors="replace").partition("\n\n")
    fields: dict[str, str] = {}
    for line in head.split("\n"):
        key, _, value = line.partition(" ")
        fields.setdefault(key, value)
    pairs: dict[str, str] = {}
    for line in message.split("\n"):
        key, colon, value = line.partition(": ")
        if colon:
            pairs.setdefault(key, value)
    return TagObject(
        fields.get("object", ""),
        fields.get("type", ""),
        fields.get("tag", ""),
        fields.get("tagger", ""),
        pairs,
        signed,
        signature,
    )


def tag_content(ref: str, commit: str, who: tuple[str, str], when: str, message: str) -> str:
    """Return the tag object *ref* of *commit*, of *who* (name, email) at *when*, not signed."""
    name, email = who
    return (
        f"object {commit}\ntype commit\ntag {ref.removeprefix('refs/tags/')}\n"
        f"tagger {name} <{email}> {when}\n\n{message}"
    )
