"""`adopt.yaml`: the rules by which an existing repository becomes a quality system.

`propose` looks at the files and guesses rules that a person corrects; nothing of it is hidden in
the code of the second step, which follows the file.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from qmtool.actions.yaml_text import flow, row, scalar
from qmtool.model.text import Text, say
from qmtool.model.version import looks_like_version
from qmtool.repository import front_matter
from qmtool.repository.data_files import DataFiles
from qmtool.repository.globs import is_document
from qmtool.repository.library import read_shipped
from qmtool.repository.markdown import parse_body
from qmtool.repository.text import decode
from qmtool.repository.yaml_events import read_yaml

FILE = "adopt.yaml"

_CODE = re.compile(r"([A-Za-z][A-Za-z-]*)[0-9]+")
_MARK = re.compile(r"\[([^\]:\s]{1,40}):[^\]]*\]")


@dataclass(frozen=True)
class Rule:
    """What becomes of the files whose names start alike."""

    starts: str
    kind: str
    version_keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class AdoptRules:
    """The whole of `adopt.yaml`."""

    documents: tuple[str, ...]
    ignore: tuple[str, ...]
    people: tuple[Mapping[str, Any], ...]
    markers: Mapping[str, str]
    rules: tuple[Rule, ...]
    files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    undecided: tuple[str, ...] = ()

    def rule_for(self, path: str) -> Rule | None:
        """Return the first rule whose beginning is that of the file name of *path*."""
        name = path.rpartition("/")[2]
        return next((rule for rule in self.rules if name.startswith(rule.starts)), None)

    def covers(self, path: str) -> bool:
        """Return whether *path* is one of the documents."""
        return is_document(path, self.documents, self.ignore)


@dataclass(frozen=True)
class OldFile:
    """A Markdown file as it stands before the adoption."""

    path: str
    text: str
    block: str | None
    keys: Mapping[str, str]
    title: str
    marks: tuple[str, ...]

    @property
    def file_name(self) -> str:
        """Return its name without the folders."""
        return self.path.rpartition("/")[2]


@cache
def guesses() -> Mapping[str, Any]:
    """Return the shipped guesses: kinds by word and by prefix, names of usual keys."""
    return read_shipped("templates", "_adopt/prefixes.yaml")


def look_at(path: str, data: bytes) -> OldFile | Text:
    """Return what can be told of the file at *path*, or why it cannot be read."""
    decoded = decode(data)
    serious = [one for one in decoded.faults if one.rule in ("unreadable-file", "merge-conflict")]
    if decoded.text is None or serious:
        return serious[0].message if serious else say("the file cannot be read")
    cut = front_matter.split(decoded.text, lenient=True)
    if cut.block is None and cut.rule == "unreadable-front-matter" and cut.fault:
        return cut.fault.message
    read = read_yaml(cut.block or "")
    keys = read.data if isinstance(read.data, dict) and not read.faults else {}
    body = parse_body(cut.body, cut.body_line)
    marks = [found[1] for one in body.comments if (found := _MARK.fullmatch(one.text))]
    title = next((one.text for one in body.headings if one.text), "")
    texts = {key: value for key, value in keys.items() if isinstance(value, str)}
    return OldFile(path, decoded.text, cut.block, texts, title, tuple(marks))


def leading_code(file_name: str) -> tuple[str, str]:
    """Return the prefix and the whole of the code a file name begins with: `PR-`, `PR-013`."""
    found = _CODE.match(file_name)
    if not found or file_name[found.end() : found.end() + 1] not in ("-", "_", " ", "."):
        return "", ""
    return found[1], found[0]


def propose(
    files: Sequence[OldFile], people: Mapping[str, Any], known: Iterable[str]
) -> AdoptRules:
    """Return the rules that fit *files*, adopted by *people*; *known* are the referentials."""
    ignore = tuple(
        sorted({one.file_name for one in files if one.file_name in guesses()["not_documents"]})
    )
    kept = [one for one in files if one.file_name not in ignore]
    groups: dict[str, list[OldFile]] = defaultdict(list)
    for one in kept:
        groups[leading_code(one.file_name)[0]].append(one)
    groups.pop("", None)
    shared = _shared_keys(groups)
    rules = []
    for starts, group in sorted(groups.items(), key=lambda item: (-len(item[0]), item[0])):
        keys = _version_keys(group, shared)
        kind = _kind(starts, keys)
        if kind:
            rules.append(Rule(starts, kind, keys))
    flat = all("/" not in one.path for one in files)
    found = AdoptRules(
        documents=("*.md",) if flat else ("**/*.md",),
        ignore=ignore,
        people=(people,),
        markers=_markers(kept, tuple(known)),
        rules=tuple(rules),
    )
    undecided = tuple(one.path for one in kept if found.rule_for(one.path) is None)
    return replace(found, undecided=undecided)


def _stem(key: str) -> str:
    return key.lower().removesuffix("_version").removesuffix("-version")


def _holds_version(one: OldFile, key: str) -> bool:
    return "version" in key.lower() and looks_like_version(one.keys.get(key, ""))


def _shared_keys(groups: Mapping[str, Sequence[OldFile]]) -> set[str]:
    """Return the version keys that every group with versions carries.

    Where a group has a key of its own besides, such a key is the version of the whole system.
    """
    if len(groups) < 2:
        return set()
    by_group = [
        {key for one in group for key in one.keys if _holds_version(one, key)}
        for group in groups.values()
    ]
    return set.intersection(*[keys for keys in by_group if keys] or [set()])


def _version_keys(group: Sequence[OldFile], shared: set[str]) -> tuple[str, ...]:
    """Return the keys that hold the version of the files of *group*, the likeliest first.

    A key whose neighbour `<stem>_id` names the file itself comes first; then those most used.
    """
    counts = Counter(key for one in group for key in one.keys if _holds_version(one, key))
    names_itself = Counter(
        key
        for one in group
        for key in counts
        if _code_of(one.keys.get(f"{_stem(key)}_id", ""))
        == _code_of(leading_code(one.file_name)[1])
        != ""
    )
    keys = [key for key in counts if key not in shared] or list(counts)
    return tuple(sorted(keys, key=lambda key: (-names_itself[key], -counts[key], key)))


def _code_of(text: str) -> str:
    """Return *text* with letters and digits only: `CSC F.001` and `CSC-F-001` are one code."""
    return "".join(char for char in text.upper() if char.isalnum())


def _kind(starts: str, version_keys: Iterable[str]) -> str:
    """Return the kind of the files that start so: by a word they use themselves, else by prefix."""
    words, prefixes = guesses()["words"], guesses()["prefixes"]
    own = next((words[_stem(key)] for key in version_keys if _stem(key) in words), "")
    parts = [part.upper() for part in starts.split("-") if part]
    return own or next((prefixes[part] for part in parts if part in prefixes), "")


def _markers(files: Iterable[OldFile], known: Sequence[str]) -> dict[str, str]:
    """Return the words of marks that exactly one known referential contains."""
    words = sorted({word for one in files for word in one.marks})
    found = {word: [name for name in known if word.lower() in name] for word in words}
    return {word: names[0] for word, names in found.items() if len(names) == 1}


def write(rules: AdoptRules, reasons: Mapping[str, Text]) -> str:
    """Return the text of `adopt.yaml`; *reasons* says why a file is undecided."""
    lines = [
        "# How qm will adopt this repository. Correct what is wrong, then type qm adopt again.",
        "adopt: 1",
        f"documents: {flow(rules.documents)}",
        f"ignore: {flow(rules.ignore)}",
        "people:",
        *(f"  - {row(person)}" for person in rules.people),
        "# The word of marks such as <!-- [13485:4.2.4] -->, and the referential it means.",
        mapping("markers", rules.markers),
        "# The first rule whose beginning is that of the file name counts.",
        "rules:" if rules.rules else "rules: []",
        *(_rule_line(rule) for rule in rules.rules),
        "# What the rules cannot know: id, title, kind, process, version, date, approver, by path.",
        "files: {}",
        "# Left alone, since no rule fits: add a rule or an entry in files, or rename the file.",
        "undecided:" if rules.undecided else "undecided: []",
        *(
            f"  - {scalar(path)}" + (f"    # {reasons[path]}" if path in reasons else "")
            for path in rules.undecided
        ),
    ]
    return "\n".join(lines) + "\n"


def _rule_line(rule: Rule) -> str:
    pairs: dict[str, str | Iterable[str]] = {"starts": rule.starts, "kind": rule.kind}
    if rule.version_keys:
        pairs["version_keys"] = rule.version_keys
    return f"  - {row(pairs)}"


def mapping(key: str, pairs: Mapping[str, str]) -> str:
    """Return the line of a *key* whose value is a flow mapping."""
    inner = ", ".join(f"{json.dumps(name)}: {scalar(value)}" for name, value in pairs.items())
    return f"{key}: {{{inner}}}"


def read(data: bytes, files: DataFiles) -> AdoptRules:
    """Return the rules of the bytes of `adopt.yaml`, or raise SettingsError."""
    value = files.read(data, "adopt", FILE)
    return AdoptRules(
        documents=tuple(value.get("documents", ("**/*.md",))),
        ignore=tuple(value.get("ignore", ())),
        people=tuple(value["people"]),
        markers=value.get("markers", {}),
        rules=tuple(
            Rule(one["starts"], one["kind"], tuple(one.get("version_keys", ())))
            for one in value.get("rules", ())
        ),
        files=value.get("files", {}),
        undecided=tuple(value.get("undecided", ())),
    )
