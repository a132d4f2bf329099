"""Documents by the name a person types: an id or a path."""

from qmtool.errors import UsageError
from qmtool.model.document import Document
from qmtool.model.project import Project
from qmtool.model.text import say


def find(project: Project, wanted: str) -> Document:
    """Return the document whose id or path is *wanted*, or raise UsageError with the nearest."""
    document = project.by_id.get(wanted) or project.by_path.get(wanted.removeprefix("./"))
    if document is None:
        # Only a misspelt name needs the words that are near.
        from qmtool.model.advice import nearest

        names = [*project.by_id, *project.by_path]
        advice = nearest(wanted, names) or say("Type qm list to see the documents.")
        raise UsageError(
            say("no document is called {wanted}. {advice}", wanted=wanted, advice=advice)
        )
    same = [one.path for one in project.documents if one.identifier == document.identifier]
    if document.identifier and len(same) > 1 and wanted == document.identifier:
        raise UsageError(
            say(
                "{wanted} is ambiguous: {first} and {second} both have this id; name a path",
                wanted=wanted,
                first=same[0],
                second=same[1],
            )
        )
    return document
