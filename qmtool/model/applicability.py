"""Which schemes bind or serve a centre: their rules of applicability, judged on its profile.

The profile is a `Settings`. What it does not say is unknown, and an unknown never frees a centre
from a duty: of the answers that remain possible, the most binding one is told, to be confirmed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from qmtool.model.referential import NO_TEXT, ApplicabilityRule, Referential
from qmtool.model.settings import Certificate, Settings, Site
from qmtool.model.text import Text, listing, say

INTERVENTIONAL = ("interventional",)


class Group(StrEnum):
    """Where a scheme stands for a centre, the most binding first; the first five concern it."""

    MANDATORY = "mandatory"
    ASKED = "asked"
    RECOMMENDED = "recommended"
    OPTIONAL = "optional"
    CENTRE = "centre"
    NONE = "none"
    CONTEXT = "context"
    NOT_IN_FORCE = "not-in-force"


CONCERNED = tuple(Group)[:5]
_FROM_MOST_BINDING = (*CONCERNED, Group.NONE)


class Lack(StrEnum):
    """Something that the profile does not say, by its place in `qm.yaml`."""

    TYPE = "organisation.type"
    LEVEL = "organisation.interventional_level"
    ACTIVITIES = "sites.activities"
    MODALITIES = "sites.modalities"


NO_RULE = ApplicabilityRule(Group.NONE, NO_TEXT)


@dataclass(frozen=True, slots=True)
class Advice:
    """Where a scheme stands for a centre, and the *rule* that decided.

    With *lacks*, the profile does not say enough: *otherwise* holds the other possible levels.
    *unmet* says why no rule holds. *certificate* is the one that the centre holds, or held last.
    """

    referential: Referential
    group: Group
    rule: ApplicabilityRule = NO_RULE
    lacks: tuple[Lack, ...] = ()
    otherwise: tuple[Group, ...] = ()
    unmet: tuple[Text, ...] = ()
    certificate: Certificate | None = None
    is_adopted: bool = False
    is_own: bool = False

    @property
    def concerns(self) -> bool:
        """Return whether the scheme concerns the centre, or may do so."""
        return self.group in CONCERNED


class Condition(NamedTuple):
    """One condition of a rule: whether it holds (None: unknown), what lacks, what is not met."""

    holds: bool | None
    lacks: tuple[Lack, ...] = ()
    unmet: Text | None = None


class Decision(NamedTuple):
    """The rule that decides, and what makes it less than sure."""

    rule: ApplicabilityRule
    lacks: tuple[Lack, ...] = ()
    otherwise: tuple[Group, ...] = ()
    unmet: tuple[Text, ...] = ()


def widened(activities: Iterable[str], parents: Mapping[str, str]) -> tuple[str, ...]:
    """Return *activities*, each followed by the activity that *parents* makes it a part of."""
    pairs = ((name, parents.get(name, name)) for name in activities)
    return tuple(dict.fromkeys(name for pair in pairs for name in pair))


def profile(
    settings: Settings,
    *,
    site: str = "",
    activities: tuple[str, ...] = (),
    modalities: tuple[str, ...] = (),
    organisation_type: str = "",
    level: int | None = None,
) -> Settings:
    """Return *settings* as they would be for one *site*, or with what the other arguments say."""
    sites = tuple(one for one in settings.sites if site in ("", one.identifier))
    found_level = settings.interventional_level
    if site and _any_of(sites, INTERVENTIONAL) is False:
        found_level = None  # the level of the centre is that of another site
    if activities or modalities:
        sites = tuple(
            one._replace(
                activities=activities or one.activities, modalities=modalities or one.modalities
            )
            for one in sites or (Site(""),)
        )
    return replace(
        settings,
        sites=sites,
        organisation_type=organisation_type or settings.organisation_type,
        interventional_level=found_level if level is None else level,
    )


def advise(
    settings: Settings,
    referentials: Mapping[str, Referential],
    on: date,
    own: Iterable[str] = (),
) -> tuple[Advice, ...]:
    """Return where each of *referentials* stands for the centre, on a day, by id.

    *own* are the ids of those that the centre keeps or completes itself. What one of these
    completes under a name of its own is not told a second time.
    """
    held = _held(settings, referentials, on)
    kept = frozenset(own)
    completed = {referentials[name].extends for name in kept if referentials[name].extends != name}
    return tuple(
        _advice(referentials[name], settings, on, held, name in kept)
        for name in sorted(referentials)
        if name not in completed
    )


def is_held(certificate: Certificate, on: date) -> bool:
    """Return whether *certificate* is worth something on that day, its last one included."""
    since, until = certificate.since, certificate.until
    return (since is None or since <= on) and (until is None or on <= until)


def _held(settings: Settings, referentials: Mapping[str, Referential], on: date) -> frozenset[str]:
    """Return the ids of the schemes that a certificate is held of, and of those they complete."""
    found: set[str] = set()
    for certificate in settings.certificates:
        name = certificate.referential if is_held(certificate, on) else ""
        while name and name not in found:
            found.add(name)
            name = referentials[name].extends if name in referentials else ""
    return frozenset(found)


def _advice(
    referential: Referential, settings: Settings, on: date, held: frozenset[str], is_own: bool
) -> Advice:
    decision = decide(referential.applicability, settings, held)
    certificate = _certificate(settings, referential.identifier, on)
    group = Group(decision.rule.level)
    if referential.type == "context":
        group = Group.CONTEXT
    elif referential.type == "draft" or (
        referential.superseded_by and referential.identifier not in held
    ):
        group = Group.NOT_IN_FORCE
    elif is_own and not referential.applicability:
        group = Group.CENTRE
    return Advice(
        referential,
        group,
        *decision,
        certificate=certificate,
        is_adopted=referential.identifier in settings.adopts,
        is_own=is_own,
    )


def _certificate(settings: Settings, referential: str, on: date) -> Certificate | None:
    """Return the certificate of *referential* that is held, else the one that ended last."""
    found = [one for one in settings.certificates if one.referential == referential]
    return max(found, key=lambda one: (is_held(one, on), one.until or date.max), default=None)


def decide(
    rules: Sequence[ApplicabilityRule], settings: Settings, held: frozenset[str]
) -> Decision:
    """Return what *rules* come to: the first whose conditions all hold decides.

    Of a rule whose conditions may hold, the following ones are considered as well.
    """
    possible: list[tuple[ApplicabilityRule, tuple[Lack, ...]]] = []
    unmet: list[Text] = []
    for rule in rules:
        conditions = list(_conditions(rule, settings, held))
        answer = _every(one.holds for one in conditions)
        if answer is False:
            unmet += [one.unmet for one in conditions if one.holds is False and one.unmet]
            continue
        possible.append((rule, tuple(lack for one in conditions for lack in one.lacks)))
        if answer:
            break
    else:
        possible.append((NO_RULE, ()))
    levels = tuple(dict.fromkeys(Group(rule.level) for rule, _ in possible))
    if len(levels) == 1:
        return Decision(possible[-1][0], unmet=tuple(dict.fromkeys(unmet)))
    first = min(levels, key=_FROM_MOST_BINDING.index)
    return Decision(
        next(rule for rule, _ in possible if rule.level == first),
        tuple(dict.fromkeys(lack for _, lacks in possible for lack in lacks)),
        tuple(level for level in levels if level is not first),
    )


def _conditions(
    rule: ApplicabilityRule, settings: Settings, held: frozenset[str]
) -> Iterator[Condition]:
    """Yield the conditions of *rule*; what it does not ask for is none."""
    applies, kind = rule.applies, settings.organisation_type
    if applies.entities:
        unmet = say("it concerns only: {entities}", entities=listing(applies.entities))
        is_one = kind in applies.entities if kind else None
        yield Condition(is_one, () if kind else (Lack.TYPE,), unmet)
    if applies.activities or applies.modalities:
        yield _at_a_site(rule, settings.sites)
    if rule.interventional_from:
        yield _interventional(rule.interventional_from, settings)
    if rule.holds:
        unmet = say("no certificate is held of: {names}", names=listing(rule.holds))
        yield Condition(not held.isdisjoint(rule.holds), (), unmet)


def _at_a_site(rule: ApplicabilityRule, sites: Sequence[Site]) -> Condition:
    """Return whether one site has both an activity and a modality that *rule* names."""
    answers, lacks = [], []
    activities, modalities = rule.applies[:2]
    for site in sites or (Site(""),):
        does, has = _listed(site.activities, activities), _listed(site.modalities, modalities)
        answers.append(_every((does, has)))
        if answers[-1] is None:
            lacks += [Lack.ACTIVITIES] * (does is None) + [Lack.MODALITIES] * (has is None)
    unmet = say("no site does any of: {activities}", activities=listing(activities or modalities))
    answer = _some(answers)
    return Condition(answer, tuple(lacks) if answer is None else (), unmet)


def _interventional(from_level: int, settings: Settings) -> Condition:
    """Return whether acts of *from_level* or above are done.

    Where no level is said, none are done by sites that list what they do without them.
    """
    unmet = say("no interventional acts of level {level} or above", level=from_level)
    level, does = settings.interventional_level, _any_of(settings.sites, INTERVENTIONAL)
    if level is not None:
        return Condition(level >= from_level, (), unmet)
    if does is False or (does and from_level == 1):
        return Condition(does, (), unmet)
    return Condition(None, (Lack.LEVEL,) if does else (Lack.ACTIVITIES, Lack.LEVEL), unmet)


def _any_of(sites: Sequence[Site], activities: Sequence[str]) -> bool | None:
    return _some(_listed(site.activities, activities) for site in sites or (Site(""),))


# Yes, no and unknown (None): a site that lists nothing may have anything.


def _listed(has: Sequence[str], asked: Sequence[str]) -> bool | None:
    if not asked:
        return True
    return not set(asked).isdisjoint(has) if has else None


def _every(answers: Iterable[bool | None]) -> bool | None:
    found = set(answers)
    return False if False in found else None if None in found else True


def _some(answers: Iterable[bool | None]) -> bool | None:
    found = set(answers)
    return True if True in found else None if None in found else False
