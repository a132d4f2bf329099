"""What `qm gap --since` prints: what was gained and lost, by which document and commit."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from qmtool import __version__
from qmtool.model.assessment import RequirementGap
from qmtool.model.commit import Commit
from qmtool.model.gap import SELF_ASSESSMENT, Gap
from qmtool.model.gap_cause import Cause, How, Stand
from qmtool.model.gap_change import Direction, GapChange, RequirementChange
from qmtool.model.text import Text, say
from qmtool.reports.gap_view import fact_words, printed_id, said, state_words, status_words
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.standing_words import (
    COMMIT,
    counts,
    origin_of,
    short_title,
    source,
    status_heads,
)
from qmtool.reports.table import fitted_table, markdown_table, markdown_text, page_width
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

_TITLES: Mapping[Direction, Text] = {
    Direction.GAINED: say("Gained"),
    Direction.LOST: say("Lost"),
    Direction.OTHER: say("Otherwise changed"),
}


def text(change: GapChange, language: Language) -> str:
    """Return the counts then and now, and what changed, as lines that fit a terminal."""
    width = page_width()
    lines = [line for one in _warnings(change, language) for line in wrapped(one, width)]
    lines += [*wrapped(_headline(change, language), width), ""]
    lines.append(fitted_table(_heads(language), _sums(change, language), width))
    for direction in Direction:
        found = list(change.of(direction))
        if found:
            lines.append(f"{said(_TITLES[direction], language)} ({len(found)})")
            for one in found:
                lines += _lines(one, change, language, width)
            lines.append("")
    if not change.changes:
        lines += [language.gettext("No requirement changed."), ""]
    lines += wrapped(said(SELF_ASSESSMENT, language), width)
    lines += wrapped(origin_of(change.after, language), width)
    return "\n".join(lines) + "\n"


def _warnings(change: GapChange, language: Language) -> Iterator[str]:
    for notice in change.after.notices:
        if notice != SELF_ASSESSMENT:
            yield said(notice, language)


def _headline(change: GapChange, language: Language) -> str:
    before, after = change.before, change.after
    return said(
        say(
            "{name}: from {then} ({then_at}) to {now} ({now_at}), {gained} gained, {lost} lost, "
            "{other} otherwise changed",
            name=short_title(after.referential, language),
            then=before.on,
            then_at=source(before.at, language),
            now=after.on,
            now_at=source(after.at, language),
            gained=len(list(change.of(Direction.GAINED))),
            lost=len(list(change.of(Direction.LOST))),
            other=len(list(change.of(Direction.OTHER))),
        ),
        language,
    )


def _heads(language: Language) -> list[str]:
    return [language.gettext("Day"), *status_heads(language)]


def _sums(change: GapChange, language: Language) -> list[list[str]]:
    gaps: tuple[Gap, ...] = (change.before, change.after)
    return [[language.day(one.on), *counts(one.summary)] for one in gaps]


def _lines(
    one: RequirementChange, change: GapChange, language: Language, width: int
) -> Iterator[str]:
    requirement = one.after.requirement
    name = printed_id(change.after.referential, requirement, language)
    title = safe(requirement.title.of(language.code))
    what = " · ".join(differences(one, language))
    yield from wrapped(f"{name}  {title} – {what}", width, first="  ", rest=" " * 6)
    for cause in one.causes:
        yield from wrapped(cause_words(cause, language), width, first=" " * 6, rest=" " * 8)


def differences(one: RequirementChange, language: Language) -> Iterator[str]:
    """Yield the status and each fact that is no more what it was: « described: no → yes »."""
    _ = language.gettext
    words, facts = status_words(language), fact_words(language)
    if one.before.status is not one.after.status:
        yield f"{words[one.before.status][0]} → {words[one.after.status][0]}"
    for name, old, new in (
        (_("described"), one.before.described, one.after.described),
        (_("proven"), one.before.proven, one.after.proven),
        (_("verified"), one.before.verified, one.after.verified),
    ):
        if old is not new:
            yield language.pair(name, f"{facts[old]} → {facts[new]}")


def cause_words(cause: Cause, language: Language) -> str:
    """Return what a document was and is, and which commit made it so."""
    parts = [safe(cause.document)]
    if cause.before != cause.after:
        stands = (_stand(one, language) for one in (cause.before, cause.after))
        parts.append(" → ".join(stands))
    return said(
        say("{document}: {how}", document=" ".join(parts), how=_how(cause)),
        language,
    )


def _stand(stand: Stand | None, language: Language) -> str:
    if stand is None:
        return language.gettext("not declared")
    version = safe(f"v{stand.version} ") if stand.version else ""
    return version + state_words(language)[stand.state]


def _how(cause: Cause) -> Text:
    if cause.how is How.TIME:
        return say("the file is the same, only days went by")
    if cause.commit is None:
        return say("changed, and no commit of this branch between the two tells how")
    return say(
        "commit {commit} of {day}, {author}: {subject}",
        commit=cause.commit.oid[:COMMIT],
        day=cause.commit.when.date(),
        author=cause.commit.author,
        subject=cause.commit.subject,
    )


def markdown(change: GapChange, language: Language) -> str:
    """Return the counts and the changes as a page with tables."""
    _ = language.gettext
    name = short_title(change.after.referential, language)
    parts = [f"# {markdown_text(name)}\n"]
    parts += [f"> {markdown_text(one)}\n" for one in _warnings(change, language)]
    parts += [f"{markdown_text(_headline(change, language))}\n"]
    parts += [markdown_table(_heads(language), _sums(change, language))]
    heads = [_("Requirement"), _("Title"), _("Change"), _("Because of")]
    for direction in Direction:
        rows = [_row(one, change, language) for one in change.of(direction)]
        if rows:
            title = said(_TITLES[direction], language)
            parts += [f"## {title} ({len(rows)})\n", markdown_table(heads, rows)]
    parts += [f"{markdown_text(said(SELF_ASSESSMENT, language))}\n"]
    return "\n".join([*parts, f"{markdown_text(origin_of(change.after, language))}\n"])


def _row(one: RequirementChange, change: GapChange, language: Language) -> list[str]:
    requirement = one.after.requirement
    return [
        printed_id(change.after.referential, requirement, language),
        safe(requirement.title.of(language.code)),
        " · ".join(differences(one, language)),
        " · ".join(cause_words(cause, language) for cause in one.causes),
    ]


def json_(change: GapChange, language: Language) -> str:
    """Return everything as JSON, version 1."""
    referential = change.after.referential
    value = {
        "version": 1,
        "referential": referential.identifier,
        "completeness": referential.completeness,
        "verified_on": referential.verified_on.isoformat(),
        "qm": __version__,
        "notices": [language.render(one) for one in change.after.notices],
        "before": _end(change.before),
        "after": _end(change.after),
        "changes": [_change(one, language) for one in change.changes],
    }
    return json_page(value)


def _end(gap: Gap) -> dict[str, Any]:
    return {
        "on": gap.on.isoformat(),
        "at": gap.at,
        "site": gap.site,
        "summary": gap.summary,
    }


def _change(one: RequirementChange, language: Language) -> dict[str, Any]:
    return {
        "id": one.after.identifier,
        "title": one.after.requirement.title.of(language.code),
        "direction": one.direction,
        "before": _facts(one.before),
        "after": _facts(one.after),
        "causes": [_cause(cause) for cause in one.causes],
    }


def _facts(one: RequirementGap) -> dict[str, str]:
    return {
        "status": one.status,
        "described": one.described,
        "proven": one.proven,
        "verified": one.verified,
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "document": cause.document,
        "paths": list(cause.paths),
        "before": cause.before and cause.before._asdict(),
        "after": cause.after and cause.after._asdict(),
        "by": cause.how,
        "commit": cause.commit and _commit(cause.commit),
    }


def _commit(one: Commit) -> dict[str, str]:
    return {
        "commit": one.oid,
        "date": one.when.isoformat(),
        "author": one.author,
        "message": one.subject,
    }


CHANGE_FORMATS: Mapping[str, Callable[[GapChange, Language], str]] = {
    "text": text,
    "json": json_,
    "markdown": markdown,
}
