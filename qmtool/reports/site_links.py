"""Where the links of the published documents lead: to published pages and files, or nowhere."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from qmtool.model.document import Document
from qmtool.model.handed_out import may_be_opened, may_be_shown
from qmtool.model.paths import folder_of, join
from qmtool.model.publication import Entry, Past, Publication
from qmtool.model.targets import Place, Resolver, resolve
from qmtool.reports.dossier_links import distinct, plain_name
from qmtool.reports.markdown_html import anchor_id

LIST = "documents.html"
OTHERS = "others.html"
UP = "../"
"""From a page of a document, a version or a process to the top of the site."""


def page_of(entry: Entry) -> str:
    """Return the page of a document in force."""
    return f"documents/{entry.identifier}.html"


def page_of_past(past: Past) -> str:
    """Return the page of an earlier version."""
    return f"archives/{past.identifier}-v{past.row.version}.html"


Targets = Sequence[tuple[str, Place]]
"""The targets of a document as written, each with where it leads."""


class Links:
    """Where the targets of the documents of *publication* lead.

    *is_file* tells whether a path is that of a file which a document may show.
    """

    def __init__(self, publication: Publication, is_file: Callable[[Entry, str], bool]) -> None:
        self.is_file = is_file
        shown = [one for one in publication.entries if one.shown is not None]
        self.pages = {one.standing.document.path: page_of(one) for one in shown}
        self._resolver = Resolver(self.pages)
        names = {one.identifier: plain_name(one.identifier) for one in publication.processes}
        self.processes = {name: f"processes/{page}.html" for name, page in distinct(names).items()}

    def process(self, identifier: str) -> str:
        """Return the page of a process, that of the documents without one if it is not known."""
        return self.processes.get(identifier, OTHERS)

    def places(self, document: Document) -> Targets:
        """Return where the targets of *document* lead in the repository, in order."""
        folder = folder_of(document.path)
        return [(target, self._resolver.resolve(folder, target)) for target in document.targets]

    def files_of(self, entry: Entry, places: Targets) -> Mapping[str, str]:
        """Return the files that the text in force of *entry* introduces or leads to, by path.

        *places* are those of its targets.
        """
        assert entry.shown is not None  # a text in force
        wanted = dict.fromkeys([*_attached(entry.shown), *self._led_to(entry.shown, places)])
        paths = [path for path in wanted if self.is_file(entry, path)]
        if not paths:
            return {}
        found = distinct({path: plain_name(path.rpartition("/")[2]) for path in paths})
        return {path: f"files/{entry.identifier}/{name}" for path, name in found.items()}

    def _led_to(self, document: Document, places: Targets) -> Iterator[str]:
        for number, (_target, place) in enumerate(places):
            path = place.path
            if not path or path in self.pages:
                continue
            if may_be_opened(path) or (may_be_shown(path) and document.links[number].is_image):
                yield path

    def hrefs(self, places: Targets, files: Mapping[str, str]) -> dict[str, str | None]:
        """Return where the targets of a document lead from its page; *files* are published too."""
        return {target: self._href(target, place, files) for target, place in places}

    def _href(self, target: str, place: Place, files: Mapping[str, str]) -> str | None:
        if place.refusal is not None:
            return None
        if place.outside:
            return target
        page = self.pages.get(place.path) or files.get(place.path) or self._of_folder(place.path)
        if page is None:
            return None
        return f"{UP}{page}#{anchor_id(place.anchor)}" if place.anchor else f"{UP}{page}"

    def _of_folder(self, path: str) -> str | None:
        """Return the page of the process whose folder, or whose own file, *path* is."""
        parts = path.split("/")
        is_one = parts[0] == "processes" and (len(parts) == 2 or parts[2:] == ["process.md"])
        return self.processes.get(parts[1]) if is_one else None


def _attached(document: Document) -> Iterator[str]:
    for attachment in document.attachments:
        path = join(folder_of(document.path), attachment.file)
        if path is not None and may_be_opened(path):
            yield path


def past_href(target: str) -> str | None:
    """Return where *target* leads from an earlier version: outside, or nowhere.

    What it led to inside has changed since.
    """
    return target if resolve("", target).outside else None
