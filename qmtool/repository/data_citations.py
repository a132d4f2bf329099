"""Where the centre's own data files, not its documents, name a referential."""

from collections.abc import Iterator, Mapping
from typing import Any

from qmtool.model.document import halves
from qmtool.model.migration import Answer, Guide, Manual, answer_to
from qmtool.model.text import say
from qmtool.repository.load import Snapshot
from qmtool.repository.settings_file import FILE
from qmtool.repository.validation import MAX_NODES
from qmtool.repository.yaml_events import YamlText, read_yaml


def in_settings(snapshot: Snapshot, guide: Guide) -> Iterator[Manual]:
    """Yield where `qm.yaml` names the old referential."""
    if not snapshot.project.settings.present:
        return
    read = _yaml(snapshot, FILE)
    name = guide.old.identifier
    data: Mapping[str, Any] = read.data
    for n, one in enumerate(data.get("adopts", ())):
        if one == name:
            yield _setting(read, ("adopts", n), name)
    for n, one in enumerate(data.get("exclusions", ())):
        if halves(one["requirement"])[0] == name:
            path = ("exclusions", n, "requirement")
            yield _setting(read, path, one["requirement"], answer_to(one["requirement"], guide))
    for word, one in (data.get("markers") or {}).items():
        if one == name:
            yield _setting(read, ("markers", word), name)
    for n, one in enumerate(data.get("certificates", ())):
        if one["referential"] == name:
            yield _setting(read, ("certificates", n, "referential"), name)


def _setting(
    read: YamlText, path: tuple[str | int, ...], written: str, answer: Answer | None = None
) -> Manual:
    why = say("the centre decides what stands under {key}:", key=path[0])
    return Manual(FILE, *read.place(path), written, why, answer)


def in_kinds(snapshot: Snapshot, guide: Guide) -> Iterator[Manual]:
    """Yield where the centre's own kinds cite the old referential."""
    for name in snapshot.library.own_kinds:
        path = f"templates/{name}/kind.yaml"
        read = _yaml(snapshot, path)
        for n, one in enumerate(read.data.get("satisfies", ())):
            if halves(one)[0] == guide.old.identifier:
                why = say("it holds for every document of the kind")
                place = read.place(("satisfies", n))
                yield Manual(path, *place, one, why, answer_to(one, guide))


def _yaml(snapshot: Snapshot, path: str) -> YamlText:
    """Return the data of a file that was read, by its schema, to load *snapshot*."""
    ((_, data, _fault),) = snapshot.source.read([path])
    text = (data or b"").decode("utf-8-sig").replace("\r\n", "\n")
    return read_yaml(text, max_nodes=MAX_NODES)
