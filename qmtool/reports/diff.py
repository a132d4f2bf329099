"""What `qm diff` prints: what differs between two texts of a document."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qmtool.model.calendar import parse_day
from qmtool.model.commit import Commit
from qmtool.model.edition import DRAFT, HEAD, Edition
from qmtool.model.identifier import POLICY
from qmtool.model.label import Label
from qmtool.model.text import Text, say
from qmtool.model.text_diff import (
    AttachmentChange,
    Fortune,
    KeyChange,
    ParagraphChange,
    SectionChange,
    TextDiff,
)
from qmtool.reports.diff_words import in_colours, in_markdown, marked, shown
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.rendered import harmless
from qmtool.reports.table import markdown_text, page_width
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

_SHORT = 10

FORTUNES: Mapping[Fortune, Text] = {
    Fortune.ADDED: say("added: {after}"),
    Fortune.REMOVED: say("removed: {before}"),
    Fortune.RENAMED: say("renamed: {before} → {after}"),
    Fortune.MOVED: say("moved: {after}"),
    Fortune.LEVEL: say("at another level: {after}"),
}


@dataclass(frozen=True)
class Comparison:
    """Two texts of a document, what differs, and the commits between them, the newest first.

    *titles* are those of requirements by id; *coloured* says that a terminal shows colours.
    """

    before: Edition
    after: Edition
    diff: TextDiff
    commits: Sequence[Commit] = ()
    titles: Mapping[str, Label] = field(default_factory=dict)
    coloured: bool = False


def _called(one: Edition) -> Text:
    """Return what to call a text."""
    if one.label == HEAD:
        return say("the last commit")
    if one.label in (DRAFT, ""):
        return say("the file at hand")
    day = parse_day(one.row.date) if one.row else None
    if day is None:
        return say("version {version}", version=one.label)
    return say("version {version} of {day}", version=one.label, day=day)


# Text.


def text(found: Comparison, language: Language) -> str:
    """Return what differs, a block for each sort of change."""
    lines = [safe(language.render(_title(found))), ""]
    for title, items in _blocks(found, language):
        lines.append(language.render(title))
        lines += [line for item in items for line in _item(harmless(safe(item)))]
        lines.append("")
    section: str | None = None
    for change in found.diff.paragraphs:
        if change.section != section:
            section = change.section
            lines += [_place(change, language)]
        lines += in_colours(change) if found.coloured else _item(harmless(shown(change, marked)))
        lines.append("")
    lines += [language.render(note) for note in _notes(found)]
    return "\n".join(lines).rstrip() + "\n"


def _title(found: Comparison) -> Text:
    return say(
        "{document}: from {before} to {after}",
        document=found.after.document.name,
        before=_called(found.before),
        after=_called(found.after),
    )


def _item(line: str) -> list[str]:
    return wrapped(line, page_width(), first="  ", rest="    ")


def _place(change: ParagraphChange, language: Language) -> str:
    """Return where a paragraph stands."""
    title = change.section or language.gettext("Before the first heading")
    return safe(language.render(say("{section} (line {line})", section=title, line=change.line)))


def _notes(found: Comparison) -> Iterator[Text]:
    if found.diff.is_empty:
        yield say("Nothing differs.")
    if found.diff.spared:
        yield say("Long passages were compared as a whole, not word by word.")


def _blocks(found: Comparison, language: Language) -> Iterator[tuple[Text, list[str]]]:
    """Yield what changed besides the words, sort by sort."""
    diff = found.diff
    if diff.keys:
        is_policy = found.after.document.identifier == POLICY
        title = say("Settings") if is_policy else say("Front matter")
        yield title, [_key(one, language) for one in diff.keys]
    if diff.sections:
        yield say("Sections"), [_section(one, language) for one in diff.sections]
    if diff.gained:
        yield say("Requirements newly answered"), [*_cited(diff.gained, found, language)]
    if diff.lost:
        yield say("Requirements no longer answered"), [*_cited(diff.lost, found, language)]
    if diff.attachments:
        yield say("Attachments"), [_attachment(one, language) for one in diff.attachments]
    if found.commits:
        yield say("Commits in between"), [_commit(one, language) for one in found.commits]


def _attachment(one: AttachmentChange, language: Language) -> str:
    if one.before is not None and one.after is not None:
        return language.render(say("changed: {file}", file=one.file))
    fortune = Fortune.ADDED if one.before is None else Fortune.REMOVED
    return language.render(_filled(FORTUNES[fortune], one.file, one.file))


def _filled(words: Text, before: str, after: str) -> Text:
    return Text(words.message, (("before", before), ("after", after)))


def _key(one: KeyChange, language: Language) -> str:
    """Return what became of a key; of a list, the items that went and came."""
    if isinstance(one.before, list) and isinstance(one.after, list):
        gone = [f"- {_value(item)}" for item in one.before if item not in one.after]
        come = [f"+ {_value(item)}" for item in one.after if item not in one.before]
        if gone or come:
            return language.pair(one.key, ", ".join([*gone, *come]))
    return language.pair(one.key, f"{_value(one.before)} → {_value(one.after)}")


def _value(value: Any) -> str:
    """Return a value of front matter on one line; a dash stands for none."""
    if value is None:
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _section(one: SectionChange, language: Language) -> str:
    return language.render(_filled(FORTUNES[one.fortune], one.before, one.after))


def _cited(wanted: Sequence[str], found: Comparison, language: Language) -> Iterator[str]:
    for name in wanted:
        title = found.titles.get(name)
        yield f"{name} {title.of(language.code) if title else ''}".rstrip()


def _commit(one: Commit, language: Language) -> str:
    day = language.day(one.when.date())
    return f"{one.oid[:_SHORT]}  {day}  {one.author}  {one.subject}"


# Other formats.


def markdown(found: Comparison, language: Language) -> str:
    """Return a page: what was removed is struck, what was added is bold."""
    lines = [f"# {markdown_text(language.render(_title(found)))}", ""]
    for title, items in _blocks(found, language):
        lines += [f"## {language.render(title)}", ""]
        lines += [f"- {markdown_text(item)}" for item in items]
        lines.append("")
    if found.diff.paragraphs:
        lines += [f"## {language.render(say('Text'))}", ""]
    section: str | None = None
    for change in found.diff.paragraphs:
        if change.section != section:
            section = change.section
            lines += [f"### {markdown_text(_place(change, language))}", ""]
        lines += [shown(change, in_markdown), ""]
    lines += [markdown_text(language.render(note)) for note in _notes(found)]
    return "\n".join(lines).rstrip() + "\n"


def json_diff(found: Comparison, language: Language) -> str:
    """Return everything as JSON, version 1; *language* changes nothing in it."""
    del language
    diff = found.diff

    def side(one: Edition) -> dict[str, Any]:
        return {
            "version": one.label or None,
            "path": safe(one.document.path),
            "digest": one.document.digest or None,
            "commit": one.commit or None,
        }

    value = {
        "version": 1,
        "document": found.after.document.identifier or None,
        "before": side(found.before),
        "after": side(found.after),
        "keys": [one._asdict() for one in diff.keys],
        "sections": [
            {"change": one.fortune.value, "before": one.before, "after": one.after}
            for one in diff.sections
        ],
        "requirements": {"gained": list(diff.gained), "lost": list(diff.lost)},
        "attachments": [one._asdict() for one in diff.attachments],
        "paragraphs": [
            {
                "section": one.section or None,
                "line": one.line,
                "pieces": [[piece.fate.value, piece.text] for piece in one.pieces],
            }
            for one in diff.paragraphs
        ],
        "compared_whole": diff.spared,
        "commits": [
            {
                "commit": one.oid,
                "date": one.when.isoformat(),
                "author": one.author,
                "message": one.subject,
            }
            for one in found.commits
        ],
    }
    return json_page(value)


DIFF_FORMATS: Mapping[str, Callable[[Comparison, Language], str]] = {
    "text": text,
    "markdown": markdown,
    "json": json_diff,
}
