"""Where the links of documents lead, in the repository and in an audit file."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from qmtool.model.document import Document
from qmtool.model.dossier import Attached, Copy
from qmtool.model.handed_out import may_be_shown
from qmtool.model.paths import folder_of
from qmtool.model.targets import resolve
from qmtool.reports.markdown_html import Href, anchor_id

_MAX_NAME = 80
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")


def led_to(document: Document) -> set[str]:
    """Return the paths that the links of *document* lead to."""
    folder = folder_of(document.path)
    return {place.path for one in document.targets if (place := resolve(folder, one)).path}


def images_of(document: Document) -> Iterator[str]:
    """Yield the paths of the pictures that *document* shows."""
    folder = folder_of(document.path)
    for link in document.links:
        path = resolve(folder, link.target).path if link.is_image else ""
        if may_be_shown(path):
            yield path


def plain_name(name: str) -> str:
    """Return *name* as every system can write it, and every address spell it."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^A-Za-z0-9._-]+", "-", letters).strip("-.")
    head, dot, extension = kept.rpartition(".")
    if dot and len(extension) < 10:
        kept = f"{head[: _MAX_NAME - len(extension)]}.{extension}"
    kept = kept[: _MAX_NAME + 1] or "file"
    return f"_{kept}" if _RESERVED.fullmatch(kept) else kept


def distinct(names: Mapping[str, str]) -> dict[str, str]:
    """Return *names*, none like another whatever the case: the second of them gets a number."""
    taken: set[str] = set()
    found = {}
    for key, name in names.items():
        head, dot, extension = name.rpartition(".")
        n, new = 1, name
        while new.lower() in taken:
            n += 1
            new = f"{head}-{n}.{extension}" if dot else f"{name}-{n}"
        taken.add(new.lower())
        found[key] = new
    return found


class Places:
    """The files of an audit file: where each copy stands, and what belongs to it."""

    def __init__(self, copies: Mapping[str, Copy]) -> None:
        self.copies = copies
        names = {path: plain_name(copy.document.name) for path, copy in copies.items()}
        self._folders = distinct({path: name.removesuffix(".md") for path, name in names.items()})
        self._files = {
            path: distinct(
                {one.path: plain_name(one.path.rpartition("/")[2]) for one in copy.files}
            )
            for path, copy in copies.items()
        }

    def page(self, path: str) -> str:
        """Return where the copy of the document at *path* stands."""
        return f"documents/{self._folders[path]}.html"

    def file(self, path: str, attached: Attached) -> str:
        """Return where *attached*, of the document at *path*, stands."""
        return self._file(path, attached.path)

    def _file(self, path: str, file: str) -> str:
        return f"attachments/{self._folders[path]}/{self._files[path][file]}"

    def href(self, copy: Copy, top: str) -> Href:
        """Return what leads from a page that shows *copy*; *top* is the way up to the first one."""
        own = copy.document.path
        held = {one.path for one in copy.files if one.data is not None}

        def href(target: str) -> str | None:
            place = resolve(folder_of(copy.text.path), target)
            if place.refusal is not None:
                return None
            if place.outside:
                return target
            anchor = f"#{quote(anchor_id(place.anchor))}" if place.anchor else ""
            if place.path in held:
                return top + quote(self._file(own, place.path))
            if place.path in self.copies:
                return top + quote(self.page(place.path)) + anchor
            return None

        return href
