"""Who runs `qm`, and whether they may release, by the policy in force."""

from dataclasses import dataclass
from datetime import date

from qmtool.errors import Refused
from qmtool.model.settings import Person, Policy
from qmtool.model.text import listing, say
from qmtool.repository import git
from qmtool.repository.git import Repository


@dataclass(frozen=True)
class Signer:
    """A person of the policy, with the name and the email that Git records."""

    person: Person
    name: str
    email: str


def quality_manager(repo: Repository, policy: Policy, on: date) -> Signer:
    """Return who runs `qm` if the policy in force lets them release, or raise Refused."""
    name, email = git.identity(repo)
    person = policy.by_email(email, on)
    managers = policy.quality_managers(on)
    if person is None or person not in managers:
        raise Refused(
            say(
                "only a quality manager may release (today: {managers}); you are {email}. "
                "Nothing was changed",
                managers=listing(one.name or one.identifier for one in managers) or "–",
                email=email,
            )
        )
    return Signer(person, name, email)
