"""What the fuzzing starts from: files of the project, bad inputs, and texts of each format."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.bad_inputs.cases import ACCEPTED, CASES
from tests.conftest import SETTINGS, SHARED, procedure
from tests.fuzz import targets

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(__file__).parent / "corpus"
MAX_SEED = 16_000
"""The bombs of the bad inputs are longer: they have tests of their own."""

RELEASED = """\
---
id: PR-ACC-001
title: "Title # one"
kind: procedure
process: welcome
owner: rq1
sites: [nord, sud]
satisfies: [iso-9001-2015:4.1, "iso-9001-2015:8.5"]
attachments:
  - {file: plan.pdf, sha256: 00ff}
extra: {a: [b, c], d: {e: f}}
version: "1.1"
status: released
effective: 2026-01-01
next_review: 2028-01-01
history:
  - {version: "1.0", date: 2025-01-01, effective: 2025-01-01, author: Mia, approver: [rq1],
     summary: first, digest: sha256:00}
  - version: "1.1"
    date: 2026-01-01
    effective: 2026-01-01
    declared: [{by: rq1, on: 2026-01-01, medium: paper, proof: x.pdf}]
  - {reviewed: 2026-02-01, by: rq1}
---

# Title

Text *em* `code` [link](PR-ACC-002.md#a) <!-- [iso-9001-2015:4.1] --> ![i](a.png) <b>x</b>

<!-- qm: allow QM301 until 2027-01-01 by rq1: a reason -->
## Purpose {#a}

- one
  1. two [r][a]

    indented

| a | b |
|---|:-:|
| `c|d` | [e](f "t") |

> quote
```python
x
```
[a]: /url 'title'
Patient 1 85 05 78 006 084 36, né le 01/02/1985, 1.2.840.113619.2.55.3, mSv 20 Mme Dupont.
"""
PAYLOAD = """\
object 1111111111111111111111111111111111111111
type commit
tag release/PR-ACC-001/1.0
tagger Quality Manager <rq@example.org> 1767225600 +0100

format: 1
document: PR-ACC-001
version: 1.0
origin: release
path: processes/welcome/applicables/PR-ACC-001.md
blob: 2222222222222222222222222222222222222222
digest: sha256:00
policy: 3333333333333333333333333333333333333333
signer: rq1
name: Quality Manager
role: rq
meaning: released
reason: first
effective: 2026-01-01
date: 2026-01-01T10:00:00+01:00
-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQ==
-----END SSH SIGNATURE-----
"""
ANCHOR = {
    "version": 1,
    "branch": "main",
    "commit": "1" * 40,
    "tags": {targets.TAG: "2" * 40},
    "policy": "3" * 40,
    "checks": 3,
}
JOURNAL = {
    "format": 1,
    "title": "PR-ACC-001 1.0",
    "base": "1" * 40,
    "commit": "2" * 40,
    "refs": [["refs/heads/main", "1" * 40, "2" * 40]],
    "time": 1767225600.0,
}
ADOPT = """\
adopt: 1
documents: ["**/*.md"]
ignore: [README.md]
people:
  - {id: rq1, name: Quality Manager, email: rq@example.org, roles: [rq]}
markers: {"13485": iso-13485-2016}
rules:
  - {starts: PR-, kind: procedure, version_keys: [sop_version]}
files:
  "a.md": {id: PR-001, title: One}
undecided: []
"""
OSCAL = {
    "catalog": {
        "uuid": "74c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724",
        "metadata": {
            "title": "A",
            "last-modified": "2026-01-01T00:00:00Z",
            "version": "1.0",
            "oscal-version": "1.1.2",
        },
        "groups": [
            {
                "id": "a",
                "title": "G",
                "controls": [
                    {
                        "id": "a-1",
                        "title": "C",
                        "params": [{"id": "p", "label": "L"}],
                        "parts": [
                            {
                                "id": "s",
                                "name": "statement",
                                "prose": "Do {{ insert: param, p }}.",
                            }
                        ],
                    }
                ],
            }
        ],
    }
}
CISO = """\
urn: urn:x:risk:library:demo
locale: en
ref_id: DEMO
name: Demo
version: 1
objects:
  framework:
    urn: urn:x:risk:framework:demo
    ref_id: DEMO
    name: Demo
    requirement_nodes:
    - urn: urn:x:risk:req_node:demo:1
      assessable: false
      depth: 1
      ref_id: "1"
      name: Chapter
    - urn: urn:x:risk:req_node:demo:1.1
      assessable: true
      depth: 2
      parent_urn: urn:x:risk:req_node:demo:1
      ref_id: "1.1"
      description: |-
        Text.
      translations:
        fr: {name: Un}
"""
CSV = (
    'ref_id,name,description,parent\n1,Chapter,,\n1.1,One,"Text, more",1\n1.2,=cmd,\'x,1\n',
    "id;titre;texte\n1;Chapitre;\n1.1;Un;Texte\n",
    "a\tb\tc\n1\t2\t3\n",
)


def _files(*patterns: str) -> Iterator[bytes]:
    """Yield the files of the project and of the shared data, short ones only."""
    for root in (ROOT, SHARED / "data"):
        for pattern in patterns:
            for path in sorted(root.glob(pattern)):
                if path.is_file() and path.stat().st_size <= MAX_SEED:
                    yield path.read_bytes()


def _documents() -> Iterator[bytes]:
    yield RELEASED.encode()
    yield procedure("PR-ACC-001").encode()
    yield from (one.data for one in CASES if len(one.data) <= MAX_SEED)
    yield from ACCEPTED.values()
    yield from _files("examples/**/*.md", "gstt-qms/**/*.md", "tests/rules/QM*.md")


def _jsons(*values: object) -> list[bytes]:
    return [json.dumps(one).encode() for one in values]


@cache
def seeds() -> dict[str, list[bytes]]:
    """Return the seeds of each target, with the inputs that once failed."""
    documents = [*_documents()]
    bodies = [one.partition(b"\n---\n")[2] or one for one in documents]
    sheet = targets._book()
    found = {
        "document": documents,
        "body": bodies,
        "patch": documents,
        "adoption": documents,
        "settings": [SETTINGS.encode(), *_files("examples/*/qm.yaml", "templates/_init/*.yaml")],
        "kind": [*_files("templates/*/kind.yaml")],
        "chapter": [
            one for one in _files("referentials/[a-z]*/*.yaml") if b"\nrequirements:" in one
        ],
        "referential": [*_files("referentials/*/referential.yaml")],
        "crosswalk": [*_files("referentials/_crosswalks/*.yaml")],
        "adopt": [ADOPT.encode()],
        "tag": [PAYLOAD.encode(), PAYLOAD.partition("-----")[0].encode()],
        "anchor": _jsons(ANCHOR),
        "journal": _jsons(JOURNAL),
        "csv": [one.encode() for one in CSV],
        "oscal": _jsons(OSCAL),
        "ciso": [CISO.encode()],
        "workbook": [sheet["xl/worksheets/sheet1.xml"], sheet["xl/sharedStrings.xml"]],
    }
    for name, some in found.items():
        some += [path.read_bytes() for path in sorted((CORPUS / name).glob("*"))]
    return found
