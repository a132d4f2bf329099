"""The gap as JSON, for programs."""

from typing import Any

from qmtool import __version__
from qmtool.model.gap import Gap
from qmtool.reports.json_page import json_page
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
                "unverified": [language.render(why) for why in one.unverified],
                "score": one.score,
                "blocking": [language.render(why) for why in one.blocking],
                "lent": one.lent,
                "loans": [language.render(loan) for loan in one.loans],
                "confidence": one.requirement.confidence,
                "reasons": [language.render(reason) for reason in one.reasons],
                "evidence": [
                    {
                        "document": piece.document,
                        "version": piece.version,
                        "state": piece.state,
                        "path": piece.path,
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
                "document": one.document,
                "path": one.path,
                "version": one.version,
                "kind": one.kind,
                "lapses_on": one.lapses_on.isoformat(),
                "start_by": one.start_by.isoformat(),
                "status_now": one.now,
                "status_then": one.then,
            }
            for one in gap.outlook.lapses
        ]
    return json_page(value)
