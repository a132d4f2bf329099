"""One pass over the events of libyaml: plain data, every scalar a text, every key with its place.

What YAML can do beyond plain data is refused, for the reasons measured in `reliability.md` §3:
anchors, aliases, tags, merge keys, directives, a second document, duplicate keys, deep nesting.
"""

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml
from yaml._yaml import CParser

from qmtool.model.text import Text, say

MAX_DEPTH = 10
MAX_NODES = 2_000
MAX_SHOWN = 100

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_NUMBER = re.compile(r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_BREAK = re.compile("[\x85\u2028\u2029]")

Path = tuple[str | int, ...]


class YamlFault(NamedTuple):
    """What is wrong with a YAML text, and where (from 1)."""

    line: int
    column: int
    message: Text
    fix: Text | None = None


@dataclass
class YamlText:
    """The data of a YAML text, the place of each key and item, and what is wrong with it.

    *data* is None when nothing could be read. *cut* holds the paths of the plain scalars that a
    comment follows on the same line: the author may have meant the `#` as text.
    """

    data: Any = None
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    faults: list[YamlFault] = field(default_factory=list)
    cut: set[Path] = field(default_factory=set)

    def place(self, path: Path) -> tuple[int, int]:
        """Return where *path* stands, or the nearest place above it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))


class _Stop(Exception):
    """Reading further would only repeat the fault."""


class _Level:
    """A mapping or sequence being read."""

    __slots__ = ("container", "key", "path")

    def __init__(self, container: dict[str, Any] | list[Any], path: Path) -> None:
        self.container = container
        self.path = path
        self.key: str | None = None


class _Reader:
    """The state of one pass over the events of a text."""

    def __init__(self, text: str, first_line: int, max_nodes: int) -> None:
        self.lines = text.split("\n")
        self.first_line = first_line
        self.max_nodes = max_nodes
        self.result = YamlText()
        self.levels: list[_Level] = []
        self.nodes = 0
        self.documents = 0

    def fault(self, mark: Any, message: Text, fix: Text | None = None) -> None:
        """Note a fault at *mark*, whose line and column count from 0.

        Of a text that ends too early without a line end, libyaml names the line after the last.
        """
        line, column = (mark.line, mark.column) if mark else (0, 0)
        if line >= len(self.lines):
            line = len(self.lines) - 1
            column = len(self.lines[line])
        self.result.faults.append(YamlFault(line + self.first_line, column + 1, message, fix))

    def read(self, parser: Any) -> None:
        """Take every event of *parser*."""
        handlers = {
            yaml.ScalarEvent: self.scalar,
            yaml.MappingStartEvent: self.opening,
            yaml.SequenceStartEvent: self.opening,
            yaml.MappingEndEvent: self.closing,
            yaml.SequenceEndEvent: self.closing,
            yaml.AliasEvent: self.alias,
            yaml.DocumentStartEvent: self.document,
        }
        while True:
            event = parser.get_event()
            if event is None:
                return
            handler = handlers.get(type(event))
            if handler is not None:
                handler(event)

    def document(self, event: Any) -> None:
        """Refuse directives and a second document."""
        self.documents += 1
        if event.version or event.tags:
            self.fault(
                event.start_mark,
                say("YAML directives (%) are not allowed"),
                say("Remove the line that begins with %."),
            )
        if self.documents > 1:
            self.fault(
                event.start_mark,
                say("a second YAML document begins here"),
                say("Keep one block of keys only."),
            )
            raise _Stop

    def alias(self, event: Any) -> None:
        """Refuse an alias: nothing that follows it can be trusted."""
        self.fault(
            event.start_mark,
            say("the alias *{name} is not allowed", name=event.anchor),
            say("Write the value out in full."),
        )
        raise _Stop

    def opening(self, event: Any) -> None:
        """Enter a mapping or a sequence."""
        self.common(event)
        if len(self.levels) >= MAX_DEPTH:
            self.fault(
                event.start_mark, say("nested more than {limit} levels deep", limit=MAX_DEPTH)
            )
            raise _Stop
        container: dict[str, Any] | list[Any] = (
            {} if isinstance(event, yaml.MappingStartEvent) else []
        )
        path = self.add(container, event)
        self.levels.append(_Level(container, path))

    def closing(self, _event: Any) -> None:
        """Leave a mapping or a sequence."""
        self.levels.pop()

    def scalar(self, event: Any) -> None:
        """Take a scalar as a text, or as None when it is a plain null."""
        self.common(event)
        value: str | None = event.value
        unsafe = None if event.value.isprintable() else _UNSAFE.search(event.value)
        if unsafe:
            self.fault(
                event.start_mark,
                say("the value holds the control character U+{code}", code=f"{ord(unsafe[0]):04X}"),
                say("Remove the character."),
            )
            value = _UNSAFE.sub("", event.value)
        plain = event.style is None or event.style == ""
        level = self.levels[-1] if self.levels else None
        if level and isinstance(level.container, dict) and level.key is None:
            self.key(level, event, plain)
            return
        if plain and value in _NULLS:
            value = None
        path = self.add(value, event)
        if plain and value is not None and self.comment_follows(event.end_mark):
            self.result.cut.add(path)

    def key(self, level: _Level, event: Any, plain: bool) -> None:
        """Take a scalar as the next key of *level*."""
        name: str = event.value
        assert isinstance(level.container, dict)
        if name == "<<" and plain:
            self.fault(
                event.start_mark,
                say("the merge key << is not allowed"),
                say("Write the keys out in full."),
            )
            raise _Stop
        if plain and (name in _NULLS or _NUMBER.fullmatch(name)):
            self.fault(
                event.start_mark,
                say("the key {key} is not a word", key=name or "''"),
                say("Give the key a name, or put it in quotes."),
            )
        path = (*level.path, name)
        if name in level.container:
            first = self.result.places[path][0]
            self.fault(
                event.start_mark,
                say("the key {key} stands twice: line {first} and here", key=name, first=first),
                say("Keep one of the two lines."),
            )
        else:
            self.result.places[path] = self.where(event)
        level.key = name

    def where(self, event: Any) -> tuple[int, int]:
        """Return the place of *event*, from 1."""
        return event.start_mark.line + self.first_line, event.start_mark.column + 1

    def common(self, event: Any) -> None:
        """Check what every node may carry, and count the nodes."""
        self.nodes += 1
        if self.nodes > self.max_nodes:
            self.fault(event.start_mark, say("more than {limit} values", limit=self.max_nodes))
            raise _Stop
        if event.anchor:
            self.fault(
                event.start_mark,
                say("the anchor &{name} is not allowed", name=event.anchor),
                say("Write the value out where it is needed."),
            )
        if event.tag:
            self.fault(
                event.start_mark,
                say("the tag {tag} is not allowed", tag=event.tag),
                say("Remove the tag; qm knows the type of each key."),
            )

    def add(self, value: Any, event: Any) -> Path:
        """Put *value* where the reading stands, and return its path."""
        if not self.levels:
            self.result.data = value
            return ()
        level = self.levels[-1]
        path: Path
        if isinstance(level.container, list):
            path = (*level.path, len(level.container))
            level.container.append(value)
            self.result.places[path] = self.where(event)
            return path
        if level.key is None:
            self.fault(
                event.start_mark,
                say("a list or a group of keys cannot be a key"),
                say("Give the key a name."),
            )
            raise _Stop
        path = (*level.path, level.key)
        level.container.setdefault(level.key, value)
        level.key = None
        return path

    def comment_follows(self, mark: Any) -> bool:
        """Return whether a comment stands after *mark* on its line."""
        line = self.lines[mark.line] if mark.line < len(self.lines) else ""
        return line[mark.column :].lstrip(" \t").startswith("#")


def read_yaml(text: str, first_line: int = 1, max_nodes: int = MAX_NODES) -> YamlText:
    """Return the data of *text*, whose first line is line *first_line* of its file."""
    reader = _Reader(text, first_line, max_nodes)
    if not text.isascii() and _refuse_break(reader, text):
        return reader.result
    parser = CParser(text)
    try:
        reader.read(parser)
    except _Stop:
        pass
    except yaml.MarkedYAMLError as error:
        _explain(reader, error)
    except (yaml.YAMLError, UnicodeEncodeError):
        reader.fault(None, say("the text cannot be read as YAML"))
    finally:
        parser.dispose()
    return reader.result


def _refuse_break(reader: _Reader, text: str) -> bool:
    """Note the first line break that libyaml counts and no editor does; return whether any is."""
    found = _BREAK.search(text)
    if found is None:
        return False
    before = text[: found.start()]
    reader.result.faults.append(
        YamlFault(
            reader.first_line + before.count("\n"),
            len(before) - before.rfind("\n"),
            say("the line holds the invisible line break U+{code}", code=f"{ord(found[0]):04X}"),
            say("Remove the character."),
        )
    )
    return True


def _in_quotes(line: str) -> str:
    """Return the key and value of *line* with the value in quotes, as advice can show it."""
    key, _, value = line.partition(":")
    value = value.strip()
    value = value if len(value) <= MAX_SHOWN else value[:MAX_SHOWN] + "…"
    quote = "'" if '"' in value or "\\" in value else '"'
    return f"{key[:MAX_SHOWN]}: {quote}{value.replace(quote, quote * 2)}{quote}"


def _explain(reader: _Reader, error: yaml.MarkedYAMLError) -> None:
    """Note *error* of libyaml in words that say how to mend it."""
    mark = error.problem_mark or error.context_mark
    problem = error.problem or ""
    line = reader.lines[mark.line] if mark and mark.line < len(reader.lines) else ""
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent or "'\\t'" in problem:
        reader.fault(
            mark, say("a tab indents this line"), say("Use spaces to indent, never a tab.")
        )
    elif "mapping values are not allowed" in problem:
        reader.fault(
            mark,
            say("a value holds a colon outside quotes"),
            say("Put the value in quotes: {line}", line=_in_quotes(line)),
        )
    elif "cannot start any token" in problem:
        column = mark.column if mark else 0
        reader.fault(
            mark,
            say("a value begins with the character {char}", char=line[column : column + 1]),
            say("Put the value in quotes: {line}", line=_in_quotes(line)),
        )
    else:
        reader.fault(
            mark,
            say("the text cannot be read as YAML ({problem})", problem=problem or "syntax"),
            say("Compare the line with the ones around it: indentation, quotes, brackets."),
        )
