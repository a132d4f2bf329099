"""Who changed a document is known under every name that its file had."""

from qmtool.repository import git
from qmtool.repository.renames import touches
from tests.conftest import Centre, procedure

FOLDER = "processes/welcome/applicables"
DOC, NEW = f"{FOLDER}/PR-ACC-001.md", f"{FOLDER}/PR-ACC-001-welcome.md"


def told(centre: Centre, path: str, since: str | None = None) -> list[tuple[str, bool]]:
    """Return who touched the file, and whether they changed its bytes."""
    repo = git.discover(centre.root)
    found = touches(repo, path, since, "HEAD")
    return [(one.email.partition("@")[0], one.before != (one.after,)) for one in found]


def test_a_move_is_followed_and_makes_nobody_an_author(welcome: Centre) -> None:
    welcome.iam("Mia", "mia@example.org")
    welcome.commit({DOC: procedure("PR-ACC-001", "## Purpose\n\nBetter.\n")})
    welcome.iam("Quality Manager", "rq@example.org")
    assert welcome.qm("move", "PR-ACC-001", NEW).code == 0
    assert told(welcome, NEW) == [("rq", True), ("mia", True), ("rq", False)]


def test_a_document_that_was_withdrawn_and_is_back_is_followed(welcome: Centre) -> None:
    assert welcome.qm("release", "PR-ACC-001", "-m", "x").code == 0
    tag = "refs/tags/release/PR-ACC-001/1.0^{commit}"
    assert welcome.qm("withdraw", "PR-ACC-001", "--reason", "x").code == 0
    assert welcome.qm("reinstate", "PR-ACC-001", "--reason", "x").code == 0
    assert len(told(welcome, DOC, tag)) == 2
    assert len(told(welcome, DOC)) == 4


def test_of_files_moved_by_hand_together_the_id_tells_which(welcome: Centre) -> None:
    other = f"{FOLDER}/PR-ACC-002.md"
    welcome.git("mv", DOC, NEW)
    welcome.git("mv", other, f"{FOLDER}/PR-ACC-002-b.md")
    welcome.commit()
    assert told(welcome, NEW) == [("rq", True), ("rq", False)]
    welcome.commit({f"{FOLDER}/PR-ACC-003.md": procedure("PR-ACC-003")})
    assert told(welcome, f"{FOLDER}/PR-ACC-003.md") == [("rq", True)]
