"""A foreign file as its readers see it: groups of keys that know where they stand."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qmtool.errors import UsageError
from qmtool.model.text import Text, say
from qmtool.repository.yaml_events import Path


def flaw(place: object, message: Text, fix: Text | None = None) -> UsageError:
    """Return the error that says what is wrong at *place*, a file with a line or a cell."""
    if fix is None:
        return UsageError(say("{place}: {message}", place=place, message=message))
    return UsageError(say("{place}: {message}. {fix}", place=place, message=message, fix=fix))


def tidy(text: str) -> str:
    """Return *text* with line feeds only, without the blanks that end its lines and itself."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip(" \t") for line in lines).strip(" \t\n")


@dataclass(frozen=True)
class Part:
    """A group of keys of a foreign file, at *path*; *place* names the place of any path."""

    value: Mapping[str, Any]
    path: Path
    place: Callable[[Path], object]

    def flaw(self, key: str, message: Text, fix: Text | None = None) -> UsageError:
        """Return the error about the value of *key*, or about the whole where *key* is empty."""
        return flaw(self.place((*self.path, key) if key else self.path), message, fix)

    def text(self, key: str) -> str:
        """Return the tidy text of *key*, empty if it has none."""
        value = self.value.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.flaw(key, say("{key} is not a text", key=key))
        return tidy(value)

    def need(self, key: str) -> str:
        """Return the text of *key*, or raise if it has none."""
        text = self.text(key)
        if not text:
            raise self.flaw(key, say("{key} is missing", key=key))
        return text

    def flag(self, key: str) -> bool:
        """Return whether *key* is true."""
        value = self.value.get(key)
        if value in (True, "true", "True"):
            return True
        if value in (None, False, "", "false", "False"):
            return False
        raise self.flaw(key, say("{key} is neither true nor false", key=key))

    def part(self, key: str) -> "Part | None":
        """Return the group of keys under *key*, None if there is none."""
        value = self.value.get(key)
        if value is None:
            return None
        return self._part(value, key)

    def parts(self, key: str) -> Iterator["Part"]:
        """Yield the groups of keys that *key* lists."""
        value = self.value.get(key)
        if value is None:
            return
        if not isinstance(value, list):
            raise self.flaw(key, say("{key} is not a list", key=key))
        for n, one in enumerate(value):
            yield self._part(one, key, n)

    def texts(self, key: str) -> Iterator[str]:
        """Yield the texts that *key* lists."""
        value = self.value.get(key)
        if value is None:
            return
        if not isinstance(value, list):
            raise self.flaw(key, say("{key} is not a list", key=key))
        for one in value:
            if not isinstance(one, str):
                raise self.flaw(key, say("{key} is not a list of texts", key=key))
            yield tidy(one)

    def others(self, *known: str) -> Iterator[tuple[str, int]]:
        """Yield the keys besides *known* that hold something, and how many things."""
        for key, value in self.value.items():
            if key not in known and value not in (None, "", [], {}):
                yield key, len(value) if isinstance(value, list | dict) else 1

    def _part(self, value: object, key: str, *rest: int) -> "Part":
        if not isinstance(value, dict):
            place = self.place((*self.path, key, *rest))
            raise flaw(place, say("{key} is not a group of keys", key=key))
        return Part(value, (*self.path, key, *rest), self.place)
