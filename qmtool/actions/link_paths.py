"""What the links of a file become when a file moves, in the manner in which they were written."""

import posixpath
import re
from urllib.parse import quote

from qmtool.actions.link_targets import Aim
from qmtool.model.paths import folder_of, join
from qmtool.model.targets import resolve

_CODED = re.compile(r"%[89A-Fa-f][0-9A-Fa-f]")
_TO_CODE = re.compile(r"""[%#?()<>&\\"]""")


def toward(folder: str, old: str, new: str) -> Aim:
    """Return what a link in a file of *folder* becomes when the file *old* becomes *new*."""

    def aim(target: str) -> str | None:
        place = resolve(folder, target)
        if place.path != old or place.refusal is not None or "\\" in _written(target):
            return None
        return _spelt(target, folder, new)

    return aim


def attached_toward(folder: str, old: str, new: str) -> Aim:
    """Return what an attachment of a file of *folder* becomes when the file *old* becomes *new*."""

    def aim(file: str) -> str | None:
        if join(folder, file) != old:
            return None
        return f"/{new}" if file.startswith("/") else _relative(folder, new)

    return aim


def carried(old: str, new: str) -> Aim:
    """Return what a link of the file *old* becomes when that file becomes *new*.

    It leads where it led, whether or not there is anything.
    """
    before, after = folder_of(old), folder_of(new)

    def aim(target: str) -> str | None:
        place, written = resolve(before, target), _written(target)
        if place.outside or place.refusal is not None or not written.strip() or "\\" in written:
            return None
        goal = new if place.path == old else place.path
        return None if resolve(after, target).path == goal else _spelt(target, after, goal)

    return aim


def attached_carried(old: str, new: str) -> Aim:
    """Return what an attachment of the file *old* becomes when that file becomes *new*."""
    before, after = folder_of(old), folder_of(new)

    def aim(file: str) -> str | None:
        goal = join(before, file)
        return None if goal is None or join(after, file) == goal else _relative(after, goal)

    return aim


def _written(target: str) -> str:
    """Return the path of *target*, without its query and its anchor."""
    return target.partition("#")[0].partition("?")[0]


def _relative(folder: str, path: str) -> str:
    return posixpath.relpath(f"/{path}", f"/{folder}")


def _spelt(target: str, folder: str, goal: str) -> str:
    """Return *target* leading from *folder* to *goal*."""
    written = _written(target)
    path = f"/{goal}" if written.startswith("/") else _relative(folder, goal)
    if written.startswith("./") and not path.startswith("."):
        path = f"./{path}"
    if written.endswith("/") and not path.endswith("/"):
        path += "/"
    return _coded(path, written) + target[len(written) :]


def _coded(path: str, like: str) -> str:
    """Return *path* with codes for what cannot stand in a link, or is in codes in *like*."""
    path = _TO_CODE.sub(lambda found: quote(found[0]), path)
    if " " not in like:
        path = path.replace(" ", "%20")
    if _CODED.search(like):
        path = "".join(char if char.isascii() else quote(char) for char in path)
    return path
