"""What every readable format of the advice shows: the words of one language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from qmtool.model.applicability import INTERVENTIONAL, Advice, Group, Lack, is_held
from qmtool.model.assessment import Status
from qmtool.model.label import Label
from qmtool.model.referential import ENTITY_WORDS, Referential, Statement
from qmtool.model.settings import Certificate, Settings
from qmtool.model.text import Text, say
from qmtool.reports.language import Language
from qmtool.reports.referential_page import shown_date
from qmtool.reports.referential_words import CONFIDENCE_WORDS
from qmtool.reports.terminal import safe


@dataclass(frozen=True)
class Page:
    """Where every scheme stands for the centre of *settings*, or for its *site*.

    *names* are the words for activities and modalities; *answered* holds, by id, the summary of
    the gap of the schemes that concern the centre, only where there are documents.
    """

    on: date
    settings: Settings
    advice: tuple[Advice, ...]
    site: str = ""
    names: Mapping[str, Label] = field(default_factory=dict)
    answered: Mapping[str, Mapping[Status, int]] = field(default_factory=dict)

    def of(self, group: Group) -> list[Advice]:
        """Return the schemes of *group*."""
        return [one for one in self.advice if one.group is group]


GROUP_WORDS: Mapping[Group, Text] = {
    Group.MANDATORY: say("mandatory"),
    Group.ASKED: say("asked for"),
    Group.RECOMMENDED: say("recommended"),
    Group.OPTIONAL: say("optional"),
    Group.CENTRE: say("of this centre"),
    Group.NONE: say("not concerned"),
    Group.CONTEXT: say("context"),
    Group.NOT_IN_FORCE: say("not in force"),
}

LACK_WORDS: Mapping[Lack, Text] = {
    Lack.TYPE: say("the type of the organisation (organisation.type, --type)"),
    Lack.LEVEL: say(
        "the level of the interventional acts (organisation.interventional_level, --level)"
    ),
    Lack.ACTIVITIES: say("the activities of every site (sites.activities, --activity)"),
    Lack.MODALITIES: say("the modalities of every site (sites.modalities, --modality)"),
}

EVALUATES_WORDS: Mapping[str, tuple[str, Text]] = {
    "structure": ("S", say("structure")),
    "process": ("P", say("processes")),
    "practice": ("C", say("clinical practice")),
    "risk": ("R", say("risks")),
}
"""What a scheme looks at: the letter in a narrow table, and the word."""

NOT_SAID = say("not said")


def said(text: object, language: Language) -> str:
    """Return a `Text` or a `Label` in *language*, safe to show."""
    if isinstance(text, Label):
        return safe(text.of(language.code))
    return safe(language.render(text))


def line(name: object, value: str, language: Language) -> str:
    """Return a fact in one line: its *name* and its *value*."""
    return language.gettext("{name}: {value}").format(name=said(name, language), value=value)


def heading(group: Group, language: Language) -> str:
    """Return the title of *group*."""
    word = said(GROUP_WORDS[group], language)
    return word[:1].upper() + word[1:]


def headline(page: Page, language: Language) -> str:
    """Return what the page is about."""
    if page.site:
        return said(
            say("Schemes for the site {site} on {day}", site=page.site, day=page.on), language
        )
    return said(say("Schemes for this centre on {day}", day=page.on), language)


def profile_lines(page: Page, language: Language) -> Iterator[str]:
    """Yield what is known of the centre, and what is not."""
    settings, unknown = page.settings, said(NOT_SAID, language)
    kind = settings.organisation_type
    yield line(
        say("organisation"), said(ENTITY_WORDS[kind], language) if kind else unknown, language
    )
    yield line(
        say("activities"),
        _listed(page, [one.activities for one in settings.sites], language),
        language,
    )
    if any(one.modalities for one in settings.sites):
        yield line(
            say("modalities"),
            _listed(page, [one.modalities for one in settings.sites], language),
            language,
        )
    if settings.interventional_level is not None:
        level = str(settings.interventional_level)
        yield line(say("interventional level"), level, language)
    elif any(INTERVENTIONAL[0] in one.activities for one in settings.sites):
        yield line(say("interventional level"), unknown, language)
    held = [
        f"{safe(one.referential)} ({certificate_words(one, page.on, language)})"
        for one in settings.certificates
    ]
    if held:
        yield line(say("certificates"), ", ".join(held), language)


def _listed(page: Page, every: list[tuple[str, ...]], language: Language) -> str:
    """Return the words for what the sites list, and whether one of them lists nothing."""
    found = dict.fromkeys(name for names in every for name in names)
    words = [said(page.names.get(name, name), language) for name in found]
    if not words:
        return said(NOT_SAID, language)
    more = [] if all(every) else [said(say("not said for every site"), language)]
    return ", ".join((*words, *more))


def certificate_words(one: Certificate, on: date, language: Language) -> str:
    """Return until when certificate *one* is held, or since when no longer, and by whom."""
    if not is_held(one, on):
        ended = one.until is not None and one.until < on
        text = say("expired on {day}", day=one.until) if ended else say("from {day}", day=one.since)
    elif one.until:
        text = say("held until {day}", day=one.until)
    else:
        text = say("held")
    return said(text, language) + (f", {safe(one.by)}" if one.by else "")


def title(one: Advice, language: Language) -> str:
    """Return the short title of a scheme."""
    return safe(one.referential.title.of(language.code).partition(" — ")[0])


def why(one: Advice, language: Language) -> str:
    """Return why a scheme stands where it stands."""
    reason = said(one.rule.why, language)
    if one.group is Group.CENTRE:
        return said(say("a referential of the centre, without rules of applicability"), language)
    if one.group is Group.NOT_IN_FORCE and one.referential.superseded_by:
        replaced = said(say("replaced by {id}", id=one.referential.superseded_by), language)
        return f"{replaced} · {reason}" if reason and one.rule.level == Group.NONE else replaced
    if reason:
        return reason
    unmet = " · ".join(said(text, language) for text in one.unmet)
    return unmet or said(say("no rule of the scheme names such a centre"), language)


def doubt(one: Advice, language: Language) -> str:
    """Return what the profile should say before the level of a scheme is sure."""
    if not one.lacks:
        return ""
    return said(
        say(
            "neither qm.yaml nor the options say {facts}; otherwise: {levels}",
            facts=", ".join(language.render(LACK_WORDS[lack]) for lack in one.lacks),
            levels=", ".join(language.render(GROUP_WORDS[level]) for level in one.otherwise),
        ),
        language,
    )


def since(one: Advice, on: date, language: Language) -> str:
    """Return since when the rule holds, or from when it will."""
    day = one.rule.since
    if not day:
        return ""
    shown = shown_date(day, language)
    if day > on.isoformat()[: len(day)]:
        return said(say("{day}, not yet on this day", day=shown), language)
    return safe(shown)


def notes(found: Referential, on: date, language: Language) -> Iterator[str]:
    """Yield what makes the content of a scheme less sure than it looks."""
    if found.superseded_by:
        yield said(say("replaced by {id}", id=found.superseded_by), language)
    if found.is_stale(on):
        day = found.verified_on
        yield said(say("not compared with its source since {day}", day=day), language)
    if found.completeness == "partial":
        yield said(say("only a part of it is known here"), language)
    elif found.completeness == "numbering":
        yield said(say("only its numbers and titles are known here"), language)


def facts(one: Advice, page: Page, language: Language) -> Iterator[str]:
    """Yield the lines about a scheme that concerns the centre, or may do so."""
    rule = one.rule
    confidence = CONFIDENCE_WORDS[rule.confidence] if rule.confidence != "high" else ""
    certificate = one.certificate
    pairs = (
        (say("why"), why(one, language)),
        (say("by"), said(rule.by, language)),
        (say("since"), since(one, page.on, language)),
        (say("to confirm"), doubt(one, language)),
        (
            say("certificate"),
            certificate_words(certificate, page.on, language) if certificate else "",
        ),
        (say("confidence"), said(confidence, language)),
        (say("source"), safe(rule.source)),
        (say("note"), " · ".join(notes(one.referential, page.on, language))),
    )
    yield from (line(name, value, language) for name, value in pairs if value)
    yield from statements(one, language)


def statements(one: Advice, language: Language) -> Iterator[str]:
    """Yield what professional bodies say of a scheme, each as its own words with their date."""
    for statement in one.referential.statements:
        yield line(_whose(statement, language), said(statement.says, language), language)


def _whose(statement: Statement, language: Language) -> Text:
    day = shown_date(statement.on, language)
    if not day:
        return Text("{by}", (("by", statement.by),))
    return Text("{by} ({day})", (("by", statement.by), ("day", day)))
