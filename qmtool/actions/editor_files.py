"""`qm ci init editor`: what lets VS Code complete and check the files of a quality system.

Its YAML extension takes the schemas. For the front matter of Markdown no extension does
(redhat-developer/vscode-yaml#207): snippets, which need none, write it and the marks of `qm`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from qmtool.actions.ci_files import File
from qmtool.errors import Refused
from qmtool.model.kind import Kind, front_matter_schema
from qmtool.model.settings import Settings
from qmtool.model.text import say
from qmtool.repository.editor_schema import for_editors
from qmtool.repository.library import Library
from qmtool.repository.schema import load_schema

FOLDER = ".vscode"
SCHEMAS = f"{FOLDER}/qm"
EXTENSION = "redhat.vscode-yaml"

_GLOBS: Mapping[str, tuple[str, ...]] = {
    "settings": ("qm.yaml",),
    "adopt": ("adopt.yaml",),
    "kind": ("templates/*/kind.yaml",),
    "referential": ("referentials/*/referential.yaml",),
    "crosswalk": ("referentials/_crosswalks/*.yaml",),
}
_CHAPTERS = tuple(
    f"referentials/*/{word}*.yaml" for word in ("annex", "article", "axis", "chapter", "clause")
)
_NAME = re.compile(r"[\w.-]+")
_TODAY = "${CURRENT_YEAR}-${CURRENT_MONTH}-${CURRENT_DATE}"

Json = dict[str, Any]


def editor_files(
    root: Path, library: Library, settings: Settings, rules: Iterable[str]
) -> list[File]:
    """Return the files of VS Code for the repository at *root*; what is there is completed."""
    schemas = {name: load_schema(name) for name in (*_GLOBS, "chapter")}
    schemas["front-matter"] = front_matter_schema(None)
    snippets = dict(_snippets(library, settings, sorted(rules)))
    return [
        _merged(root / FOLDER / "settings.json", wanted_settings(library)),
        _merged(root / FOLDER / "extensions.json", {"recommendations": [EXTENSION]}),
        File(root / FOLDER / "qm.code-snippets", _text(snippets)),
        *(
            File(root / SCHEMAS / f"{name}.schema.json", _text(for_editors(schema)))
            for name, schema in schemas.items()
        ),
    ]


def wanted_settings(library: Library) -> Json:
    """Return what the settings of VS Code are to hold: which schema is for which files."""
    globs = {**_GLOBS, "chapter": (*_CHAPTERS, *_own_chapters(library))}
    return {
        "yaml.schemas": {
            f"./{SCHEMAS}/{name}.schema.json": list(patterns) for name, patterns in globs.items()
        }
    }


def _own_chapters(library: Library) -> list[str]:
    """Return the chapters of the centre that no pattern finds: their names are free."""
    known = re.compile(r"referentials/[^/]+/(annex|article|axis|chapter|clause)[^/]*\.yaml")
    return sorted(
        path
        for path in library.files
        if re.fullmatch(r"referentials/[^_/][^/]*/[^/]+\.yaml", path)
        and not path.endswith("/referential.yaml")
        and not known.fullmatch(path)
    )


def _merged(path: Path, wanted: Json) -> File:
    """Return the file at *path* with what is *wanted* besides what it holds already."""
    before = path.read_bytes() if path.is_file() else None
    if before is None:
        return File(path, _text(wanted))
    present = _strictly(before)
    if present is None or not _fits(present, wanted):
        raise Refused(
            say(
                "{path} holds comments or something else that qm would lose; add to it by hand "
                "what follows",
                path=f"{FOLDER}/{path.name}",
            )
        )
    indent = re.search(rb"^([ \t]+)\"", before, re.MULTILINE)
    complete = _completed(present, wanted)
    if complete == present:
        return File(path, before.decode(), before=before)
    return File(path, _text(complete, indent[1].decode() if indent else "  "), before=before)


def _strictly(data: bytes) -> Json | None:
    """Return the object that *data* holds, None unless writing it again would lose nothing."""
    repeated = False

    def pairs(found: list[tuple[str, Any]]) -> Json:
        nonlocal repeated
        repeated |= len(dict(found)) < len(found)
        return dict(found)

    try:
        value = json.loads(data.decode(), object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and not repeated else None


def _fits(present: Json, wanted: Json) -> bool:
    """Return whether what is *wanted* can be added where *present* has something of its name."""
    for key, value in wanted.items():
        there = present.get(key, value)
        if isinstance(value, dict):
            if not isinstance(there, dict) or not _fits(there, value):
                return False
        elif not isinstance(there, list | str):
            return False
    return True


def _completed(present: Json, wanted: Json) -> Json:
    """Return *present* with the keys and the list items of *wanted* that it lacks."""
    found = dict(present)
    for key, value in wanted.items():
        there = found.get(key)
        if there is None:
            found[key] = value
        elif isinstance(value, dict):
            found[key] = _completed(there, value)
        else:
            kept = [there] if isinstance(there, str) else list(there)
            missing = [one for one in value if one not in kept]
            found[key] = [*kept, *missing] if missing else there
    return found


def _text(value: Json, indent: str = "  ") -> str:
    return json.dumps(value, indent=indent, ensure_ascii=False) + "\n"


def _snippets(
    library: Library, settings: Settings, rules: Sequence[str]
) -> Iterator[tuple[str, Json]]:
    """Yield the snippets: the front matter of each kind, and the two marks in a text."""
    people = [one.identifier for one in settings.policy.people]
    for name, kind in sorted(library.kinds.items()):
        label = kind.label.of(settings.language)
        yield f"qm: {name}", _snippet(f"qm-{name}", label, _front_matter(kind, settings))
    known = settings.adopts or library.referential_ids
    satisfies = f"<!-- qm: satisfies {_choice(1, known)}:${{2}} -->"
    yield "qm: satisfies", _snippet("qm-satisfies", "satisfies", [satisfies])
    until = f"until=${{2:{_TODAY}}} by={_choice(3, people)}"
    allow = f'<!-- qm: allow {_choice(1, rules)} {until} reason="${{4}}" -->'
    yield "qm: allow", _snippet("qm-allow", "allow", [allow])


def _snippet(prefix: str, description: str, body: Sequence[str]) -> Json:
    return {"scope": "markdown", "prefix": prefix, "description": description, "body": list(body)}


def _front_matter(kind: Kind, settings: Settings) -> list[str]:
    """Return the front matter of a document of *kind*, with a stop at each value."""
    people = [one.identifier for one in settings.policy.people]
    processes = [one.identifier for one in settings.processes]
    values = ["id: ${1:ID}", 'title: "${2}"', f"kind: {kind.name}"]
    values += [f"process: {_choice(3, processes)}"] if processes else []
    values += [f"owner: {_choice(4, people)}"] if kind.controlled else [f"date: {_TODAY}"]
    values += [f"status: {_choice(5, kind.states)}"] if kind.states else []
    values += [
        f"{name}: {_choice(stop, declared.get('values', ()))}"
        for stop, (name, declared) in enumerate(kind.fields.items(), 6)
    ]
    return ["---", *values, "---", "", "${0}"]


def _choice(stop: int, names: Iterable[str]) -> str:
    """Return the stop of a snippet that proposes *names*, those that need no escaping."""
    plain = [name for name in names if _NAME.fullmatch(name)]
    return f"${{{stop}|{','.join(plain)}|}}" if plain else f"${{{stop}}}"
