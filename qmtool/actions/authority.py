"""Who runs `qm`, and what they may do, by the policy in force."""

from dataclasses import dataclass
from datetime import date

from qmtool.errors import Refused
from qmtool.model.settings import RQ, Person, Policy
from qmtool.model.text import Text, listing, say
from qmtool.repository import git
from qmtool.repository.git import Repository
from qmtool.repository.signatures import SigningKey, signing_key


@dataclass(frozen=True)
class Signer:
    """A person of the policy, with the name and the email that Git records.

    *key* is the one to sign with, None where nothing is signed.
    """

    person: Person
    name: str
    email: str
    key: SigningKey | None = None


RELEASE = say("release a version")


def quality_manager(repo: Repository, policy: Policy, on: date, act: Text = RELEASE) -> Signer:
    """Return who runs `qm` if they are a quality manager that day, who alone may do the *act*.

    Raise Refused otherwise.
    """
    name, email = git.identity(repo)
    person = policy.by_email(email, on)
    managers = policy.quality_managers(on)
    if person is None or person not in managers:
        raise Refused(
            say(
                "only a quality manager may {act} (today: {managers}); you are {email}. "
                "Nothing was changed",
                act=act,
                managers=listing(one.name or one.identifier for one in managers) or "–",
                email=email,
            )
        )
    return Signer(person, name, email, _key(repo, policy, person, on))


def member(repo: Repository, policy: Policy, on: date) -> Signer:
    """Return who runs `qm` if they are a person of the policy on that day, or raise Refused."""
    name, email = git.identity(repo)
    wanted = email.casefold()
    found = [one for one in policy.people if one.email and one.email.casefold() == wanted]
    present = [one for one in found if one.is_there(on)]
    if not present:
        raise Refused(_stranger(found, email, on))
    person = next((one for one in present if one.holds(RQ, on)), present[0])
    return Signer(person, name, email, _key(repo, policy, person, on))


def _stranger(found: list[Person], email: str, on: date) -> object:
    if found:
        return say(
            "{person} of the people of qm.yaml is not there on {day}. Nothing was changed",
            person=found[0].identifier,
            day=on,
        )
    return say(
        "you are {email}, who is none of the people of the policy in force in qm.yaml; type: "
        "git config user.email with the email that stands there. Nothing was changed",
        email=email,
    )


def _key(repo: Repository, policy: Policy, person: Person, on: date) -> SigningKey | None:
    return signing_key(repo, person, on) if policy.is_signed else None
