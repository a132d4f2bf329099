"""A management review drafted from its pack: the fields and the text of a new record."""

from dataclasses import replace
from datetime import date
from typing import Any

from qmtool.actions.log import Wish, filled, new_entry
from qmtool.actions.record_text import Author
from qmtool.model.review_pack import KIND, Pack
from qmtool.reports.language import Language
from qmtool.reports.review_pack import body, summary, title
from qmtool.repository.load import Snapshot

_NOT_DRAWN = "0000"
"""Stands in an id for what is drawn at random: the same source gives the same draft."""


def wish_for(snapshot: Snapshot, found: Pack, planned: date, language: Language) -> Wish:
    """Return the review to write down: *planned* for a day, with the facts of the pack *found*."""
    values: dict[str, Any] = {
        "planned_on": planned.isoformat(),
        "period_from": found.period.first.isoformat(),
        "period_to": found.period.last.isoformat(),
    }
    for item in found.inputs:
        values[f"input_{item.name.removeprefix('9.3.2-')}"] = summary(item, language)
    known = snapshot.project.kinds[KIND].fields
    values = {key: one for key, one in values.items() if key in known}
    if found.site:
        values["sites"] = [found.site]
    return Wish(
        KIND, title(found, language), values, body=body(found, language), language=language.code
    )


def draft(snapshot: Snapshot, wish: Wish) -> str:
    """Return the file that `qm log` would write for *wish*, but for who runs it and the id."""
    kind = snapshot.project.kinds[wish.kind]
    author = Author("", snapshot.project.on)
    identifier = filled(kind.id_pattern, author.on.isoformat(), _NOT_DRAWN)
    wish = replace(wish, values={"id": identifier, **wish.values})
    _path, data = new_entry(snapshot, kind, wish, author, _NOT_DRAWN, kind.initial)
    return data.decode()
