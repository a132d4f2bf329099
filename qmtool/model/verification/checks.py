"""The promises that `qm verify` proves: each has a code, a name, its words and a way to mend it."""

from typing import NamedTuple

from qmtool.model.text import Text, say

_UNCHANGED = say("a released version never changes (I1)")
_OWN_FILE = say("a release changes exactly its document (I3)")
_AUTHORITY = say("authority comes from the last released policy, never from the change (I7)")
_NAMED = say("a version is written once, in one form, under its own name (I1)")
_COMPLETE = say("every version and every decision is kept (I1)")
_IDENTITY = say("who decided is who is named")
_APPROVED = say("as many people approve a version as the policy asks for (I7)")
_ORDER = say("dates never go back, and none lies ahead")
_STATE = say("only a recorded decision changes the state and the dates of a document")
_SIGNED = say("a signature is that of the person named, by a key valid on the day")
_SEEN = say("what was verified once stays as it was (I1)")
_SHARED = say("every copy of the record is the same (I1)")
_READABLE = say("every object of the record can be read, and is what its id says (I1)")

_FETCH = say(
    "Type git fetch --tags; if the tag does not come back: qm doctor --restore-tag {tag} --from "
    "PATH, with the path of a clone that has it."
)
_COMPARE = say(
    "Compare with another clone: qm verify --remote origin. If the others have another tag, delete "
    "this one (git tag -d {tag}) and type git fetch --tags."
)
_UNTRUSTED = say(
    "Do not use this version before a quality manager has looked at it; compare with another "
    "clone: qm verify --remote origin."
)
_RELEASE_AGAIN = say("Have a quality manager look at it and release the document again.")
_RESTORE_TEXT = say(
    "Put the released text back (qm revise --discard {document}), or open a revision: qm revise "
    "{document}."
)
_FOREIGN_REF = say("Delete it if it is not one of qm: git tag -d {tag}")
_RESTORE_FILE = say(
    "Put the file back (git log --all -- '*{document}*' finds it); withdraw it with: qm withdraw "
    "{document}"
)
_RESTORE_KEYS = say(
    "Put the front matter back as the tag has it: qm show {document} prints it. Decide with "
    "qm review, qm withdraw or qm release."
)
_CLOCK = say("Look who wrote it and when; check the clock of that machine.")
_WITNESS = say(
    "Do not push. Compare with another clone or a kept anchor: qm verify --remote origin, "
    "qm verify --anchor FILE."
)
_POLICY = say("Have a quality manager of the policy in force release it: qm release POLICY")
_OBJECTS = say("Clone again from a sound copy, or copy the object from another clone.")


class Check(NamedTuple):
    """One thing that must hold; *fix* may name the {tag}, the {document} and the {commit}."""

    code: str
    name: str
    promise: Text
    fix: Text


_ALL = (
    # tags: their form and their names
    Check("V101", "tag-missing", _COMPLETE, _FETCH),
    Check("V102", "unknown-ref", _NAMED, _FOREIGN_REF),
    Check("V103", "lightweight-tag", _NAMED, _COMPARE),
    Check("V104", "nested-tag", _NAMED, _COMPARE),
    Check("V105", "tag-renamed", _NAMED, _COMPARE),
    Check("V106", "tag-form", _NAMED, _COMPARE),
    Check("V107", "payload-mismatch", _NAMED, _COMPARE),
    Check("V108", "version-gap", _COMPLETE, _FETCH),
    Check("V109", "tag-moved", _UNCHANGED, _COMPARE),
    # commits
    Check("V111", "not-on-branch", _UNCHANGED, _COMPARE),
    Check("V112", "mixed-commit", _OWN_FILE, _UNTRUSTED),
    Check("V113", "merged-content", _OWN_FILE, _UNTRUSTED),
    Check("V114", "blob-mismatch", _UNCHANGED, _COMPARE),
    Check("V115", "digest-mismatch", _UNCHANGED, _COMPARE),
    Check("V116", "late-adoption", _AUTHORITY, _UNTRUSTED),
    # documents at the tip of the branch
    Check("V201", "row-missing", _COMPLETE, _RESTORE_KEYS),
    Check("V202", "row-mismatch", _UNCHANGED, _RESTORE_KEYS),
    Check("V203", "document-missing", _COMPLETE, _RESTORE_FILE),
    Check("V204", "text-changed", _UNCHANGED, _RESTORE_TEXT),
    Check("V205", "keys-changed", _STATE, _RESTORE_KEYS),
    Check("V206", "state-mismatch", _STATE, _RESTORE_KEYS),
    Check("V207", "decision-missing", _COMPLETE, _FETCH),
    Check("V208", "document-twice", _NAMED, say("Give the copy an id of its own, or remove it.")),
    Check("V209", "history-rewritten", _UNCHANGED, _RESTORE_KEYS),
    # authority
    Check("V301", "policy-unreadable", _AUTHORITY, _POLICY),
    Check("V302", "policy-mismatch", _AUTHORITY, _UNTRUSTED),
    Check("V303", "policy-chain", _AUTHORITY, _POLICY),
    Check("V304", "unknown-person", _AUTHORITY, _UNTRUSTED),
    Check("V305", "not-quality-manager", _AUTHORITY, _UNTRUSTED),
    Check("V306", "other-committer", _IDENTITY, _UNTRUSTED),
    Check("V307", "approvals-missing", _APPROVED, _RELEASE_AGAIN),
    Check("V308", "approver-unproven", _APPROVED, _RELEASE_AGAIN),
    # dates
    Check("V401", "date-goes-back", _ORDER, _CLOCK),
    Check("V402", "date-ahead", _ORDER, _CLOCK),
    Check("V403", "date-mismatch", _ORDER, _CLOCK),
    # signatures: the names are those of `Flaw`
    Check("V501", "unsigned", _SIGNED, _RELEASE_AGAIN),
    Check("V502", "unknown-signer", _SIGNED, _UNTRUSTED),
    Check("V503", "other-person", _SIGNED, _UNTRUSTED),
    Check("V504", "expired-key", _SIGNED, _RELEASE_AGAIN),
    Check("V505", "revoked-key", _SIGNED, _RELEASE_AGAIN),
    Check("V506", "wrong-namespace", _SIGNED, _UNTRUSTED),
    Check("V507", "bad-signature", _SIGNED, _UNTRUSTED),
    # witnesses
    Check("V601", "anchor-branch", _SEEN, _WITNESS),
    Check("V602", "anchor-tag", _SEEN, _WITNESS),
    Check("V603", "remote-branch", _SHARED, _WITNESS),
    Check("V604", "remote-tag", _SHARED, _WITNESS),
    # the repository itself
    Check("V701", "grafts", _READABLE, say("Remove the file: Git would read another history.")),
    Check("V702", "damaged-object", _READABLE, _OBJECTS),
)

CHECKS = {one.name: one for one in _ALL}
"""Every check by its name. A code is given once and kept for ever."""
