"""`qm ref search`."""

from typing import Annotated

import typer

from qmtool.cli.common import (
    AtOption,
    CacheOption,
    OutputOption,
    _,
    choose_format,
    emit,
    referentials,
    spoken,
)

HELP = _("Search what the referentials ask, in French and English, accents and case ignored.")
EXAMPLE = _("Example: qm ref search justification --in asn-2019-dc-0660")

MAX_SHOWN = 30


def command(
    words: Annotated[list[str], typer.Argument(help=_("Words, or the beginning of words."))],
    inside: Annotated[
        list[str] | None, typer.Option("--in", metavar="REF", help=_("Only in this referential."))
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=0, help=_("How many to show; 0: all."))
    ] = MAX_SHOWN,
    format_: Annotated[str, typer.Option("--format", help="text, json, markdown, csv")] = "",
    output: OutputOption = "",
    at: AtOption = "",
    cache: CacheOption = True,
) -> int:
    """Search in the referentials."""
    from qmtool.cli.sound_referentials import sound
    from qmtool.model.label import LANGUAGES
    from qmtool.model.search import search
    from qmtool.reports.language import language_of
    from qmtool.reports.referential_search import SEARCH_FORMATS

    name = choose_format(format_, output, dict(SEARCH_FORMATS))
    library, _day = referentials(at=at, use_cache=cache)
    if inside:
        searched = [library.referential(library.known(one)) for one in dict.fromkeys(inside)]
    else:
        searched = list(sound(library, library.referential_ids))
    languages = [language_of(code).render for code in LANGUAGES]
    found = search(searched, words, library.glossary, languages)
    library.save()
    emit(SEARCH_FORMATS[name](found, spoken(output), limit or len(found.hits)), output)
    return 0 if found.hits or found.terms else 1
