"""Names of files that would not survive another system."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

from qmtool.model.diagnostic import Fault
from qmtool.model.text import Text, listing, say

MAX_PATH = 200

_DEVICES = {"con", "prn", "aux", "nul"} | {
    f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)
}
_FINE = re.compile(r"\w[\w-]*(?:\.[\w-]+)*", re.ASCII)
_FORBIDDEN = re.compile(r'[<>:"\\|?*]')


def name_faults(paths: Sequence[str]) -> dict[str, list[Fault]]:
    """Return the faults of the names of documents, by path."""
    found: dict[str, list[Fault]] = defaultdict(list)
    twins: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        twins[folded(path)].append(path)
        for message in _flaws(path):
            fix = say("Rename the file with letters, digits, hyphens and dots.")
            found[path].append(Fault("unportable-name", 1, 1, message, fix))
    for group in twins.values():
        if len(group) > 1:
            for path in group:
                others = listing(repr(other) for other in group if other != path)
                message = say(
                    "the name differs from {others} by case or accents only", others=others
                )
                fix = say("Rename one of the files.")
                found[path].append(Fault("unportable-name", 1, 1, message, fix))
    return found


def folded(path: str) -> str:
    """Return what all paths have in common that differ from *path* by case or accents only."""
    return path.lower() if path.isascii() else unicodedata.normalize("NFC", path).casefold()


def _flaws(path: str) -> list[Text]:
    """Return what is wrong with the name *path*."""
    folder, _, name = path.rpartition("/")
    flaws = [*_folder_flaws(folder), *_part_flaws(name)]
    if len(path) > MAX_PATH // 4 and len(path.encode(errors="surrogateescape")) > MAX_PATH:
        flaws.append(say("the path is longer than {limit} bytes", limit=MAX_PATH))
    return flaws


@lru_cache(maxsize=10_000)
def _folder_flaws(folder: str) -> tuple[Text, ...]:
    """Return what is wrong with the names of a folder and of those above it."""
    return tuple(flaw for part in folder.split("/") if part for flaw in _part_flaws(part))


def _part_flaws(part: str) -> list[Text]:
    """Return what is wrong with one component of a path."""
    if _FINE.fullmatch(part) and part.partition(".")[0].lower() not in _DEVICES:
        return []
    flaws = []
    if not part.isprintable():
        odd = next(char for char in part if not char.isprintable())
        flaws.append(say("the name holds the character U+{code}", code=f"{ord(odd):04X}"))
    found = _FORBIDDEN.search(part)
    if found:
        flaws.append(say("the name holds the character {odd}", odd=found[0]))
    if ".." in part:
        flaws.append(say("the name holds two dots in a row"))
    if part.partition(".")[0].lower() in _DEVICES:
        flaws.append(say("{name} is the name of a Windows device", name=part))
    if part[-1] in ". " or part[0] in " -":
        flaws.append(
            say("{name} begins or ends with a character that other systems drop", name=part)
        )
    return flaws
