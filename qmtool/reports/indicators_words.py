"""What the reports on indicators say alike: numbers, periods, states, and what they tell."""

from collections.abc import Iterator, Mapping

from qmtool.model.indicators import Indicator, Indicators, Way
from qmtool.model.series import Slot, Value
from qmtool.model.series_state import Goal, Worth
from qmtool.model.text import Text, joined, listing, say
from qmtool.reports.gap_view import said
from qmtool.reports.language import Language

WORTH_WORDS: Mapping[Worth, Text] = {
    Worth.ON_TARGET: say("on target"),
    Worth.WATCH: say("to watch"),
    Worth.OFF_TARGET: say("off target"),
}
_WAYS: Mapping[Way, Text] = {Way.UP: say("up"), Way.DOWN: say("down"), Way.LEVEL: say("unchanged")}
_EVERY: Mapping[str, Text] = {
    "month": say("each month"),
    "quarter": say("each quarter"),
    "half_year": say("each half year"),
    "year": say("each year"),
}
_MOST_NAMED = 6


def number(value: float, language: Language) -> str:
    """Return *value* with two decimals at most, four below 1, as people write it."""
    text = f"{value:.{2 if abs(value) >= 1 else 4}f}".rstrip("0").rstrip(".")
    text = "0" if text == "-0" else text
    return text.replace(".", ",") if language.code == "fr" else text


def with_unit(value: float, unit: str, language: Language) -> str:
    """Return *value* with its unit."""
    shown = number(value, language)
    return f"{shown}\u00a0{unit}" if unit else shown


def period(slot: Slot, language: Language) -> str:
    """Return *slot* as people write it: 03/2026 or T1 2026 in French."""
    values = {"year": slot.year, "number": slot.number}
    match slot.every:
        case "month":
            values["number"] = f"{slot.number:02}"  # type: ignore[assignment]
            return language.render(say("{year}-{number}", **values))
        case "quarter":
            return language.render(say("Q{number} {year}", **values))
        case "half_year":
            return language.render(say("H{number} {year}", **values))
    return str(slot.year)


def periods(slots: tuple[Slot, ...], language: Language) -> str:
    """Return *slots* as a list, and how many more where there are many."""
    shown = listing(period(one, language) for one in slots[:_MOST_NAMED])
    if len(slots) <= _MOST_NAMED:
        return shown
    more = len(slots) - _MOST_NAMED
    return language.render(say("{names} and {count} more", names=shown, count=more))


def worth_word(worth: Worth | None, language: Language) -> str:
    """Return the word for where a value stands, none where nothing is aimed at."""
    return language.render(WORTH_WORDS[worth]) if worth else ""


def way_word(one: Indicator, language: Language) -> str:
    """Return how the last value moved."""
    return language.render(_WAYS[one.way]) if one.way else ""


def every_word(one: Indicator, language: Language) -> str:
    """Return how often *one* is measured."""
    return language.render(_EVERY[one.every]) if one.every else ""


def target(goal: Goal, unit: str, language: Language) -> str:
    """Return what is aimed at, with the sign that says which way."""
    if goal.target is None:
        return ""
    if goal.direction == "within" and goal.highest is not None:
        low = number(goal.target, language)
        return f"{low}\u00a0– {with_unit(goal.highest, unit, language)}"
    sign = {"higher": "≥\u00a0", "lower": "≤\u00a0"}.get(goal.direction, "")
    return f"{sign}{with_unit(goal.target, unit, language)}"


def remarks(one: Indicator, language: Language) -> list[str]:
    """Return what *one* tells besides its values: what is proposed, and what is not known."""
    return [said(text, language) for text in _remarks(one, language)]


def _remarks(one: Indicator, language: Language) -> Iterator[Text]:
    """Yield them, the most urgent first."""
    if one.needs_action:
        slots = [period(value.slot, language) for value in one.told[-2:]]
        if one.answered:
            yield say(
                "off target twice in a row ({periods}); under way: {actions}",
                periods=listing(slots),
                actions=listing(one.answered),
            )
        else:
            yield say(
                "off target twice in a row ({periods}): an action is proposed; type: qm log action",
                periods=listing(slots),
            )
    yield from _signals(one, language)
    if one.faults:
        yield say(
            "{count} lines of {file} cannot be read; type: qm check",
            count=one.faults,
            file=one.file,
        )
    if one.missing:
        yield say("without a value: {periods}", periods=periods(one.missing, language))
    if not one.told and not one.faults:
        yield _empty(one)


def _empty(one: Indicator) -> Text:
    if one.computed:
        return say("nothing to count yet in {register}", register=one.register or say("documents"))
    return say(
        "no value yet; write them in {file}, below the line period,value,comment", file=one.file
    )


def _signals(one: Indicator, language: Language) -> Iterator[Text]:
    """Yield the values that chance alone does not explain."""
    found = one.limits
    if found is None or not found.signals:
        return
    outside = tuple(one.told[n].slot for n in sorted(found.outside))
    if outside:
        yield say("outside of the limits: {periods}", periods=periods(outside, language))
    if found.runs:
        first, last = one.told[min(found.runs)].slot, one.told[max(found.runs)].slot
        yield say(
            "eight values or more on one side of the mean, from {first} to {last}: the level "
            "changed",
            first=period(first, language),
            last=period(last, language),
        )


def origin_line(found: Indicators, at: str, version: str, language: Language) -> str:
    """Return what the report was made from."""
    words = say("Made by qm {version} on {day} from: {at}", version=version, day=found.on, at=at)
    return said(words, language)


def summary(found: Indicators, language: Language) -> str:
    """Return how many indicators there are, and how many stand where."""
    counts = [
        say("{count} {worth}", count=found.count(worth), worth=word)
        for worth, word in WORTH_WORDS.items()
    ]
    words = say("Indicators: {count} ({states})", count=len(found.found), states=joined(counts))
    return said(words, language)


def value_row(one: Indicator, value: Value, language: Language) -> list[str]:
    """Return a value as a row: period, number, state, signal and comment."""
    if value.value is None:
        state = language.gettext("not measured")
        return [period(value.slot, language), "–", state, value.comment]
    place = one.told.index(value)
    found, words = one.limits, [worth_word(one.goal.worth(value.value), language)]
    if found and place in found.outside:
        words.append(language.gettext("outside of the limits"))
    shown = listing(word for word in words if word)
    return [period(value.slot, language), number(value.value, language), shown, value.comment]


def limit_lines(one: Indicator, language: Language) -> list[str]:
    """Return the mean and the limits, each on a line of its own."""
    found = one.limits
    if found is None:
        return []
    lines = [language.pair(say("Mean"), with_unit(found.mean, one.unit, language))]
    if found.low is None or found.high is None:
        lines.append(language.gettext("Limits: from 6 values on"))
    else:
        low, high = number(found.low, language), with_unit(found.high, one.unit, language)
        lines.append(language.pair(say("Limits"), f"{low} – {high}"))
    return lines
