"""What the commands share that decide about documents, or look back at them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from qmtool.cli.common import named, tell
from qmtool.errors import UsageError
from qmtool.model.identifier import POLICY
from qmtool.model.text import say

if TYPE_CHECKING:
    from qmtool.model.document import Document
    from qmtool.repository.git import Repository
    from qmtool.repository.load import Snapshot

MAX_REASON = 500
"""How many characters the reason of a decision may have."""


def looked_up(repo: "Repository", found: "Snapshot", text: str) -> "Document":
    """Return the document of *found* that a person called *text*; the policy is one as well."""
    from qmtool.repository.finding import find

    if text == POLICY:
        from qmtool.repository.policy_document import policy_document

        return policy_document(repo, found)
    return find(found.project, named(repo, text))


def reason_given(text: str) -> str:
    """Return the reason that `--reason` gives, or raise UsageError if it is none."""
    reason = text.strip()
    if not reason:
        raise UsageError(say('a decision has a reason; add --reason "…"'))
    if not reason.isprintable() or len(reason) > MAX_REASON:
        raise UsageError(
            say("the reason is one line of at most {limit} printable characters", limit=MAX_REASON)
        )
    return reason


def tell_left_alone(paths: Iterable[str]) -> None:
    """Say which files were edited while a command published, and are as their user left them."""
    for path in paths:
        tell(say("{path} was edited meanwhile and was left as it is", path=path))
