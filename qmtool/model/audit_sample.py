"""Which requirements an audit looks at: all, or a sample that anybody can draw again."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from qmtool.model.assessment import RequirementGap, Status
from qmtool.model.evidence import Fact
from qmtool.model.referential import Referential

_UNASKED = (Status.NOT_APPLICABLE, Status.EXCLUDED)


class Why(StrEnum):
    """Why a requirement is looked at; the first three are never left to chance."""

    OPEN_FINDING = "open-finding"
    LAPSED = "lapsed-proof"
    NEVER = "never-verified"
    DRAWN = "drawn"
    WANTED = "wanted"


SURE = (Why.OPEN_FINDING, Why.LAPSED, Why.NEVER)


class Line(NamedTuple):
    """A requirement that is looked at, and *why*."""

    found: RequirementGap
    why: Why


class Part(NamedTuple):
    """The *lines* of one referential; *asked* counts what applies here, of which they are some.

    *aside* counts what is excluded or does not apply.
    """

    referential: Referential
    lines: Sequence[Line]
    asked: int
    aside: int


class Wanted(NamedTuple):
    """What is wanted: requirements below *chapters* (empty: all), *size* of them (None: all)."""

    size: int | None = None
    chapters: Mapping[str, Collection[str]] = {}


def parts(
    seed: str,
    gaps: Sequence[tuple[Referential, Sequence[RequirementGap]]],
    wanted: Wanted,
    still_open: Collection[str],
) -> list[Part]:
    """Return the requirements to look at of each referential of *gaps*, in the order of its text.

    With a size, those with a finding *still_open*, a lapsed proof or no verification are there
    whatever the size is; chance, which *seed* decides, fills up the others chapter by chapter.
    """
    asked = [(one, _asked(one, found, wanted)) for one, found in gaps]
    drawn = _drawn(seed, asked, wanted.size, still_open)
    return [
        Part(
            referential,
            [Line(one, why) for one in found if (why := drawn.get(one.identifier)) is not None],
            len(found),
            sum(one.status in _UNASKED for one in every),
        )
        for (referential, found), (_, every) in zip(asked, gaps, strict=True)
    ]


def _asked(
    referential: Referential, found: Sequence[RequirementGap], wanted: Wanted
) -> list[RequirementGap]:
    """Return what applies here of *found*, below the wanted chapters."""
    chapters = wanted.chapters.get(referential.identifier, ())
    if wanted.chapters and not chapters:
        return []
    return [
        one
        for one in found
        if one.status not in _UNASKED
        if not chapters
        or any(name in chapters for name in referential.lineage(one.requirement.identifier))
    ]


def _drawn(
    seed: str,
    asked: Sequence[tuple[Referential, Sequence[RequirementGap]]],
    size: int | None,
    still_open: Collection[str],
) -> dict[str, Why]:
    """Return why each requirement that is looked at is, by its identifier."""
    every = [one for _, found in asked for one in found]
    sure = {one.identifier: why for one in every if (why := _sure(one, still_open)) is not None}
    if size is None:
        return {one.identifier: sure.get(one.identifier, Why.WANTED) for one in every}
    more = list(_by_chance(seed, asked, sure, max(0, size - len(sure))))
    return {**sure, **dict.fromkeys(more, Why.DRAWN)}


def _sure(one: RequirementGap, still_open: Collection[str]) -> Why | None:
    """Return why *one* is looked at whatever chance says, None where it may be left out."""
    if one.identifier in still_open or one.blocking:
        return Why.OPEN_FINDING
    if one.proven is Fact.LAPSED:
        return Why.LAPSED
    return Why.NEVER if one.verified is Fact.NO else None


def _by_chance(
    seed: str,
    asked: Sequence[tuple[Referential, Sequence[RequirementGap]]],
    sure: Collection[str],
    count: int,
) -> Iterator[str]:
    """Yield *count* others: each time one of the chapter of which least is looked at so far."""
    size: dict[str, int] = defaultdict(int)
    taken: dict[str, int] = defaultdict(int)
    left: dict[str, list[str]] = defaultdict(list)
    for referential, found in asked:
        for one in found:
            top = referential.lineage(one.requirement.identifier)[-1]
            chapter = f"{referential.identifier}:{top}"
            size[chapter] += 1
            if one.identifier in sure:
                taken[chapter] += 1
            else:
                left[chapter].append(one.identifier)
    for names in left.values():
        names.sort(key=lambda name: _lot(seed, name), reverse=True)
    for _ in range(min(count, sum(map(len, left.values())))):
        open_ = [chapter for chapter, names in left.items() if names]
        chapter = min(open_, key=lambda one: (taken[one] / size[one], _lot(seed, one)))
        taken[chapter] += 1
        yield left[chapter].pop()


def _lot(seed: str, name: str) -> str:
    """Return the lot of *name*: the same for the same audit, and nobody's choice."""
    return sha256(f"{seed} {name}".encode()).hexdigest()
