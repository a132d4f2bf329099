"""Read the story of an example: its steps, each with its moment, its person and its defaults.

    defaults:                # what the steps of a kind, or of a kind in a state, have in common
      event: {by: man1, set: {is_esr: false}}
      event.qualified: {by: rq1, after: 2, set: {vigilance: none}}
    steps:
      - {on: 2024-09-02, at: "09:12", by: rq1, commit: "Mise en place", files: ["processes/**"]}
      - {on: 2024-09-16, by: rq1, release: [PO-DIR-001, PR-QUA-001], summary: "Première diffusion"}
      - {on: 2024-10-03, by: man1, log: event, id: EVT-20241003-0A1B, title: "…", set: {place: "…"},
         then: [{state: recorded, set: {type: near_miss}}, {after: 2, state: closed, comment: "…"}]}
      - {on: 2024-11-03, by: rq1, act: EVT-20241003-0A1B, state: in_analysis, comment: "…"}
      - {on: 2025-01-06, by: rq1, commit: "Valeurs", values: {TB-20240902-0A1B: {2024-12: 8.5}}}
      - {on: 2025-09-01, by: rq1, revise: PR-QUA-001, commit: "…", edit: {"old text": "new text"}}
      - {on: 2025-09-01, by: rq1, revise: PR-QUA-002, commit: "…", files: {new/PR-QUA-002.md: …}}
      - {on: 2025-09-15, by: rq1, review: [PR-REA-001], summary: "Relu en réunion"}
      - {on: 2025-09-15, by: rq1, withdraw: PR-OLD-001, reason: "…", successor: PR-NEW-001}

`then` is the later life of a record: each step is `on` a day or `after` so many days since the one
before, by the same person unless it says `by`. Steps may stand in any order: they are sorted by
day, by hour (`at`, nine o'clock without it) and then as they stand.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from qmtool.errors import UsageError

PARIS = ZoneInfo("Europe/Paris")
VERBS = ("commit", "log", "act", "release", "revise", "review", "withdraw")


@dataclass(frozen=True)
class Deed:
    """A step of the story at its *moment*, by a person, with the *line* that tells it."""

    moment: datetime
    by: str
    what: Mapping[str, Any]
    line: int

    @property
    def named(self) -> str:
        """Return what the step is, for a message."""
        about = self.what.get("id") or self.what.get(self.verb)
        state = self.what.get("state", "")
        return f"{self.moment:%Y-%m-%d} {self.by}: {self.verb} {about} {state}"

    @property
    def verb(self) -> str:
        """Return what is done."""
        found = next((key for key in self.what if key in VERBS), None)
        if found is None:
            raise UsageError(f"a step has one of {', '.join(VERBS)}")
        return found


def read_yaml(path: Path) -> tuple[Any, Mapping[str, list[int]]]:
    """Return what the file at *path* holds, every value as text, and the lines of its lists."""
    loader = yaml.CBaseLoader(path.read_bytes())
    root = loader.get_single_node()
    assert isinstance(root, yaml.MappingNode)
    lines = {
        key.value: [one.start_mark.line + 1 for one in value.value]
        for key, value in root.value
        if isinstance(value, yaml.SequenceNode)
    }
    return loader.construct_document(root), lines


def read_story(path: Path) -> Iterator[Deed]:
    """Yield the steps of the story at *path*, each with the defaults of its kind.

    The `then` of a step are the later steps of the same record: they take their place in time.
    """
    story, lines = read_yaml(path)
    for told, line in zip(story["steps"], lines["steps"], strict=True):
        yield from _chain(told, line, story.get("defaults", {}))


def _chain(told: Mapping[str, Any], line: int, defaults: Mapping[str, Any]) -> Iterator[Deed]:
    """Yield the step *told* and what follows it in the life of the same record."""
    kind, identifier = told.get("log", ""), told.get("id", "")
    here = completed(told, defaults.get(kind, {}))
    moment, by = moment_of(here, None), here["by"]
    yield Deed(moment, by, here, line)
    for later in told.get("then", ()):
        step = completed(later, defaults.get(f"{kind}.{later['state']}", {}))
        moment = moment_of(step, moment)
        yield Deed(moment, step.get("by", by), {"act": identifier, **step}, line)


def completed(told: Mapping[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
    """Return the step *told* with what is *usual* for it; the fields of `set` are merged."""
    found = {**usual, **told}
    if "set" in usual and "set" in told:
        found["set"] = {**usual["set"], **told["set"]}
    return found


def moment_of(told: Mapping[str, Any], before: datetime | None) -> datetime:
    """Return when a step is: `on` a day, or `after` so many days; at nine, or `at` that time.

    Two steps of one record on the same day are a minute apart.
    """
    if "on" in told:
        day = told["on"]
    elif before is not None:
        day = (before + timedelta(days=int(told.get("after", 0)))).date().isoformat()
    else:
        raise UsageError("a step says when it is: on: 2025-03-04")
    moment = datetime.fromisoformat(f"{day}T{told.get('at', '09:00')}").replace(tzinfo=PARIS)
    if before and "at" not in told and moment <= before:
        return before + timedelta(minutes=1)
    return moment


def given(values: Mapping[str, Any]) -> list[str]:
    """Return *values* as `key=value`; the items of a list as a line of CSV."""
    return [f"{key}={_text(one)}" for key, one in values.items()]


def _text(value: Any) -> str:
    if not isinstance(value, list):
        return str(value)
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(value)
    return line.getvalue()


def split(text: str) -> tuple[str, str]:
    """Return the front matter of *text*, with its marks, and the body."""
    if not text.startswith("---\n"):
        return "", text
    head, mark, body = text[4:].partition("\n---\n")
    return f"---\n{head}{mark}", body
