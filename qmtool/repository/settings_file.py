"""From `qm.yaml` to the settings and the policy."""

from collections.abc import Mapping
from typing import Any

from qmtool.model.calendar import parse_day
from qmtool.model.diagnostic import Severity
from qmtool.model.settings import (
    DEFAULT_DOCUMENTS,
    DEFAULT_FOLDERS,
    DEFAULT_REVIEW_MONTHS,
    Approvals,
    Certificate,
    Exclusion,
    Key,
    Person,
    Policy,
    Process,
    Settings,
    Site,
)
from qmtool.model.text import say
from qmtool.repository.data_files import DataFiles, broken

FILE = "qm.yaml"
EVERY_DOCUMENT = ("**/*.md",)


def without_file() -> Settings:
    """Return the settings of a repository without `qm.yaml`: every Markdown file counts."""
    return Settings(documents=EVERY_DOCUMENT)


def read_settings(data: bytes, files: DataFiles, shown: str = FILE) -> Settings:
    """Return the settings that the bytes of `qm.yaml` give, or raise SettingsError."""
    value = files.read(data, "settings", shown)
    _refuse_twice(value, shown)
    check = value.get("check", {})
    organisation = value.get("organisation", {})
    return Settings(
        policy=_policy(value),
        present=True,
        language=value.get("language", "en"),
        organisation=organisation.get("name", ""),
        organisation_type=organisation.get("type", ""),
        interventional_level=organisation.get("interventional_level"),
        certificates=tuple(_certificate(one) for one in value.get("certificates", ())),
        sites=tuple(_site(one) for one in value.get("sites", ())),
        processes=tuple(_process(one) for one in value.get("processes", ())),
        folders={**DEFAULT_FOLDERS, **value.get("folders", {})},
        documents=tuple(value.get("documents", DEFAULT_DOCUMENTS)),
        ignore=tuple(value.get("ignore", ())),
        adopts=tuple(value.get("adopts", ())),
        exclusions=tuple(_exclusion(one) for one in value.get("exclusions", ())),
        markers=value.get("markers", {}),
        review_months=value.get("review_months", DEFAULT_REVIEW_MONTHS),
        fail_on=Severity[check.get("fail_on", "error").upper()],
        severities={
            name: Severity[level.upper()] for name, level in check.get("severity", {}).items()
        },
        ignored_rules=tuple(check.get("ignore", ())),
    )


def _refuse_twice(value: Mapping[str, Any], shown: str) -> None:
    """Raise SettingsError if two entries of a list have the same id."""
    for key in ("people", "processes", "sites", "entities"):
        seen: set[str] = set()
        for entry in value.get(key, ()):
            if entry["id"] in seen:
                message = say("{key}: the id {id} stands twice", key=key, id=entry["id"])
                raise broken(shown, [(1, 1, message, None)])
            seen.add(entry["id"])


def _policy(value: Mapping[str, Any]) -> Policy:
    return Policy(
        people=tuple(_person(one) for one in value["people"]),
        approvals={
            kind: Approvals(one.get("review", 0), one.get("approve", 0), tuple(one.get("by", ())))
            for kind, one in value.get("approvals", {}).items()
        },
        release_branch=value.get("release_branch", "main"),
    )


def _person(one: Mapping[str, Any]) -> Person:
    return Person(
        identifier=one["id"],
        name=one.get("name", ""),
        email=one.get("email", ""),
        roles=tuple(one.get("roles", ())),
        since=parse_day(one.get("from", "")),
        until=parse_day(one.get("until", "")),
        keys=tuple(_key(key) for key in one.get("keys", ())),
    )


def _key(one: str | Mapping[str, Any]) -> Key:
    """Return a key, written as OpenSSH does, alone or with the days between which it is valid."""
    whole = {"key": one} if isinstance(one, str) else one
    return Key(
        " ".join(whole["key"].split()[:2]),
        *(parse_day(whole.get(day, "")) for day in ("from", "until", "revoked")),
    )


def _process(one: Mapping[str, Any]) -> Process:
    name = one["id"]
    code = one.get("code") or "".join(char for char in name.upper() if char.isalnum())
    return Process(name, code, one.get("title", ""), one.get("type", ""), one.get("owner", ""))


def _site(one: Mapping[str, Any]) -> Site:
    return Site(
        one["id"],
        one.get("entity", ""),
        tuple(one.get("activities", ())),
        tuple(one.get("modalities", ())),
        tuple(one.get("devices", ())),
        one.get("name", ""),
    )


def _certificate(one: Mapping[str, Any]) -> Certificate:
    return Certificate(
        one["referential"],
        one.get("by", ""),
        parse_day(one.get("from", "")),
        parse_day(one.get("until", "")),
    )


def _exclusion(one: Mapping[str, Any]) -> Exclusion:
    referential, _, requirement = one["requirement"].partition(":")
    return Exclusion(referential, requirement, one["reason"], one.get("approved_by", ""))
