"""The texts of OSCAL: parts with their labels, and the parameters they insert."""

import re
from collections.abc import Iterator

from qmtool.model.text import say
from qmtool.repository.importing.foreign import Part
from qmtool.repository.importing.outline import Tally

_INSERT = re.compile(r"\{\{\s*insert:\s*param,\s*([^\s{}]+)\s*\}\}")
_INDENT = "  "
MAX_NESTED = 20
"""How many parameters may insert one another: real ones do two or three times."""
MAX_SHOWN = 20_000
"""How many characters one parameter may become."""
MAX_INSERTED = 500 * MAX_SHOWN
"""How many all of a catalog may become together."""
_PARAMETER = ("id", "label", "select", "values")


def label(one: Part) -> str:
    """Return the label of a group, control or part that is of no class: the one people read."""
    for prop in one.parts("props"):
        if prop.text("name") == "label" and not prop.text("class"):
            return prop.text("value")
    return ""


class Prose:
    """The texts of a *catalog*, with every parameter shown in its place."""

    def __init__(self, catalog: Part, tally: Tally) -> None:
        self.tally = tally
        self.parameters: dict[str, Part] = {}
        self.inserted: set[str] = set()
        self._known: dict[str, str] = {}
        self._length = 0
        self._collect(catalog)

    def _collect(self, one: Part) -> None:
        """Take the parameters of *one* and of what is within."""
        for parameter in one.parts("params"):
            name = parameter.need("id")
            self.parameters[name] = parameter
            for key, count in parameter.others(*_PARAMETER):
                self.tally.add(say("{key} of parameters", key=key), name, count)
        for key in ("groups", "controls"):
            for inner in one.parts(key):
                self._collect(inner)

    def filled(self, text: str, within: tuple[str, ...] = ()) -> str:
        """Return *text* with what stands for each parameter; *within* are those it is part of."""
        return _INSERT.sub(lambda found: self._shown(found[1], within), text)

    def _shown(self, name: str, within: tuple[str, ...]) -> str:
        """Return the value of the parameter *name*, else what may be chosen, else its label."""
        parameter = self.parameters.get(name)
        if parameter is None or name in within:
            self.tally.add(say("parameters that are inserted and not defined"), name)
            return f"[{name}]"
        if len(within) >= MAX_NESTED:
            raise parameter.flaw(
                "id", say("nested more than {limit} levels deep", limit=MAX_NESTED)
            )
        if name not in self._known:
            self.inserted.add(name)
            self._known[name] = self._meant(parameter, name, (*within, name))
        text = self._known[name]
        self._length += len(text)
        for length, limit in ((len(text), MAX_SHOWN), (self._length, MAX_INSERTED)):
            if length > limit:
                message = say("inserted parameters make more than {limit} characters", limit=limit)
                raise parameter.flaw("id", message)
        return text

    def _meant(self, parameter: Part, name: str, inside: tuple[str, ...]) -> str:
        """Return what *parameter* becomes, with the parameters that it inserts itself."""
        values = [self.filled(one, inside) for one in parameter.texts("values")]
        if values:
            return ", ".join(values)
        select = parameter.part("select")
        choices = [self.filled(one, inside) for one in select.texts("choice")] if select else []
        if select and choices:
            many = select.text("how-many") == "one-or-more"
            kind = "selection, one or more" if many else "selection"
            return f"[{kind}: {'; '.join(choices)}]"
        return f"[{self.filled(parameter.text('label'), inside) or name}]"

    def count_unused(self) -> None:
        """Count the parameters that no text inserts."""
        for name in self.parameters:
            if name not in self.inserted:
                self.tally.add(say("parameters that no text inserts"), name)

    def lines(self, part: Part, depth: int = 0) -> Iterator[str]:
        """Yield the lines of *part* and of the parts within, with their labels, indented."""
        words = [label(part), part.text("title"), part.text("prose")]
        text = self.filled(" ".join(word for word in words if word))
        for line in text.split("\n") if text else ():
            yield f"{_INDENT * depth}{line}" if line else ""
        for inner in part.parts("parts"):
            yield from self.lines(inner, depth + bool(text and label(inner)))

    def count_within(self, part: Part, number: str) -> None:
        """Count what a part whose text is kept says besides."""
        self.count_props_and_links(part, number)
        for key, count in part.others("id", "name", "title", "prose", "props", "links", "parts"):
            self.tally.add(say("{key} of parts", key=key), number, count)
        for inner in part.parts("parts"):
            self.count_within(inner, number)

    def count_props_and_links(self, one: Part, number: str) -> None:
        """Count the properties besides labels, and the links, of *one*."""
        taken = False
        for prop in one.parts("props"):
            if prop.text("name") == "label" and not prop.text("class") and not taken:
                taken = True
                continue
            self.tally.add(say("properties named {name}", name=prop.text("name")), number)
        for link in one.parts("links"):
            relation = link.text("rel") or "–"
            self.tally.add(say("links named {name}", name=relation), number)
