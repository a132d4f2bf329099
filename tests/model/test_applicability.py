"""Which schemes bind a centre: rules judged on a profile that may not say everything."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest

from qmtool.model.applicability import Advice, Group, Lack, advise, decide, profile, widened
from qmtool.model.label import Label
from qmtool.model.referential import ApplicabilityRule, Applies, Referential
from qmtool.model.settings import Certificate, Settings, Site

TODAY = date(2026, 11, 22)
XRAYS = ("xray", "ct", "interventional", "nm")


def rule(level: str, why: str = "", **when: Any) -> ApplicabilityRule:
    """Return a rule with the conditions of `when:`."""
    kept = {key: when.pop(key) for key in ("interventional_from", "holds", "since") if key in when}
    return ApplicabilityRule(level, Label(why, why), Applies(**when), **kept)


def scheme(name: str, *rules: ApplicabilityRule, **values: Any) -> Referential:
    defaults: dict[str, Any] = {
        "type": "regulation",
        "title": Label(name, name),
        "completeness": "full",
        "verified_on": TODAY,
        "nodes": (),
        "applicability": rules,
    }
    return Referential(name, **{**defaults, **values})


def doing(*activities: str, **values: Any) -> Settings:
    """Return a centre with one site; without *activities*, the site does not say them."""
    return Settings(sites=(Site("nord", activities=activities),), **values)


def advised(found: Referential, settings: Settings, **values: Any) -> Advice:
    """Return where *found* stands for a centre today."""
    return advise(settings, {found.identifier: found}, TODAY, **values)[0]


BINDS_XRAYS = scheme("law", rule("mandatory", activities=XRAYS), rule("none", "no X-rays"))


def test_the_first_rule_whose_conditions_all_hold_decides() -> None:
    found = scheme(
        "label",
        rule("mandatory", "first", activities=("ct",), entities=("establishment",)),
        rule("asked", "second", activities=("ct", "mri")),
        rule("optional", "third"),
    )
    office = doing("ct", organisation_type="office")
    assert advised(found, office).rule.why.en == "second"
    assert advised(found, replace(office, organisation_type="establishment")).rule.why.en == "first"
    assert advised(found, doing("xray", organisation_type="office")).rule.why.en == "third"


@pytest.mark.parametrize("activity", XRAYS)
def test_an_mri_site_is_not_bound_by_what_binds_x_rays(activity: str) -> None:
    assert advised(BINDS_XRAYS, doing("mri", activity)).group is Group.MANDATORY
    freed = advised(BINDS_XRAYS, doing("mri", "ultrasound"))
    assert (freed.group, freed.rule.why.en, freed.lacks) == (Group.NONE, "no X-rays", ())
    assert not freed.concerns


def test_an_activity_is_also_the_one_that_it_is_a_part_of() -> None:
    parents = {"pet": "nm", "dental": "xray"}
    assert widened(("pet", "mri", "nm"), parents) == ("pet", "nm", "mri")
    assert advised(BINDS_XRAYS, doing(*widened(("dental",), parents))).group is Group.MANDATORY


def test_where_no_rule_holds_the_reasons_are_the_unmet_conditions() -> None:
    found = scheme(
        "teams",
        rule("optional", entities=("establishment",), interventional_from=3),
        rule("optional", holds=("labelix",)),
    )
    freed = advised(found, doing("ct", organisation_type="office"))
    assert freed.group is Group.NONE
    assert [str(one) for one in freed.unmet] == [
        "it concerns only: establishment",
        "no interventional acts of level 3 or above",
        "no certificate is held of: labelix",
    ]


# What the profile does not say.


def test_an_unknown_is_told_with_the_most_binding_level_and_the_others() -> None:
    found = scheme(
        "hospitals",
        rule("none", entities=("office",)),
        rule("mandatory", "hospitals", entities=("establishment", "group")),
    )
    shown = advised(found, doing("ct"))
    assert (shown.group, shown.rule.why.en) == (Group.MANDATORY, "hospitals")
    assert shown.lacks == (Lack.TYPE,)
    assert shown.otherwise == (Group.NONE,)
    assert advised(found, doing("ct", organisation_type="office")).group is Group.NONE


def test_an_unknown_that_changes_no_level_is_not_told() -> None:
    found = scheme("x", rule("optional", "hospital", entities=("establishment",)), rule("optional"))
    shown = advised(found, doing("ct"))
    assert (shown.group, shown.lacks, shown.rule.why.en) == (Group.OPTIONAL, (), "")


def test_a_site_that_lists_nothing_may_do_anything() -> None:
    nowhere = advised(BINDS_XRAYS, Settings())
    assert (nowhere.group, nowhere.lacks) == (Group.MANDATORY, (Lack.ACTIVITIES,))
    mri, silent, ct = Site("a", "", ("mri",)), Site("b"), Site("c", "", ("ct",))
    assert advised(BINDS_XRAYS, Settings(sites=(mri, silent))).lacks == (Lack.ACTIVITIES,)
    assert advised(BINDS_XRAYS, Settings(sites=(mri, silent, ct))).lacks == ()


def test_one_site_must_have_both_the_activity_and_the_device() -> None:
    found = scheme("x", rule("asked", activities=("ct",), modalities=("ct-scanner",)))
    apart = (Site("a", "", ("ct",), ("c-arm",)), Site("b", "", ("mri",), ("ct-scanner",)))
    assert advised(found, Settings(sites=apart)).group is Group.NONE
    together = Site("c", "", ("ct",), ("ct-scanner",))
    assert advised(found, Settings(sites=(*apart, together))).lacks == ()
    silent = advised(found, doing("ct"))
    assert (silent.group, silent.lacks) == (Group.ASKED, (Lack.MODALITIES,))


@pytest.mark.parametrize(
    ("activities", "level", "asked", "group", "lacks"),
    [
        (("ct",), None, 3, Group.NONE, ()),
        (("interventional",), None, 1, Group.OPTIONAL, ()),
        (("interventional",), None, 3, Group.OPTIONAL, (Lack.LEVEL,)),
        ((), None, 3, Group.OPTIONAL, (Lack.ACTIVITIES, Lack.LEVEL)),
        (("interventional",), 2, 3, Group.NONE, ()),
        (("interventional",), 3, 3, Group.OPTIONAL, ()),
        (("ct",), 3, 2, Group.OPTIONAL, ()),
        ((), 1, 2, Group.NONE, ()),
    ],
)
def test_the_level_of_interventional_acts(
    activities: tuple[str, ...], level: int | None, asked: int, group: Group, lacks: tuple[Lack]
) -> None:
    found = scheme("teams", rule("optional", interventional_from=asked))
    shown = advised(found, doing(*activities, interventional_level=level))
    assert (shown.group, shown.lacks) == (group, lacks)


RULES = (
    rule("none", entities=("office",), activities=("mri",)),
    rule("mandatory", activities=("ct",), entities=("establishment", "group")),
    rule("asked", interventional_from=2),
    rule("recommended", modalities=("c-arm",), activities=("interventional",)),
    rule("optional", entities=("establishment",)),
)


def completions(settings: Settings) -> Iterator[Settings]:
    """Yield every profile that *settings* may turn out to be."""
    site = settings.sites[0]
    acts = [site.activities] if site.activities else [("ct",), ("mri",), ("interventional",)]
    devices = [site.modalities] if site.modalities else [("c-arm",), ("ct-scanner",)]
    kind = settings.organisation_type
    kinds = [kind] if kind else ["office", "establishment", "group"]
    for activities, modalities, one in product(acts, devices, kinds):
        known = settings.interventional_level
        levels = [known] if known or "interventional" not in activities else [1, 2, 3]
        for level in levels:
            yield replace(
                settings,
                sites=(Site("nord", "", activities, modalities),),
                organisation_type=one,
                interventional_level=level,
            )


def test_what_a_partial_profile_is_told_holds_whatever_it_turns_out_to_be() -> None:
    seen = 0
    for activities, modalities, kind, level in product(
        ((), ("ct",), ("mri",), ("interventional",), ("ct", "interventional")),
        ((), ("c-arm",), ("ct-scanner",)),
        ("", "office", "establishment"),
        (None, 1, 3),
    ):
        told = Settings(
            sites=(Site("nord", "", activities, modalities),),
            organisation_type=kind,
            interventional_level=level,
        )
        found = decide(RULES, told, frozenset())
        assert bool(found.lacks) == bool(found.otherwise)
        reached = {decide(RULES, one, frozenset()).rule.level for one in completions(told)}
        assert reached <= {found.rule.level, *found.otherwise}, told
        seen += bool(found.lacks)
    assert seen > 20


# The options, and one site among several.


def test_options_stand_in_place_of_the_settings() -> None:
    told = doing("ct", organisation_type="office", interventional_level=1)
    if_so = profile(told, activities=("mri",), organisation_type="group", level=3)
    assert (if_so.sites[0].activities, if_so.sites[0].identifier) == (("mri",), "nord")
    assert (if_so.organisation_type, if_so.interventional_level) == ("group", 3)
    assert profile(told) == told
    assert profile(Settings(), modalities=("c-arm",)).sites == (Site("", "", (), ("c-arm",)),)


def test_one_site_is_judged_alone_and_does_not_do_what_another_does() -> None:
    sites = (Site("a", "", ("mri",)), Site("b", "", ("interventional",)), Site("c"))
    told = Settings(sites=sites, interventional_level=3)
    assert profile(told, site="a").interventional_level is None
    assert profile(told, site="a", level=2).interventional_level == 2
    assert profile(told, site="b").interventional_level == 3
    assert profile(told, site="c").interventional_level == 3
    assert advised(BINDS_XRAYS, profile(told, site="a")).group is Group.NONE
    assert advised(BINDS_XRAYS, told).group is Group.MANDATORY


# Certificates, and what no rule proposes.


@pytest.mark.parametrize(
    ("since", "until", "group"),
    [
        (None, None, Group.ASKED),
        (TODAY, TODAY, Group.ASKED),
        (None, date(2026, 11, 21), Group.NONE),
        (date(2026, 11, 23), None, Group.NONE),
    ],
)
def test_a_certificate_counts_from_its_first_day_to_its_last(
    since: date | None, until: date | None, group: Group
) -> None:
    found = scheme("audit", rule("asked", holds=("labelix", "other")))
    settings = Settings(certificates=(Certificate("labelix", "", since, until),))
    assert advised(found, settings).group is group


def test_a_certificate_of_what_completes_a_scheme_is_one_of_the_scheme() -> None:
    every = {
        "audit": scheme("audit", rule("asked", holds=("labelix",))),
        "labelix": scheme("labelix", rule("optional")),
        "labelix-2024": scheme("labelix-2024", rule("optional"), extends="labelix"),
        "circle": scheme("circle", extends="circle"),
    }
    held = (Certificate("labelix-2024"), Certificate("circle"), Certificate("nowhere"))
    told = advise(Settings(certificates=held), every, TODAY)
    assert {one.referential.identifier: one.group for one in told} == {
        "audit": Group.ASKED,
        "circle": Group.NONE,
        "labelix": Group.OPTIONAL,
        "labelix-2024": Group.OPTIONAL,
    }


def test_of_several_certificates_the_one_that_is_held_is_told() -> None:
    old = Certificate("law", "", date(2020, 1, 1), date(2023, 1, 1))
    now = Certificate("law", "", date(2025, 1, 1), date(2027, 1, 1))
    told = advised(BINDS_XRAYS, doing("ct", certificates=(old, now)))
    assert told.certificate == now
    assert advised(BINDS_XRAYS, doing("ct", certificates=(old,))).certificate == old
    assert advised(BINDS_XRAYS, doing("ct")).certificate is None


def test_a_replaced_scheme_is_proposed_only_while_it_is_held() -> None:
    found = scheme("old", rule("optional"), superseded_by="new")
    assert advised(found, Settings()).group is Group.NOT_IN_FORCE
    ended = Certificate("old", until=date(2026, 1, 1))
    assert advised(found, Settings(certificates=(ended,))).group is Group.NOT_IN_FORCE
    held = Settings(certificates=(Certificate("old"),))
    assert advised(found, held).group is Group.OPTIONAL


def test_drafts_and_contexts_are_told_apart_whatever_their_rules_say() -> None:
    assert advised(scheme("d", rule("asked"), type="draft"), Settings()).group is Group.NOT_IN_FORCE
    assert advised(scheme("c", rule("asked"), type="context"), Settings()).group is Group.CONTEXT


def test_a_referential_of_the_centre_takes_part_with_its_rules_or_without() -> None:
    bare, ruled = scheme("grid"), scheme("grid", rule("asked", activities=("ct",)))
    settings = doing("mri", adopts=("grid",))
    shown = advised(bare, settings, own=("grid",))
    assert (shown.group, shown.is_adopted, shown.concerns) == (Group.CENTRE, True, True)
    assert advised(ruled, settings, own=("grid",)).group is Group.NONE
    assert advised(bare, settings).group is Group.NONE
