"""What `qm verify` prints: the verdict, each broken promise, and how to mend it."""

import json
from collections.abc import Callable, Iterable, Mapping

from qmtool.model.text import Text, say
from qmtool.model.verification.facts import Verdict, Violation
from qmtool.reports.json_page import visible_json
from qmtool.reports.language import Language
from qmtool.reports.terminal import safe

LEVELS: tuple[Text, ...] = (
    say(
        "L0 consistent: the record holds together; who decided is declared, and only the "
        "protection of the branch keeps others out"
    ),
    say("L1 signed: every version in force is signed with a key of the policy of its day"),
    say("L2 signed and anchored: L1, and it is what an earlier run saw"),
)
_ANY = say(
    "Levels: L0 consistent (identity declared), L1 signed, L2 signed and anchored. "
    "This record is none of them before the above is mended."
)


def text(verdict: Verdict, language: Language) -> str:
    """Return the verdict for a terminal: a line for each broken promise, then the level."""
    parts = []
    for one in verdict.violations:
        parts += _violation(one, language)
    parts += [
        safe(language.gettext("note: {note}").format(note=language.render(note)))
        for note in verdict.notes
    ]
    parts.append(_summary(verdict, language))
    return "\n".join(parts) + "\n"


def violations_text(violations: Iterable[Violation], language: Language) -> str:
    """Return the lines of each broken promise, and how to mend it."""
    return "".join(f"{line}\n" for one in violations for line in _violation(one, language))


def _violation(one: Violation, language: Language) -> list[str]:
    subject = one.tag or one.document or one.commit[:10]
    head = f"{one.code} {one.name}"
    message = safe(language.render(one.message))
    broken = language.gettext("broken: {promise}").format(promise=language.render(one.promise))
    fix = language.gettext("fix: {fix}").format(fix=language.render(one.fix))
    if subject and subject not in message:
        message = language.pair(safe(subject), message)
    return [language.pair(head, message), f"  {safe(broken)}", f"  {safe(fix)}", ""]


def _summary(verdict: Verdict, language: Language) -> str:
    gettext, ngettext = language.gettext, language.ngettext
    releases, decisions, broken = (
        verdict.releases,
        verdict.decisions,
        len(verdict.violations),
    )
    counts = [
        ngettext("{n} release", "{n} releases", releases).format(n=releases),
        ngettext("{n} decision", "{n} decisions", decisions).format(n=decisions),
        ngettext("{n} violation", "{n} violations", broken).format(n=broken),
    ]
    where = gettext("{branch} at {commit}").format(
        branch=safe(verdict.branch), commit=verdict.commit[:10]
    )
    level = LEVELS[verdict.level] if verdict.is_sound else _ANY
    return f"{language.pair(where, ', '.join(counts))}\n{language.render(level)}"


def json_verdict(verdict: Verdict, language: Language) -> str:
    """Return the verdict as JSON, version 1."""
    value = {
        "version": 1,
        "level": verdict.level if verdict.is_sound else None,
        "branch": verdict.branch,
        "commit": verdict.commit,
        "releases": verdict.releases,
        "decisions": verdict.decisions,
        "signed": verdict.signed,
        "violations": [
            {
                "code": one.code,
                "name": one.name,
                "tag": one.tag or None,
                "document": one.document or None,
                "commit": one.commit or None,
                "message": language.render(one.message),
                "promise": language.render(one.promise),
                "fix": language.render(one.fix),
            }
            for one in verdict.violations
        ],
        "notes": [language.render(note) for note in verdict.notes],
        "anchor": dict(verdict.anchor) or None,
    }
    return _json(value)


def anchor_text(verdict: Verdict) -> str:
    """Return the anchor of a sound record, to be kept elsewhere."""
    return _json(dict(verdict.next_anchor))


def _json(value: object) -> str:
    return visible_json(json.dumps(value, ensure_ascii=False, indent=2)) + "\n"


VERIFY_FORMATS: Mapping[str, Callable[[Verdict, Language], str]] = {
    "text": text,
    "json": json_verdict,
}
