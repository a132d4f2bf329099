"""What may be wrong with a signature or its key, judged without running anything."""

from datetime import date
from enum import StrEnum

from qmtool.model.settings import Key


class Flaw(StrEnum):
    """Why a signature does not show that this person signed these bytes."""

    UNSIGNED = "unsigned"
    UNKNOWN_SIGNER = "unknown-signer"
    OTHER_PERSON = "other-person"
    EXPIRED_KEY = "expired-key"
    REVOKED_KEY = "revoked-key"
    WRONG_NAMESPACE = "wrong-namespace"
    BAD_SIGNATURE = "bad-signature"


def key_flaw(key: Key, on: date) -> Flaw | None:
    """Return why *key* signs nothing on that day, or None if it is valid.

    A key that is not valid yet is like one that is valid no more.
    """
    if key.revoked is not None and on >= key.revoked:
        return Flaw.REVOKED_KEY
    if (key.since is not None and on < key.since) or (key.until is not None and on > key.until):
        return Flaw.EXPIRED_KEY
    return None
