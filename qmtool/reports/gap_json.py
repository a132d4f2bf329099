"""The gap as JSON, for programs."""

import json
from typing import Any

from qmtool import __version__
from qmtool.model.gap import Gap
from qmtool.model.text import Text
from qmtool.reports.language import Language


def json_(gap: Gap, language: Language) -> str:
    """Return the gap as JSON, version 1 of `formats.md`."""
    value: dict[str, Any] = {
        "version": 1,
        "referential": gap.referential.identifier,
        "on": gap.on.isoformat(),
        "at": gap.at,
        "site": gap.site,
        "completeness": gap.referential.completeness,
        "superseded_by": gap.referential.superseded_by or None,
        "verified_on": gap.referential.verified_on.isoformat(),
        "notices": [language.render(one) for one in gap.notices],
        "requirements": [
            {
                "id": one.identifier,
                "title": one.requirement.title.of(language.code),
                "status": one.status,
                "described": one.described,
                "proven": one.proven,
                "verified": one.verified,
                "unverified": [_said(why, language) for why in one.unverified],
                "score": one.score,
                "blocking": [_said(why, language) for why in one.blocking],
                "lent": one.lent,
                "loans": [_said(loan, language) for loan in one.loans],
                "confidence": one.requirement.confidence,
                "reasons": [_said(reason, language) for reason in one.reasons],
                "evidence": [
                    {
                        "document": _decoded(piece.document),
                        "version": piece.version,
                        "state": piece.state,
                        "path": _decoded(piece.path),
                        "line": piece.line,
                        "section": piece.section,
                        "via": piece.via,
                    }
                    for piece in one.evidence
                ],
            }
            for one in gap.requirements
        ],
        "summary": gap.summary,
        "made_from": {
            "at": gap.at,
            "qm": __version__,
            "verified_on": gap.referential.verified_on.isoformat(),
        },
    }
    if gap.outlook is not None:
        value["lapses_from"] = gap.outlook.since.isoformat()
        value["lapses"] = [
            {
                "requirement": one.requirement,
                "document": _decoded(one.document),
                "path": _decoded(one.path),
                "version": one.version,
                "kind": one.kind,
                "lapses_on": one.lapses_on.isoformat(),
                "start_by": one.start_by.isoformat(),
                "status_now": one.now,
                "status_then": one.then,
            }
            for one in gap.outlook.lapses
        ]
    shown = json.dumps(value, ensure_ascii=False, indent=2)
    return shown.encode(errors="backslashreplace").decode() + "\n"


def _said(text: Text, language: Language) -> str:
    return _decoded(language.render(text))


def _decoded(text: str) -> str:
    """Return *text* with the bytes of paths that are no UTF-8 written out."""
    return text.encode(errors="surrogateescape").decode(errors="backslashreplace")
