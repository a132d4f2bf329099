"""The settings of a quality system, as `qm.yaml` gives them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from qmtool.model.diagnostic import Severity

DEFAULT_FOLDERS: Mapping[str, str] = {
    "applicable": "applicables",
    "form": "formulaires",
    "record": "enregistrements",
    "archive": "archives",
}
DEFAULT_DOCUMENTS = ("processes/**/*.md",)
DEFAULT_REVIEW_MONTHS = 24
RQ = "rq"
"""The role of the quality managers (*responsables qualité*), the only ones who release."""


class Key(NamedTuple):
    """A public SSH key, valid between two days (both included); nothing signed since *revoked* is.

    *text* is the type and the key in base64, as OpenSSH writes them, without a comment.
    """

    text: str
    since: date | None = None
    until: date | None = None
    revoked: date | None = None


class Approvals(NamedTuple):
    """How many people must review and approve; *by* names who may (empty: anyone of `people`)."""

    review: int = 0
    approve: int = 0
    by: tuple[str, ...] = ()

    @property
    def needed(self) -> bool:
        """Return whether anyone must approve or review."""
        return self.review + self.approve > 0


@dataclass(frozen=True, slots=True)
class Person:
    """Someone of the centre, with the roles held between two days (both included)."""

    identifier: str
    name: str = ""
    email: str = ""
    roles: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    keys: tuple[Key, ...] = ()

    def holds(self, role: str, on: date) -> bool:
        """Return whether the person holds *role* on that day."""
        return role in self.roles and self.is_there(on)

    def is_there(self, on: date) -> bool:
        """Return whether the person belongs to the centre on that day."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


class Process(NamedTuple):
    """A process of the centre: its id is its folder, its code stands in ids of documents."""

    identifier: str
    code: str
    title: str = ""
    type: str = ""
    owner: str = ""


class Site(NamedTuple):
    """A place of work, with the activities that decide which requirements apply."""

    identifier: str
    entity: str = ""
    activities: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    name: str = ""


class Certificate(NamedTuple):
    """A certificate, label or accreditation that the centre holds, until a day if it ends."""

    referential: str
    by: str = ""
    since: date | None = None
    until: date | None = None


class Exclusion(NamedTuple):
    """A requirement, with all below it, that the centre declares not applicable, and why."""

    referential: str
    requirement: str
    reason: str
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may do what: the part of `qm.yaml` that has effect only once released."""

    people: tuple[Person, ...] = ()
    approvals: Mapping[str, Approvals] = field(default_factory=dict)
    release_branch: str = "main"

    def person(self, identifier: str) -> Person | None:
        """Return the person called *identifier*."""
        return next((one for one in self.people if one.identifier == identifier), None)

    def by_email(self, email: str, on: date) -> Person | None:
        """Return the person whose email is *email*, case ignored.

        Of several entries with the same email, one that holds a role on that day comes first.
        """
        wanted = email.casefold()
        found = [one for one in self.people if wanted and one.email.casefold() == wanted]
        active = (one for one in found if any(one.holds(role, on) for role in one.roles))
        return next(active, found[0] if found else None)

    def approvals_of(self, kind: str) -> Approvals:
        """Return what documents of *kind* (or `POLICY`) need before their release."""
        return self.approvals.get(kind, Approvals())

    @property
    def is_signed(self) -> bool:
        """Return whether releases must be signed: as soon as a quality manager has a key."""
        return any(one.keys for one in self.people if RQ in one.roles)

    def quality_managers(self, on: date) -> tuple[Person, ...]:
        """Return the people who may release on that day."""
        return tuple(one for one in self.people if one.holds(RQ, on))


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything `qm.yaml` says; *present* is false where there is no such file."""

    policy: Policy = Policy()
    present: bool = False
    language: str = "en"
    organisation: str = ""
    organisation_type: str = ""
    interventional_level: int | None = None
    certificates: tuple[Certificate, ...] = ()
    sites: tuple[Site, ...] = ()
    processes: tuple[Process, ...] = ()
    folders: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_FOLDERS))
    documents: tuple[str, ...] = DEFAULT_DOCUMENTS
    ignore: tuple[str, ...] = ()
    adopts: tuple[str, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    markers: Mapping[str, str] = field(default_factory=dict)
    review_months: int = DEFAULT_REVIEW_MONTHS
    fail_on: Severity = Severity.ERROR
    severities: Mapping[str, Severity] = field(default_factory=dict)
    ignored_rules: tuple[str, ...] = ()

    def checked_as(self, trusted: "Settings") -> "Settings":
        """Return these settings with what *trusted* ones say under `check:`."""
        return replace(
            self,
            fail_on=trusted.fail_on,
            severities=trusted.severities,
            ignored_rules=trusted.ignored_rules,
        )

    def process(self, identifier: str) -> Process | None:
        """Return the process whose id is *identifier*."""
        return next((one for one in self.processes if one.identifier == identifier), None)
