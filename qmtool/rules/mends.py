"""Edits that mend what a rule found, where nothing has to be decided."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from qmtool.model.advice import bare
from qmtool.model.diagnostic import Edit, Location, Mend, Problem
from qmtool.model.document import Document
from qmtool.model.identifier import names_file
from qmtool.model.kind import OWNED_KEYS, front_matter_schema
from qmtool.model.paths import folder_of
from qmtool.model.project import Project
from qmtool.model.targets import decoded, resolve
from qmtool.rules.engine import Check, once_per_project
from qmtool.rules.links import Seen, elsewhere
from qmtool.rules.scope import WITHDRAWN

EditOf = Callable[[Project, Document, Location], Edit | None]

_TO_CODE = frozenset('#?()<>&\\"')


def with_edits(check: Check, edit_of: EditOf) -> Check:
    """Return *check*, whose problems have the edits that *edit_of* gives for their places."""

    def check_all(project: Project) -> Iterator[Problem]:
        for problem in check(project):
            document = project.by_path.get(problem.location.path)
            edit = edit_of(project, document, problem.location) if document else None
            yield problem._replace(edit=edit)

    return check_all


def without_bom(_project: Project, document: Document, place: Location) -> Edit | None:
    """Return the edit that takes out a byte order mark; nobody but who writes can see one."""
    can_be_one = bool(document.digest) and place[1:] == (1, 1)
    return Edit(Mend.BOM) if can_be_one else None


def same_line_ends(_project: Project, _document: Document, _place: Location) -> Edit:
    """Return the edit that ends all lines as most of them end."""
    return Edit(Mend.LINE_ENDS)


def renamed_key(project: Project, document: Document, place: Location) -> Edit | None:
    """Return the edit of a key that only differs by case from one that is known, and absent.

    A key that `qm` writes is none of them: a status or a version is not to be typed.
    """
    kind, key = project.kind_of(document), _key_at(document, place)
    if kind is None or key is None:
        return None
    known = front_matter_schema(kind)["properties"]
    meant = _same_but_for_case(key, known)
    if len(meant) != 1 or meant[0] in OWNED_KEYS or meant[0] in document.key_places:
        return None
    if len(_same_but_for_case(key, document.key_places)) > 1:
        return None
    return Edit(Mend.KEY, place.line, place.column, key, meant[0])


def quoted_text(_project: Project, document: Document, place: Location) -> Edit | None:
    """Return the edit that puts a text of the front matter in quotes; those of lists are left."""
    key = _key_at(document, place)
    if key is None or key in OWNED_KEYS:
        return None
    return Edit(Mend.QUOTES, place.line, place.column, key)


def _same_but_for_case(key: str, others: Iterable[str]) -> list[str]:
    return [one for one in others if one.casefold() == key.casefold()]


def _key_at(document: Document, place: Location) -> str | None:
    """Return the key of the front matter that stands at *place*, None if a deeper one does."""
    found = (key for key, where in document.key_places.items() if where == tuple(place[1:]))
    return next(found, None)


def led_to_its_document(project: Project, seen: Seen) -> Edit | None:
    """Return the edit of a broken link that names one document, by its file or by its id.

    A name without an id, such as process.md, tells nothing: there may have been others.
    """
    target, folder = seen.link.target, folder_of(seen.document.path)
    written = target.partition("#")[0]
    found = elsewhere(project, seen.document, seen.place.path)
    if found is None or "\\" in written or "?" in written or _TO_CODE & {*found}:
        return None
    goal = project.by_path.get(resolve(folder, found).path)
    if goal is None or not _is_known_by_its_name(project, goal):
        return None
    path = "/" + goal.path.replace(" ", "%20") if written.startswith("/") else found
    anchor = decoded(target[len(written) + 1 :])
    meant = spellings(goal.anchors).get(bare(anchor)) if anchor else None
    ending = f"#{meant}" if meant else target[len(written) :]
    return Edit(Mend.TARGET, seen.link.line, seen.link.column, target, path + ending)


def _is_known_by_its_name(project: Project, document: Document) -> bool:
    """Return whether the name of the file tells which *document* it is: by an id of its own."""
    name, identifier = document.path.rpartition("/")[2], document.identifier
    return (
        bool(identifier)
        and document.status != WITHDRAWN
        and names_file(identifier, name)
        and _count_of_ids(project)[identifier] == 1
    )


@once_per_project
def _count_of_ids(project: Project) -> Counter[str]:
    return Counter(document.identifier for document in project.documents)


def spellings(anchors: Iterable[str]) -> Mapping[str, str | None]:
    """Return *anchors* by their letters and digits, None for those that several have."""
    found: dict[str, str | None] = {}
    for anchor in dict.fromkeys(anchors):
        plain = bare(anchor)
        found[plain] = None if plain in found else anchor
    return found


def led_to_its_anchor(seen: Seen, meant: str) -> Edit:
    """Return the edit of a link to an anchor that is spelt otherwise: *meant*."""
    target = seen.link.target
    written = target.partition("#")[0]
    new = f"{written}#{meant}"
    return Edit(Mend.TARGET, seen.link.line, seen.link.column, target, new)
