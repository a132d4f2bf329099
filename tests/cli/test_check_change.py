"""What `qm check` tells of a change or of one document, and what it leaves out."""

import json

from tests.conftest import Centre, procedure

FOLDER = "processes/welcome/applicables"
ALLOWED = '<!-- qm: allow broken-link until=2099-01-01 by=rq1 reason="later" -->\n\n[x](no.md)\n'


def allowed(centre: Centre, *arguments: str) -> list[str]:
    """Return the paths of what `qm check` tells as allowed."""
    done = centre.qm("check", "--format", "json", *arguments)
    return [one["path"].rpartition("/")[2] for one in json.loads(done.out)["suppressed"]]


def test_only_the_suppressions_of_what_is_asked_for_are_told(welcome: Centre) -> None:
    welcome.commit({f"{FOLDER}/PR-ACC-001.md": procedure("PR-ACC-001", ALLOWED)})
    welcome.commit({f"{FOLDER}/PR-ACC-002.md": procedure("PR-ACC-002", ALLOWED)})
    both = ["PR-ACC-001.md", "PR-ACC-002.md"]
    assert allowed(welcome) == both
    assert allowed(welcome, "PR-ACC-002") == both[1:]
    assert allowed(welcome, "--diff", "HEAD~1") == both[1:]
    assert allowed(welcome, "--diff", "HEAD~2") == both
    assert allowed(welcome, "--diff", "HEAD") == []
