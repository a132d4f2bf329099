"""What `qm history` prints: the revision table of a document, and the draft that follows."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from qmtool.model.commit import Commit
from qmtool.model.revision import History, Mark, Revision
from qmtool.model.text import Text, say
from qmtool.reports.history_steps import step_lines, step_table, step_values, subject_words
from qmtool.reports.history_words import (
    WHAT_WORDS,
    day_words,
    decision_words,
    people_words,
    tag_words,
)
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.table import csv_table, markdown_table, markdown_text, page_width
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

_SHORT = 10
"""How many characters of a commit's id are shown."""

_COLUMNS = (
    say("version"),
    say("date"),
    say("event"),
    say("applies from"),
    say("author"),
    say("reviewer"),
    say("approver"),
    say("reason"),
    say("tagged by"),
    say("tag"),
    say("commit"),
)


def _event(one: Revision, history: History) -> Text:
    word = WHAT_WORDS[one.what]
    is_current = bool(one.row.version) and one.version == history.in_force
    return say("{event} (in force)", event=word) if is_current else word


def _reason(one: Revision, language: Language) -> str:
    row = one.row
    parts: list[object] = [row.summary or row.reason]
    if row.successor:
        parts.append(say("replaced by {successor}", successor=row.successor))
    if row.imported:
        parts.append(say("numbered {version} before its adoption", version=row.imported))
    return " · ".join(language.render(part) for part in parts if part)


def text(history: History, language: Language) -> str:
    """Return the table as blocks of lines, one a row, that fit a terminal."""
    document = history.document
    lines = [f"{safe(document.name)}  {safe(document.title)}".rstrip(), ""]
    if history.kind is not None:
        lines += [*step_lines(history, history.kind, language), ""]
    size = max((len(one.version) for one in history.revisions), default=0)
    for one in history.revisions:
        event = language.render(_event(one, history))
        day = day_words(one.day, language)
        lines.append(f"{safe(one.version):{size}}  {safe(day)}  {safe(event)}")
        for detail in _details(one, history, language):
            lines += wrapped(safe(detail), page_width(), first=" " * 4, rest=" " * 6)
        lines.append("")
    if not history.revisions and history.kind is None:
        lines += [language.gettext("No version was released yet."), ""]
    lines += _after(history, language)
    return "\n".join(lines).rstrip() + "\n"


def _details(one: Revision, history: History, language: Language) -> Iterator[str]:
    """Yield what is known of a row, a line each."""
    row, names = one.row, history.names
    if row.effective and row.effective != row.date:
        yield language.pair(say("applies from"), day_words(row.effective, language))
    for title, people in (
        (say("author"), row.authors),
        (say("reviewer"), row.reviewers),
        (say("approver") if row.version else say("decided by"), one.people),
    ):
        if people:
            yield language.pair(title, people_words(people, one, names, language))
    if reason := _reason(one, language):
        yield language.pair(say("reason"), reason)
    for mark in one.decisions:
        if not one.on_paper(mark.person):  # that is told beside the name
            yield language.render(decision_words(mark, names, language))
    told = tag_words(one.mark, names)
    if one.mark:
        told = say(
            "{told} ({tag}, commit {commit})",
            told=told,
            tag=one.mark.ref,
            commit=one.mark.commit[:_SHORT],
        )
    yield language.render(told)


def _after(history: History, language: Language) -> Iterator[str]:
    """Yield the lines about the draft at hand."""
    if history.pending:
        yield language.pair(say("Given for the draft at hand"), "").rstrip()
        for mark in history.pending:
            yield "  " + safe(language.render(decision_words(mark, history.names, language)))
        yield ""
    if history.drafts is None:
        yield language.gettext("The commits of a repository with SHA-256 ids cannot be listed.")
        return
    if history.drafts or history.uncommitted:
        yield language.render(_since(history))
    if history.uncommitted:
        yield "  " + language.gettext("changes that are not committed")
    for one in history.drafts:
        day = language.day(one.when.date())
        subject = safe(subject_words(one, history, language))
        yield f"  {one.oid[:_SHORT]}  {day}  {safe(one.author)}  {subject}"


def _since(history: History) -> Text:
    """Return the title of the commits that follow the last version."""
    last = history.document.last_release()
    if last is None:
        return say("Commits so far, the newest first")
    return say("Commits since version {version}, the newest first", version=last.version)


def _rows(history: History, language: Language) -> list[list[str]]:
    names = history.names
    rows = []
    for one in history.revisions:
        row, mark = one.row, one.mark
        applies = row.in_force_from if row.version else ""
        rows.append(
            [
                one.version,
                day_words(one.day, language),
                language.render(_event(one, history)),
                day_words(applies, language),
                people_words(row.authors, one, names, language),
                people_words(row.reviewers, one, names, language),
                people_words(one.people, one, names, language),
                _reason(one, language),
                language.render(tag_words(mark, names)),
                mark.ref if mark else "",
                mark.commit[:_SHORT] if mark else "",
            ]
        )
    return rows


def _table(history: History, language: Language) -> tuple[list[str], list[list[str]]]:
    """Return the heads and the rows: of the revision table, or of the steps of an entry."""
    if history.kind is not None:
        return step_table(history, history.kind, language)
    return [language.render(word) for word in _COLUMNS], _rows(history, language)


def markdown(history: History, language: Language) -> str:
    """Return a page: the revision table, then the commits since the last version."""
    document = history.document
    title = f"{document.name} – {document.title}" if document.title else document.name
    parts = [
        f"# {markdown_text(title)}\n",
        markdown_table(*_table(history, language)),
    ]
    drafts: list[list[str]] = [
        [
            one.oid[:_SHORT],
            language.day(one.when.date()),
            one.author,
            subject_words(one, history, language),
        ]
        for one in history.drafts or ()
    ]
    if drafts:
        headers = [language.render(_COLUMNS[n]) for n in (10, 1, 4, 7)]
        parts += [f"## {language.render(_since(history))}\n", markdown_table(headers, drafts)]
    return "\n".join(parts)


def csv_history(history: History, language: Language) -> str:
    """Return the revision table as CSV, or the steps of an entry of a register."""
    return csv_table(*_table(history, language))


def json_history(history: History, language: Language) -> str:
    """Return everything as JSON, version 1; *language* changes nothing in it."""
    del language
    document = history.document
    value = {
        "version": 1,
        "document": {
            "id": document.identifier or None,
            "title": document.title,
            "path": safe(document.path),
            "status": document.status or None,
        },
        "on": str(history.on),
        "in_force": history.in_force or None,
        "revisions": [_revision(one, history) for one in history.revisions],
        "steps": step_values(history),
        "pending": [_mark(one, history.names) for one in history.pending],
        "uncommitted": history.uncommitted,
        "commits": None if history.drafts is None else list(map(_commit, history.drafts)),
    }
    return json_page(value)


def _revision(one: Revision, history: History) -> dict[str, Any]:
    row = one.row

    def person(identifier: str) -> dict[str, Any]:
        paper = one.on_paper(identifier)
        return {
            "id": identifier,
            "name": history.names.get(identifier),
            "declared": {"on": paper.on, "medium": paper.medium, "proof": paper.proof}
            if paper
            else None,
        }

    return {
        "event": one.what.value,
        "version": one.version or None,
        "date": one.day or None,
        "effective": (row.in_force_from or None) if row.version else None,
        "author": list(map(person, row.authors)),
        "reviewer": list(map(person, row.reviewers)),
        "approver": list(map(person, row.approvers)),
        "by": person(row.by) if row.by else None,
        "reason": row.summary or row.reason or None,
        "successor": row.successor or None,
        "imported": row.imported or None,
        "digest": row.digest or None,
        "tag": _mark(one.mark, history.names) if one.mark else None,
        "decisions": [_mark(mark, history.names) for mark in one.decisions],
    }


def _mark(mark: Mark, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "ref": f"refs/tags/{mark.ref}",
        "commit": mark.commit,
        "meaning": mark.meaning,
        "person": {"id": mark.person, "name": names.get(mark.person)},
        "tagged_by": {"id": mark.signer, "name": mark.name},
        "date": mark.moment or None,
        "effective": mark.effective or None,
        "reason": mark.reason or None,
        "medium": mark.medium or None,
        "proof": mark.proof or None,
        "has_signature": mark.has_signature,
    }


def _commit(one: Commit) -> dict[str, Any]:
    return {
        "commit": one.oid,
        "date": one.when.isoformat(),
        "author": one.author,
        "email": one.email,
        "message": one.subject,
    }


HISTORY_FORMATS: Mapping[str, Callable[[History, Language], str]] = {
    "text": text,
    "json": json_history,
    "markdown": markdown,
    "csv": csv_history,
}
