"""From the refs and tag objects of a repository to statements."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from qmtool.model.verification.facts import ADOPTED, Statement
from qmtool.model.verification.form import is_well_named
from qmtool.repository.tag_objects import DECISIONS, RELEASES, Payload, moment_of, read_tag
from qmtool.repository.verification.plumbing import Stored

_SIGNATURE = b"\n-----BEGIN SSH SIGNATURE-----"


def read_statements(refs: Mapping[str, str], stored: Mapping[str, Stored]) -> list[Statement]:
    """Return what the tags of *refs* say, by name."""
    return [_statement(ref, oid, stored[oid]) for ref, oid in refs.items() if oid in stored]


def target_of(data: bytes) -> str:
    """Return the id in the first line of a tag object, before it is known to be sound."""
    return data.partition(b"\n")[0].removeprefix(b"object ").decode(errors="replace")


def unread(refs: Mapping[str, str], stored: Mapping[str, Stored]) -> Iterable[tuple[str, str]]:
    """Return the refs whose objects are not there."""
    return [(ref, oid) for ref, oid in refs.items() if oid not in stored]


def _statement(ref: str, oid: str, stored: Stored) -> Statement:
    is_decision = ref.startswith(DECISIONS)
    parts = ref.removeprefix(DECISIONS if is_decision else RELEASES).split("/")
    document, version = (*parts, "", "")[:2]
    named = len(parts) == (3 if is_decision else 2) and is_well_named(document, version)
    if not named or stored.kind != "tag":
        fault = "lightweight-tag" if named else "unknown-ref"
        return Statement(ref, oid, document, version, is_decision, fault)
    tag = _take_apart(stored.data)
    if tag is None or ref != f"refs/tags/{tag.name}" or tag.type != "commit":
        return Statement(ref, oid, document, version, is_decision, _why(ref, stored.data))
    return Statement(
        ref,
        oid,
        document,
        version,
        is_decision,
        "",
        tag.target,
        tag.email,
        tag.moment,
        moment_of(tag.payload["date"]),
        tag.payload,
        tag.signed,
        tag.signature,
        tag.payload["origin"] == ADOPTED,
    )


def _why(ref: str, data: bytes) -> str:
    """Return the name of what is wrong with the tag object of those bytes."""
    found = read_tag(data)
    if found.type and found.type != "commit":
        return "nested-tag"
    return "tag-renamed" if found.name and ref != f"refs/tags/{found.name}" else "tag-form"


class _Tag(NamedTuple):
    """A tag object that has exactly the form in which `qm` writes one."""

    target: str
    type: str
    name: str
    email: str
    moment: int
    payload: dict[str, str]
    signed: bytes
    signature: bytes


_HEAD = re.compile(
    r"object ([0-9a-f]{40}|[0-9a-f]{64})\ntype ([a-z]+)\ntag ([^\n]+)\n"
    r"tagger [^\n<>]* <([^\n<>]*)> ([0-9]{1,12}) [+-][0-9]{4}"
)


def _take_apart(data: bytes) -> _Tag | None:
    """Return the parts of a tag object, None if `qm` would not write the same bytes from them."""
    start = data.find(_SIGNATURE) + 1
    signed, signature = (data[:start], data[start:]) if start else (data, b"")
    try:
        head, _, message = signed.decode().partition("\n\n")
    except UnicodeDecodeError:
        return None
    found = _HEAD.fullmatch(head)
    payload = _payload(message)
    if found is None or payload is None:
        return None
    target, kind, name, email, seconds = found.groups()
    return _Tag(target, kind, name, email, int(seconds), payload, signed, signature)


_REQUIRED, _OPTIONAL = Payload._fields[:15], Payload._fields[15:]
_LINES = re.compile(
    "".join(f"{key}: (.*)\n" for key in _REQUIRED)
    + "".join(f"(?:{key}: (.+)\n)?" for key in _OPTIONAL)
)


def _payload(message: str) -> dict[str, str] | None:
    """Return the keys and values of *message* if it is written as `Payload.write` writes them."""
    found = _LINES.fullmatch(message)
    if found is None or not message.replace("\n", "").isprintable():
        return None
    pairs = zip(Payload._fields, found.groups(), strict=True)
    return {key: value for key, value in pairs if value is not None}
