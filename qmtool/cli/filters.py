"""The options that tell which documents are meant, and what a person may type for them."""

from typing import TYPE_CHECKING, Annotated

import typer

from qmtool.cli.common import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qmtool.model.master_list import Wanted
    from qmtool.model.period import Period
    from qmtool.model.project import Project
    from qmtool.model.settings import Settings
    from qmtool.model.standing import Standing
    from qmtool.model.text import Text
    from qmtool.repository.load import Snapshot

KindOption = Annotated[str, typer.Option("--kind", help=_("Only documents of this kind."))]
ProcessOption = Annotated[str, typer.Option("--process", help=_("Only documents of this process."))]
SiteOption = Annotated[
    str, typer.Option("--site", help=_("Only documents that apply to this site."))
]
DeviceOption = Annotated[
    str, typer.Option("--device", help=_("Only documents that name this device (devices:)."))
]
PostOption = Annotated[
    str, typer.Option("--post", help=_("Only documents that name this post (posts:)."))
]
PeriodOption = Annotated[
    str,
    typer.Option(
        "--period",
        metavar="FROM..TO",
        help=_("Only records dated then, and versions that apply from then: 2026-03, or two days."),
    ),
]
TextOption = Annotated[
    str, typer.Option("--text", help=_("Only documents whose file holds these words."))
]


def period_of(text: str) -> "Period | None":
    """Return the period that `--period` names, None without one."""
    from qmtool.errors import UsageError
    from qmtool.model.period import parse_period
    from qmtool.model.text import say

    found = parse_period(text) if text else None
    if text and found is None:
        raise UsageError(
            say(
                "--period {value} is no period; write a month as 2026-03, a year as 2026, or two "
                "days as 2026-03-01..2026-03-15",
                value=text,
            )
        )
    return found


def kept(
    found: "Snapshot", wanted: "Wanted", text: str = "", sort: str = "id"
) -> "Sequence[Standing]":
    """Return the documents of *found* that are *wanted* and hold the words of *text*, sorted."""
    from qmtool.model.master_list import chosen
    from qmtool.model.standing import standings

    project = found.project
    _refuse_unknown(project, wanted, sort)
    listed = chosen(standings(project), wanted, project.on, sort)
    if not text.strip():
        return listed
    if not any(char.isalnum() for char in text):
        from qmtool.errors import UsageError
        from qmtool.model.text import say

        raise UsageError(say("--text {text} holds no word to look for", text=text))
    from qmtool.repository.words_in_files import holding

    holds = holding(found.source, [one.document.path for one in listed], text)
    return [one for one in listed if one.document.path in holds]


def _refuse_unknown(project: "Project", wanted: "Wanted", sort: str) -> None:
    """Raise UsageError if an option names what is not there: an empty list would say nothing."""
    from qmtool.model.master_list import CATEGORIES, SORTS, devices_known, posts_known
    from qmtool.model.standing import State

    documents, settings = project.documents, project.settings
    people = [one.identifier for one in (*settings.policy.people, *project.policy.people)]
    one_of("--kind", wanted.kind, [*project.kinds, *(one.kind for one in documents)])
    processes = [one.identifier for one in settings.processes]
    one_of("--process", wanted.process, [*processes, *map(project.process_of, documents)])
    one_of("--owner", wanted.owner, [*people, *map(project.owner_of, documents)])
    one_of("--site", wanted.site, [one.identifier for one in settings.sites])
    one_of("--state", wanted.state, list(State))
    one_of("--category", wanted.category, CATEGORIES)
    one_of("--sort", sort, SORTS)
    if wanted.device:
        _named("--device", "devices", wanted.device, devices_known(project))
    if wanted.post:
        _named("--post", "posts", wanted.post, posts_known(project))


def _named(option: str, key: str, value: str, known: "Sequence[str]") -> None:
    """Raise UsageError unless *value* is one of the names *known*, however it is spelt."""
    from qmtool.errors import UsageError
    from qmtool.model.master_list import is_named
    from qmtool.model.text import say

    if not known:
        raise UsageError(
            say(
                "{option} {value}: no document names one; add {key}: [{value}] to the front "
                "matter of those that are about it",
                option=option,
                value=value,
                key=key,
            )
        )
    if not is_named(value, known):
        raise _none_of(option, value, known)


def one_of(option: str, value: str, choices: "Iterable[str]") -> None:
    """Raise UsageError unless *value* is empty or one of *choices*."""
    known = sorted({one for one in choices if one}) if option != "--state" else list(choices)
    if value and value not in known:
        raise _none_of(option, value, known)


def refuse_unknown_site(settings: "Settings", site: str) -> None:
    """Raise UsageError if `--site` names none of `qm.yaml`."""
    one_of("--site", site, [one.identifier for one in settings.sites])


def _none_of(option: str, value: str, known: "Sequence[str]") -> Exception:
    """Return the error that *value* is none of those *known*, with the nearest of them."""
    from qmtool.errors import UsageError
    from qmtool.model.advice import nearest
    from qmtool.model.text import listing, say

    if not known:
        return UsageError(say("{option} {value}: qm.yaml names none", option=option, value=value))
    advice = nearest(value, known)
    values: dict[str, str | Text] = {
        "option": option,
        "value": value,
        "choices": listing(known),
    }
    if advice is None:
        return UsageError(say("{option} {value} is none of {choices}", **values))
    return UsageError(
        say("{option} {value} is none of {choices}. {advice}", **values, advice=advice)
    )
