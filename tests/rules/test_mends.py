"""A rule gives an edit only where nothing has to be decided."""

import pytest

from qmtool.model.diagnostic import Edit, Mend
from qmtool.rules import engine
from tests.rules.conftest import build_project, read_fences

TEXT = """\
```markdown
---
id: PR-ACC-001
title: Visit
kind: procedure
{}
---

[a](#Rôle) [b](gone.md)

## Role
```
"""


def edits(key: str) -> list[Edit | None]:
    project = build_project(read_fences(TEXT.format(key)))
    return [one.edit for one in engine.run(project).diagnostics if one.code != "QM101"]


@pytest.mark.parametrize(
    ("key", "edit"),
    [
        ("Owner: mia", Edit(Mend.KEY, 5, 1, "Owner", "owner")),
        ("Status: draft", None),
        ("History: []", None),
        ("TITLE: Visit", None),
        ("ownr: mia", None),
    ],
)
def test_a_key_in_another_case_has_an_edit_unless_qm_writes_it(key: str, edit: Edit | None) -> None:
    link = Edit(Mend.TARGET, 8, 5, "#Rôle", "#role")
    assert edits(key) == [edit, link, None]
