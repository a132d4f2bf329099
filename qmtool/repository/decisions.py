"""Decisions about a version that are not its release: approvals, reviews, withdrawals."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from qmtool.repository import git
from qmtool.repository.git import Repository, Tag
from qmtool.repository.tag_objects import DECISIONS, TagObject, read_tag


class Meaning(StrEnum):
    """What a person decided: the draft is checked or approved; the version stays, goes, is back."""

    REVIEWED = "reviewed"
    APPROVED = "approved"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    REINSTATED = "reinstated"


@dataclass(frozen=True)
class Decision:
    """One decision, as its tag records it."""

    tag: Tag
    object: TagObject

    @property
    def payload(self) -> Mapping[str, str]:
        """Return what the tag says."""
        return self.object.payload

    @property
    def person(self) -> str:
        """Return the id of who decided: the signer, or the person whom the signer speaks for."""
        return self.payload.get("person") or self.payload.get("signer", "")

    @property
    def is_on_paper(self) -> bool:
        """Return whether it was given elsewhere and only recorded here."""
        return bool(self.payload.get("medium"))


def read_decisions(repo: Repository, identifier: str = "", version: str = "") -> list[Decision]:
    """Return the decisions of a repository, of a document, or of one of its versions, by time."""
    below = "/".join(part for part in (identifier, version) if part)
    tags = git.tags_under(repo, DECISIONS + below)
    objects = git.read_blobs(repo, [tag.oid for tag in tags])
    found = [
        Decision(tag, read_tag(data or b"")) for tag, (_, data) in zip(tags, objects, strict=True)
    ]
    return [one for one in found if _is_named_as_it_says(one)]


def _is_named_as_it_says(one: Decision) -> bool:
    """Return whether the name of the tag is what its payload says; a copied tag counts nowhere."""
    payload = one.payload
    start = f"{DECISIONS}{payload.get('document')}/{payload.get('version')}/"
    end = f"-{payload.get('meaning')}-{one.person}"
    return (
        one.tag.name.startswith(start)
        and one.tag.name.endswith(end)
        and one.object.name == one.tag.name.removeprefix("refs/tags/")
        and one.object.target == one.tag.target
    )
