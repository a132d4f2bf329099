"""The words of the published pages."""

from qmtool.reports.language import Language


def page_words(language: Language) -> dict[str, str]:
    """Return the words that stand on the pages, by the names that the templates give them."""
    _ = language.gettext
    return {
        "home": _("Home"),
        "pages": _("Pages"),
        "search": _("Search"),
        "list": _("All documents"),
        "others": _("Documents without a process"),
        "title": _("Documents in force"),
        "in_force_on": _("In force on"),
        "published": _("Published as of"),
        "commit": _("from the commit"),
        "uncontrolled": _("Uncontrolled copy"),
        "printed": _("printed from the pages published as of"),
        "verify": _(": check that the version is still in force before use."),
        "obsolete": _("Obsolete"),
        "attachments": _("Attached files"),
        "not_published": _("not published"),
        "versions": _("Earlier versions"),
        "fields": _("What is recorded"),
        "steps": _("Steps"),
        "assessed": _("What was looked at"),
        "chain": _("Linked with"),
        "folders": _("Folders"),
        "empty": _("Nothing here."),
        "search_label": _("Search the titles, the numbers and the headings"),
        "found_none": _("Nothing found. Try fewer letters, or the list of all documents."),
        "found_one": _("1 document found"),
        "found_many": _("{n} documents found"),
        "found_more": _("{n} documents found, of which the first {shown} are shown: add a word."),
        "no_script": _("The search needs a script, which this browser does not run."),
    }


def fact_words(language: Language) -> dict[str, str]:
    """Return the names of the facts that are told of a document or a process."""
    _ = language.gettext
    return {
        "effective": _("In force since"),
        "date": _("Date"),
        "review": _("Next review"),
        "kind": _("Kind"),
        "owner": _("Owner"),
        "approvers": _("Approved by"),
        "sites": _("Sites"),
        "auditors": _("Auditors"),
        "code": _("Code"),
        "until": _("In force until"),
    }


def state_words(language: Language) -> dict[str, str]:
    """Return the words of the badges, by the names that the style gives them."""
    _ = language.gettext
    return {
        "b-in-force": _("In force"),
        "b-overdue": _("In force, review overdue"),
        "b-old": _("Obsolete"),
        "b-record": _("Record"),
    }


def families(language: Language) -> dict[str, str]:
    """Return the families of processes, in the order of the index; the last one has no name."""
    _ = language.gettext
    return {
        "management": _("Management processes"),
        "operational": _("Operational processes"),
        "support": _("Support processes"),
        "": _("Processes"),
    }


def folders(language: Language) -> dict[str, str]:
    """Return the four folders of a process, by the categories that stand in them."""
    _ = language.gettext
    return {
        "applicable": _("Applicable documents"),
        "form": _("Forms"),
        "record": _("Records"),
        "archive": _("Archives"),
    }
