"""From the bytes of a document to a record: plain data that a cache can keep.

A record depends on the bytes and the kinds only, so that it is cached by blob id.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from qmtool.model.calendar import parse_day
from qmtool.model.diagnostic import Fault
from qmtool.model.digits import pieces_of
from qmtool.model.document import (
    HISTORY,
    WHOLE,
    HistoryRow,
    OnPaper,
    halves,
    pack_history,
    pack_values,
)
from qmtool.model.kind import Kind, field_schema, front_matter_schema
from qmtool.model.outline import Outline, pack_outline
from qmtool.model.text import say
from qmtool.model.workflow import is_done, names_in
from qmtool.repository import front_matter
from qmtool.repository.markdown import Body, parse_body
from qmtool.repository.marks import Marks, read_marks
from qmtool.repository.product_faults import product_faults
from qmtool.repository.record import Packed, Parsed, build, pack_fault
from qmtool.repository.schema import Flaw, Validator, surely_fits, typed
from qmtool.repository.text import decode
from qmtool.repository.traces import answers_in, codes_in, digest_of
from qmtool.repository.vocabulary import uses_in
from qmtool.repository.yaml_events import YamlText, read_yaml

_OF_HEALTH = (b"Sv", b"apte", b"unfit")
"""Without one of these, a text tells neither a dose nor the fitness of a person."""

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060"
_TEXT_KEYS = frozenset({"title", "summary", "reason", "name"})
_FIELDS = {"id": "identifier"}
_RULE_OF_KEYWORD = {"required": "missing-key", "additionalProperties": "unknown-key"}


class Parser:
    """Parses documents of a set of kinds."""

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self.kinds = kinds
        self._validators: dict[str, Validator] = {}

    def parse(self, data: bytes) -> Parsed:
        """Return what the bytes of one document hold, as plain data."""
        decoded = decode(data)
        faults = list(decoded.faults)
        if decoded.text is None:
            return {"faults": [pack_fault(fault) for fault in faults]}
        cut = front_matter.split(decoded.text)
        blocks = list(front_matter.blocks(decoded.text))
        parsed: Parsed = {"digest": front_matter.digest(decoded.text, blocks)}
        if cut.fault is not None:
            faults.append(Fault(cut.rule, *cut.fault))
        if cut.block is not None:
            faults += self._front_matter(cut.block, blocks, parsed)
        pieces = list(pieces_of(data))
        if pieces:
            # Its patterns are costly to compile, and many texts hold no number.
            from qmtool.repository.identity_faults import identity_faults

            faults += identity_faults(data, pieces)
        body = parse_body(cut.body, cut.body_line)
        faults += [Fault("lost-content", *fault) for fault in body.faults]
        marks = read_marks(body, decoded.text.count("\n") + 1)
        faults += marks.faults
        _keep_body(parsed, body, marks)
        self._keep_traces(parsed, body, marks, cut, data)
        if any(word in data for word in _OF_HEALTH):
            from qmtool.model.staff_health import statements_in  # costly, and few texts need it

            statements = statements_in(data, has_digits=bool(pieces))
            parsed["health"] = [tuple(one) for one in statements]
        wording = uses_in(parsed, body.headings, decoded.text)
        parsed["wording"] = [tuple(one) for one in wording]
        parsed["faults"] = [pack_fault(fault) for fault in faults]
        places = parsed.pop("key_places", {})
        outline = Outline(tuple(body.headings), tuple(body.links), places)
        anchors = frozenset(parsed["anchor_lines"].split("\n"))
        parsed["outline"], parsed["aims"] = pack_outline(outline, anchors)
        return {name: value for name, value in parsed.items() if value}

    def _front_matter(
        self, block: str, seen: Sequence[front_matter.Block], parsed: Parsed
    ) -> list[Fault]:
        """Put the keys of *block*, *seen* by their lines, into *parsed*; return what is wrong."""
        if len(block.encode()) > front_matter.MAX_FRONT_MATTER:
            limit = front_matter.MAX_FRONT_MATTER
            message = say("the front matter is longer than {limit} bytes", limit=limit)
            return [Fault("unreadable-front-matter", 1, 1, message)]
        read = read_yaml(block, first_line=2)
        faults = [Fault("unreadable-front-matter", *fault) for fault in read.faults]
        if not faults:
            faults += _off_margin(seen, read)
        if read.data is None and not faults:
            read.data = {}
        if not isinstance(read.data, dict):
            if not faults:
                message = say("the front matter is not made of keys")
                fix = say("Write one `key: value` a line.")
                faults.append(Fault("unreadable-front-matter", 2, 1, message, fix))
            return faults
        name = read.data.get("kind")
        kind = self.kinds.get(name) if isinstance(name, str) else None
        schema, validator = self._validator(kind)
        data = typed(read.data, schema)
        for flaw in validator.flaws(data):
            # A fault that stops the reading hides the keys below it: they are not missing.
            if flaw.keyword != "required" or not read.faults:
                faults.append(_fault_of(flaw, read))
        faults += _cut_texts(read, kind)
        faults += _invisible(read)
        faults += _undated(data, read)
        _keep_keys(parsed, data, read, kind)
        if kind is not None:
            faults += product_faults(data, kind, parsed["key_places"])
        if kind is not None and kind.steps:
            faults += _of_steps(parsed, kind)
        return faults

    def _keep_traces(
        self, parsed: Parsed, body: Body, marks: Marks, cut: front_matter.Split, data: bytes
    ) -> None:
        """Keep what tells that other documents name this one, or say the same."""
        parsed["codes"] = codes_in(
            data, [link.target for link in body.links], parsed.get("identifier", "")
        )
        answers = answers_in(body, cut.body_line, [mark.line for mark in marks.naming])
        if any(one[2] < cut.body_line for one in parsed["declarations"]):
            answers[WHOLE] = digest_of(cut.body)
        if any(answers.values()):
            parsed["answers"] = answers

    def _validator(self, kind: Kind | None) -> tuple[dict[str, Any], Validator]:
        name = kind.name if kind else ""
        if name not in self._validators:
            self._validators[name] = Validator(front_matter_schema(kind))
        validator = self._validators[name]
        return dict(validator.schema), validator


def _off_margin(seen: Sequence[front_matter.Block], read: YamlText) -> list[Fault]:
    """Return the fault of a line that YAML and a patch of bytes would not read as the same key.

    The digest leaves out the blocks of some keys, by their lines: a line that only looks like such
    a key, in the middle of a value, could be changed after the release without a trace.
    """
    lines = {(key, first + 1) for key, first, _ in seen}
    keys = {(str(path[0]), place[0]) for path, place in read.places.items() if len(path) == 1}
    if lines == keys or not isinstance(read.data, dict):
        return []
    line = min(line for _, line in lines ^ keys)
    message = say("a key does not stand at the beginning of its line, or a value goes on there")
    fix = say("Begin each key at the margin, as key: value, and indent what belongs to it.")
    return [Fault("unreadable-front-matter", line, 1, message, fix)]


def _of_steps(parsed: Parsed, kind: Kind) -> list[Fault]:
    """Return what the steps of the record that gave *parsed* lack or skip."""
    from qmtool.repository.step_faults import step_faults  # few documents are records with steps

    fields = {name: one for name, one in parsed.items() if one and name != "key_places"}
    outline, _ = pack_outline(Outline(keys=parsed["key_places"]), ())
    document = build("", {**fields, "outline": outline}, {})
    parsed["is_done"] = is_done(document, kind)
    return list(step_faults(document, kind))


def _fault_of(flaw: Flaw, read: YamlText) -> Fault:
    rule = _RULE_OF_KEYWORD.get(flaw.keyword, "invalid-value")
    line, column = read.place(flaw.path)
    return Fault(rule, line, column, flaw.message, flaw.fix)


def _cut_texts(read: YamlText, kind: Kind | None) -> list[Fault]:
    """Return the faults of texts that end at a ` #` their author may have meant as text."""
    fields = kind.fields if kind else {}
    texts = _TEXT_KEYS | {name for name, one in fields.items() if one.get("type") == "text"}
    return [
        Fault(
            "truncated-text",
            *read.place(path),
            say("the text after # would be lost from {key}", key=str(path[-1])),
            say("Put the whole value in quotes."),
        )
        for path in sorted(read.cut, key=str)
        if path[-1] in texts and path[0] != "extra"
    ]


def _undated(data: Mapping[str, Any], read: YamlText) -> list[Fault]:
    """Return the faults of releases without a day; an adopted one keeps its date as found."""
    return [
        Fault(
            "invalid-value",
            *read.place(("history", number, "date")),
            say("the date of version {version} is not a day", version=str(row.get("version"))),
            say("Write the day as YYYY-MM-DD, for instance 2026-03-02."),
        )
        for number, row in enumerate(_rows(data.get("history")))
        if row.get("version") and row.get("origin") != "adopted"
        if not parse_day(str(row.get("date")))
    ]


def _invisible(read: YamlText) -> list[Fault]:
    """Return the faults of invisible characters in the id and the title."""
    faults = []
    for key in ("id", "title"):
        value = read.data.get(key)
        found = (
            next((char for char in value if char in _INVISIBLE), "")
            if isinstance(value, str)
            else ""
        )
        if found:
            message = say(
                "{key} holds the invisible character U+{code}", key=key, code=f"{ord(found):04X}"
            )
            fix = say("Type the value again without it.")
            faults.append(Fault("invalid-value", *read.place((key,)), message, fix))
    return faults


def _keep_keys(parsed: Parsed, data: Mapping[str, Any], read: YamlText, kind: Kind | None) -> None:
    """Keep the keys that the model knows, where they are of the right type."""
    for key in ("id", "title", "kind", "process", "owner", "version", "status"):
        if isinstance(data.get(key), str):
            parsed[_FIELDS.get(key, key)] = data[key]
    for key in ("date", "effective", "next_review"):
        if isinstance(data.get(key), str) and parse_day(data[key]):
            parsed[key] = data[key]
    for key in ("sites", "devices", "posts"):
        if key in data:
            parsed[key] = _texts(data[key])
    parsed["key_places"] = {
        str(path[0]): place for path, place in read.places.items() if len(path) == 1
    }
    values = {
        name: data[name]
        for name, declared in (kind.fields if kind else {}).items()
        if data.get(name) not in (None, "", []) and surely_fits(data[name], field_schema(declared))
    }
    parsed["values"] = pack_values(values)
    satisfies = data.get("satisfies")
    own = satisfies if isinstance(satisfies, list) else []
    parsed["declarations"] = [
        _declared(value, *read.place(("satisfies", number)))
        for number, value in enumerate(own)
        if isinstance(value, str)
    ]
    place, usual = read.place(("kind",)), kind.satisfies if kind else ()
    parsed["declarations"] += [_declared(one, *place) for one in usual if one not in own]
    history = [
        _history_row(row, read.place(("history", number))[0])
        for number, row in enumerate(_rows(data.get("history")))
    ]
    parsed["history"] = pack_history(history)
    decided = [(HISTORY, one) for one in dict.fromkeys(row.by for row in history) if one]
    parsed["names"] = {
        **(names_in(values, kind) if kind else {}),
        **({HISTORY: decided} if decided else {}),
    }
    parsed["auditors"] = _texts(data.get("auditors"))
    parsed["assessed"] = [
        _assessed(row, read.place(("assessed", number)))
        for number, row in enumerate(_rows(data.get("assessed")))
    ]
    parsed["attachments"] = [
        (str(row.get("file")), str(row.get("sha256") or ""), read.place(("attachments", number))[0])
        for number, row in enumerate(_rows(data.get("attachments")))
        if isinstance(row.get("file"), str)
    ]


def _declared(written: str, line: int, column: int, section: str | None = None) -> Packed:
    """Return the plain form of the `Declaration` that *written* is, there."""
    return (*halves(written), line, column, section, False)


def _rows(value: Any) -> list[Mapping[str, Any]]:
    return (
        [row if isinstance(row, dict) else {} for row in value] if isinstance(value, list) else []
    )


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    listed = value if isinstance(value, list) else ()
    return tuple(item for item in listed if isinstance(item, str))


def _assessed(row: Mapping[str, Any], place: tuple[int, int]) -> Packed:
    """Return the plain form of the `Assessed` that *row* is, with its days as texts."""
    score, closed = row.get("score"), row.get("closed")
    return (
        *halves(str(row.get("requirement", ""))),
        *place,
        str(row.get("grade", "")),
        score if isinstance(score, int) else None,
        str(row.get("site", "")),
        closed if isinstance(closed, str) and parse_day(closed) else None,
    )


def _history_row(row: Mapping[str, Any], line: int) -> HistoryRow:
    """Return *row* of the history, at that *line*: of a record a step, else a decision."""

    def text(key: str) -> str:
        return row[key] if isinstance(row.get(key), str) else ""

    if text("state"):
        return HistoryRow(
            line,
            state=text("state"),
            date=text("date"),
            by=text("by"),
            comment=text("comment"),
        )
    return HistoryRow(
        line,
        version=text("version"),
        date=text("date"),
        effective=text("effective"),
        origin=text("origin"),
        imported=text("imported"),
        authors=_texts(row.get("author")),
        approvers=_texts(row.get("approver")),
        summary=text("summary"),
        digest=text("digest"),
        reviewed=text("reviewed"),
        by=text("by"),
        reviewers=_texts(row.get("reviewer")),
        withdrawn=text("withdrawn"),
        reinstated=text("reinstated"),
        reason=text("reason"),
        successor=text("successor"),
        declared=tuple(
            OnPaper(*(str(one.get(key, "")) for key in OnPaper._fields))
            for one in _rows(row.get("declared"))
        ),
    )


def _keep_body(parsed: Parsed, body: Body, marks: Marks) -> None:
    """Keep what the *body* and its *marks* hold."""
    anchors = [*(heading.anchor for heading in body.headings), *body.anchors]
    parsed["anchor_lines"] = "\n".join(["", *anchors, ""]) if anchors else ""
    parsed["suppressions"] = marks.allowing
    declared = parsed.setdefault("declarations", [])
    for items, line, column, section, word in marks.naming:
        if word:
            short = parsed.setdefault("short", [])
            short += [(word, item, line, column, section, True) for item in items]
        else:
            declared += [_declared(item, line, column, section) for item in items]
    declared.sort(key=lambda one: one[2:4])
