"""Who runs qm: the person of the policy in force, with their key where releases are signed."""

from datetime import date
from pathlib import Path

import pytest

from qmtool.actions.authority import member, quality_manager
from qmtool.errors import Refused
from qmtool.model.settings import RQ, Key, Person, Policy
from qmtool.repository import git
from tests.conftest import Centre
from tests.keys import new_key, public

DAY = date(2026, 3, 1)
LEO = Person("leo", "Leo", "LEO@example.org")
MANAGER = Person("rq1", "Quality Manager", "rq@example.org", (RQ,))


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """Return a key pair."""
    new_key(tmp_path / "key")
    return tmp_path / "key"


def refused(centre: Centre, policy: Policy) -> str:
    with pytest.raises(Refused) as caught:
        member(git.discover(centre.root), policy, DAY)
    return str(caught.value)


def test_anyone_of_the_policy_is_known_by_email_whatever_its_case(centre: Centre) -> None:
    centre.iam("Leo at home", "leo@EXAMPLE.org")
    found = member(git.discover(centre.root), Policy((MANAGER, LEO)), DAY)
    assert (found.person, found.name, found.email) == (LEO, "Leo at home", "leo@EXAMPLE.org")
    assert found.key is None


def test_a_stranger_is_told_where_people_stand(centre: Centre) -> None:
    centre.iam("Mallory", "mallory@example.org")
    said = refused(centre, Policy((MANAGER, LEO)))
    assert "mallory@example.org, who is none of the people" in said
    assert "qm.yaml" in said
    nameless = Policy((Person("x"),))
    assert "none of the people" in refused(centre, nameless)


@pytest.mark.parametrize(("since", "until"), [(date(2026, 3, 2), None), (None, date(2026, 2, 28))])
def test_who_is_not_there_on_that_day_decides_nothing(
    centre: Centre, since: date | None, until: date | None
) -> None:
    gone = Person("old", "Old", "rq@example.org", (RQ,), since, until)
    assert "old of the people of qm.yaml is not there on 2026-03-01" in refused(
        centre, Policy((gone,))
    )


def test_of_two_entries_of_one_person_the_one_in_office_counts(centre: Centre) -> None:
    gone = Person("rq0", "Q", "rq@example.org", (RQ,), None, date(2026, 1, 1))
    plain = Person("q", "Q", "rq@example.org")
    repo = git.discover(centre.root)
    for people in ((gone, plain, MANAGER), (MANAGER, plain, gone)):
        assert member(repo, Policy(people), DAY).person is MANAGER
        assert quality_manager(repo, Policy(people), DAY).person is MANAGER
    assert member(repo, Policy((gone, plain)), DAY).person is plain


def test_where_releases_are_signed_everyone_needs_a_key_of_theirs(
    centre: Centre, key: Path
) -> None:
    signs = Person("rq1", "Q", "rq@example.org", (RQ,), keys=(Key(public(key)),))
    policy = Policy((signs, LEO))
    with pytest.raises(Refused, match="Git does not know your key"):
        quality_manager(git.discover(centre.root), policy, DAY)
    centre.git("config", "user.signingkey", str(key))
    repo = git.discover(centre.root)
    for found in (quality_manager(repo, policy, DAY), member(repo, policy, DAY)):
        assert found.key is not None
        assert found.key.text == public(key)
    centre.iam("Leo", "leo@example.org")
    assert "leo has no key in qm.yaml that is valid on 2026-03-01" in refused(centre, policy)


def test_a_key_of_someone_who_is_no_manager_asks_nothing(centre: Centre, key: Path) -> None:
    leo = Person("leo", "Leo", "leo@example.org", keys=(Key(public(key)),))
    found = quality_manager(git.discover(centre.root), Policy((MANAGER, leo)), DAY)
    assert found.key is None


def test_a_refusal_names_what_was_asked(welcome: Centre) -> None:
    assert welcome.qm("release", "PR-ACC-001", "-m", "first").code == 0
    welcome.iam("Mia", "mia@example.org")
    asked = {
        "may release a version (today": ("release", "PR-ACC-002", "-m", "x"),
        "may withdraw a document": ("withdraw", "PR-ACC-001", "--reason", "x"),
        "may reinstate a document": ("reinstate", "PR-ACC-001", "--reason", "x"),
    }
    for words, command in asked.items():
        done = welcome.qm(*command)
        assert (done.code, words in done.err) == (3, True), done.err
