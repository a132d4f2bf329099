"""The words of a gap report that are not values of the gap: headings, labels, explanations."""

from qmtool.reports.language import Language


def page_words(language: Language) -> dict[str, str]:
    """Return the words of a page, by name."""
    return {**_heads(language), **_labels(language), **_legend(language)}


def _heads(language: Language) -> dict[str, str]:
    """Return the heads of columns and of parts."""
    _ = language.gettext
    return {
        "summary": _("Summary"),
        "total": _("Total"),
        "chapters": _("By chapter"),
        "chapter": _("Chapter"),
        "share": _("Share"),
        "id": _("Id"),
        "status": _("Status"),
        "requirements": _("Requirements"),
        "requirement": _("Requirement"),
        "asks": _("What it asks"),
        "meaning": _("Meaning"),
        "described": _("Described"),
        "proven": _("Proven"),
        "verified": _("Verified"),
        "score": _("Score"),
        "confidence": _("Confidence"),
        "missing": _("What is missing"),
        "blocking": _("Blocking findings"),
        "unverified": _("Why it is not verified"),
        "lent": _("Lent by other referentials"),
        "evidence": _("Evidence"),
        "documents": _("Documents"),
        "legend": _("How to read this page"),
        "made_from": _("Made from"),
    }


def _labels(language: Language) -> dict[str, str]:
    """Return the names of values, and what stands in place of none."""
    _ = language.gettext
    return {
        "kind": _("Self-assessment"),
        "subject": _("What is described and proven"),
        "referential": _("Referential"),
        "as_of": _("As of"),
        "site": _("Site"),
        "every_site": _("all"),
        "issuer": _("Published by"),
        "compared": _("Compared with its source on"),
        "first": _("Read this first"),
        "notice": _("Notice"),
        "none": _("none"),
        "more": _("and {count} more"),
        "source_name": _("Source"),
        "source": _("Source: {at}"),
        "version": _("Version of qm"),
        "digest": _("Digest"),
        "made_by": _("Made by qm {version}"),
        "page": _("page"),
    }


def _legend(language: Language) -> dict[str, str]:
    """Return what the facts mean."""
    _ = language.gettext
    return {
        "legend_described": _(
            "a document in force, or one of its sections, names the requirement and is of a kind "
            "that fits."
        ),
        "legend_proven": _(
            "a dated record of a kind that fits names the requirement and is still recent enough."
        ),
        "legend_verified": _(
            "an audit or an assessment by a person other than the author, dated, within the cycle "
            "of the referential. It is shown apart and changes no status; an open blocking "
            "finding keeps a requirement from being ready."
        ),
        "lapsed": _("lapsed"),
        "legend_lapsed": _(
            "the only evidence is an expired record, or a document whose review is overdue."
        ),
        "draft": _("draft"),
        "legend_draft": _(
            "the only evidence is a document that is not in force, or a record that does not "
            "count yet."
        ),
        "lent_name": _("Lent"),
        "legend_lent": _(
            "evidence for another referential that may serve here too, by a crosswalk. It is told "
            "apart and changes no status."
        ),
        "legend_digest": _("two reports that show the same have the same digest."),
    }


def legend(words: dict[str, str]) -> list[tuple[str, str]]:
    """Return the terms to explain, each with what it means."""
    return [
        (words["described"], words["legend_described"]),
        (words["proven"], words["legend_proven"]),
        (words["verified"], words["legend_verified"]),
        (words["lapsed"], words["legend_lapsed"]),
        (words["draft"], words["legend_draft"]),
        (words["lent_name"], words["legend_lent"]),
        (words["digest"], words["legend_digest"]),
    ]


def auditor_words(language: Language) -> dict[str, str]:
    """Return the heads of the columns that an auditor fills in, and what they may hold."""
    _ = language.gettext
    return {
        "finding": _("Finding"),
        "grade": _("Grade"),
        "auditor": _("Auditor"),
        "date": _("Date"),
        "comment": _("Comment"),
        "yes": _("yes"),
        "no": _("no"),
        "grid": _("Grid"),
        "choices": _("Choices"),
        "ahead": _("Deadlines"),
        "one_of": _("Choose one of the list."),
        "a_day": _("Enter a day."),
    }
