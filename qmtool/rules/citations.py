"""What documents and settings cite of the referentials: resolved once, for all the rules."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import NamedTuple

from qmtool.model.diagnostic import Location
from qmtool.model.document import Document, halves
from qmtool.model.project import Project
from qmtool.model.referential import Meant
from qmtool.model.workflow import misnamed
from qmtool.rules.engine import once_per_project
from qmtool.rules.scope import SETTINGS, WITHDRAWN, controlled_kinds


class Mistake(Enum):
    """What is wrong with a citation."""

    UNKNOWN_REFERENTIAL = "unknown referential"
    NO_REQUIREMENT = "no requirement"
    UNKNOWN_REQUIREMENT = "unknown requirement"
    GROUPING_REQUIREMENT = "grouping requirement"


class Citation(NamedTuple):
    """A requirement that *by*, a document or `qm.yaml`, cites at a place."""

    by: str
    referential: str
    requirement: str
    location: Location


@once_per_project
def mistakes(project: Project) -> Mapping[Mistake, Sequence[Citation]]:
    """Return the citations of *project* that resolve to no requirement, in order.

    A withdrawn document keeps those it had: they are evidence no more, and nobody changes its text.
    """
    found: dict[Mistake, list[Citation]] = defaultdict(list)
    for wrong, citation in _of_settings(project):
        found[wrong].append(citation)
    judged: dict[tuple[str, str], Mistake | None] = {}
    kinds = controlled_kinds(project)
    for document in project.documents:
        if document.status == WITHDRAWN and document.kind in kinds:
            continue
        for one in document.declarations:
            key = one.referential, one.requirement
            if key not in judged:
                judged[key] = _judge(project, *key)
            mistake = judged[key]
            if mistake is None or (one.marker and mistake is Mistake.UNKNOWN_REFERENTIAL):
                continue  # of a short mark, only `markers:` of qm.yaml knows the referential
            place = Location(document.path, one.line, one.column)
            found[mistake].append(Citation(document.name, *key, place))
        for wrong, citation in _of_audit(project, document):
            found[wrong].append(citation)
    for wrong, citation in _of_fields(project):
        found[wrong].append(citation)
    return found


def _of_fields(project: Project) -> Iterator[tuple[Mistake, Citation]]:
    """Yield the mistakes in the fields of records that name requirements or referentials."""
    for kind_of_field in ("requirement", "requirements"):
        for written, places in project.named.get(kind_of_field, {}).items():
            halved = halves(written)
            mistake = _judge(project, *halved)
            # A finding may be about a whole chapter.
            if mistake and mistake is not Mistake.GROUPING_REQUIREMENT:
                for document, name in places:
                    yield mistake, Citation(document.name, *halved, document.at(name))
    known = project.known_referentials
    for document, name, written in misnamed(project, known, "referential", "referentials"):
        place = document.at(name)
        yield Mistake.UNKNOWN_REFERENTIAL, Citation(document.name, written, "", place)


def _of_audit(project: Project, document: Document) -> Iterator[tuple[Mistake, Citation]]:
    """Yield the mistakes of the lines of an audit; one may be about a whole chapter."""
    for one in document.assessed:
        mistake = _judge(project, one.referential, one.requirement)
        if mistake is not None and mistake is not Mistake.GROUPING_REQUIREMENT:
            place = Location(document.path, one.line, one.column)
            yield mistake, Citation(document.name, one.referential, one.requirement, place)


def _of_settings(project: Project) -> Iterator[tuple[Mistake, Citation]]:
    """Yield the mistakes of `adopts:`, `certificates:`, `markers:` and `exclusions:`."""
    settings, place = project.settings, Location(SETTINGS)
    held = (one.referential for one in settings.certificates)
    for referential in dict.fromkeys((*settings.adopts, *held, *settings.markers.values())):
        if referential not in project.known_referentials:
            yield Mistake.UNKNOWN_REFERENTIAL, Citation(SETTINGS, referential, "", place)
    for one in settings.exclusions:
        mistake = _judge(project, one.referential, one.requirement)
        if (
            mistake is not None and mistake is not Mistake.GROUPING_REQUIREMENT
        ):  # a whole subtree is excluded
            yield mistake, Citation(SETTINGS, one.referential, one.requirement, place)


def _judge(project: Project, name: str, requirement: str) -> Mistake | None:
    """Return what is wrong with citing that *requirement* of the referential called *name*."""
    if name not in project.known_referentials:
        return Mistake.UNKNOWN_REFERENTIAL
    if not requirement:
        return Mistake.NO_REQUIREMENT
    referential = project.referentials.get(name)
    meant = referential.resolve(requirement).meant if referential else Meant.REQUIREMENT
    if meant is Meant.NOTHING:
        return Mistake.UNKNOWN_REQUIREMENT
    return Mistake.GROUPING_REQUIREMENT if meant is Meant.GROUP else None
