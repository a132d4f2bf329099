"""Whether a tag is one of `qm`: its form, its name, and what its payload says of itself."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache

from qmtool.model.calendar import parse_day
from qmtool.model.identifier import POLICY, flaw
from qmtool.model.text import Text, say
from qmtool.model.verification.facts import (
    ADOPTED,
    OF_A_DRAFT,
    OF_A_VERSION,
    RELEASED,
    SKEW,
    Statement,
    Violation,
    violation,
)
from qmtool.model.version import Version

DECIDED = "decided"
_FILE = "qm.yaml"
_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_DECISION = re.compile(r"([0-9]{8}T[0-9]{6}Z)-([a-z]+)-(.+)")
_ORIGINS = {RELEASED: (RELEASED,), ADOPTED: (ADOPTED,), DECIDED: (*OF_A_DRAFT, *OF_A_VERSION)}

_FAULTS: Mapping[str, Text] = {
    "unknown-ref": say("its name is none of qm: release/<id>/<version> or decision/<id>/…"),
    "lightweight-tag": say("it names a commit and is no tag object: it says nothing"),
    "nested-tag": say("it does not name a commit"),
    "tag-renamed": say("its object was written for another name: it was copied or renamed"),
    "tag-form": say("its text is not one that qm writes: it was made or changed by hand"),
}


@cache
def is_well_named(document: str, version: str) -> bool:
    """Return whether a tag may speak of that version of that document."""
    return Version.parse(version) is not None and (document == POLICY or flaw(document) is None)


def judge_form(one: Statement) -> Iterator[Violation]:
    """Yield what is wrong with the tag *one* by itself."""
    if one.fault:
        yield violation(
            one.fault, one, say("{tag}: {reason}", tag=one.tag, reason=_FAULTS[one.fault])
        )
        return
    wrong = _wrong_key(one)
    if wrong:
        yield wrong_word(one, wrong)


def wrong_word(one: Statement, key: str) -> Violation:
    """Return the violation of a tag that says something else as *key* than it must."""
    message = say("{tag}: what it says as {key} is not what it must say", tag=one.tag, key=key)
    return violation("payload-mismatch", one, message)


def _wrong_key(one: Statement) -> str:
    """Return the first key of the payload whose value cannot be, or nothing."""
    said = one.payload
    checks = (
        ("format", said["format"] == "1"),
        ("document", said["document"] == one.document),
        ("version", said["version"] == one.version and one.number > 0),
        ("origin", (said["origin"] == DECIDED) == one.is_decision),
        ("meaning", said["meaning"] in _ORIGINS.get(said["origin"], ())),
        ("path", _is_path(said["path"]) and (one.document == POLICY) == (said["path"] == _FILE)),
        ("blob", _OID.fullmatch(said["blob"]) is not None),
        ("effective", parse_day(said["effective"]) is not None),
        ("date", one.date is not None),
        ("role", one.is_decision or said["role"] == "rq"),
        ("person", one.is_decision or not said.get("person")),
        ("medium", bool(said.get("person")) == bool(said.get("medium"))),
        ("name", not one.is_decision or _names_decision(one)),
    )
    return next((key for key, holds in checks if not holds), "")


def _is_path(path: str) -> bool:
    return path == posixpath.normpath(path) and not path.startswith(("/", "../"))


def _names_decision(one: Statement) -> bool:
    """Return whether the last part of the name of a decision is what its payload says.

    Its moment may be some seconds later: two decisions never have the same name.
    """
    found = _DECISION.fullmatch(one.ref.rpartition("/")[2])
    if found is None or one.date is None:
        return False
    try:
        named = datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return False
    late = named.timestamp() - one.date.timestamp()
    return (found[2], found[3]) == (one.meaning, one.person) and 0 <= late <= SKEW
