"""Publishing again after any change gives what publishing anew would, byte for byte."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_publish import DAY, FOLDER, PNG, in_use
from tests.conftest import Centre

__all__ = ["in_use"]

RECORDS = "processes/welcome/enregistrements"
Change = Callable[[Centre, random.Random], None]


def _edited(centre: Centre, path: str, old: str, new: str) -> None:
    text = (centre.root / path).read_text()
    assert old in text
    centre.commit({path: text.replace(old, new, 1)})


def _file(centre: Centre, identifier: str) -> str:
    (found,) = (centre.root / "processes").rglob(f"{identifier}*.md")
    return found.relative_to(centre.root).as_posix()


def _word(chance: random.Random) -> str:
    return f"Mot {chance.randrange(10_000)} é"


def _revised(centre: Centre, chance: random.Random) -> str:
    """Return the path of a document that is a draft, as it was or from now on."""
    identifier = chance.choice(["PR-ACC-001", "PR-ACC-002", "FO-ACC-001"])
    centre.qm("revise", identifier)
    return _file(centre, identifier)


def new_record(centre: Centre, chance: random.Random) -> None:
    """Add a record, or change its text."""
    number = chance.randrange(2, 5)
    lead = chance.choice(["../applicables/plan.pdf", "CR-1.md", "CR-9.md", "https://example.org"])
    text = f"---\nid: CR-{number}\ntitle: Minutes\nkind: review\ndate: 2026-01-05\n---\n\n# A\n"
    centre.commit({f"{RECORDS}/CR-{number}.md": f"{text}\n{_word(chance)} [x]({lead})\n"})


def no_record(centre: Centre, chance: random.Random) -> None:
    """Remove a record."""
    every = sorted((centre.root / RECORDS).glob("CR-*.md"))
    if every:
        chance.choice(every).unlink()
        centre.commit({"README.md": _word(chance)})


def draft_title(centre: Centre, chance: random.Random) -> None:
    """Give a draft another title."""
    path = _revised(centre, chance)
    lines = (centre.root / path).read_text().split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith("title:"))
    lines[at] = f"title: {_word(chance)}"
    centre.commit({path: "\n".join(lines)})


def draft_owner(centre: Centre, chance: random.Random) -> None:
    """Give a draft an owner."""
    path = _revised(centre, chance)
    if "\nowner:" not in (centre.root / path).read_text():
        _edited(centre, path, "\nkind:", "\nowner: mia\nkind:")


def draft_text(centre: Centre, chance: random.Random) -> None:
    """Change the text of a draft, and what it leads to."""
    path = _revised(centre, chance)
    _edited(centre, path, "## ", f"{_word(chance)} [one](plan.pdf)\n\n## ")


def release(centre: Centre, chance: random.Random) -> None:
    """Release what is a draft."""
    _revised(centre, chance)
    for identifier in ("PR-ACC-001", "PR-ACC-002", "PR-ACC-003", "FO-ACC-001"):
        centre.qm("release", identifier, "--summary", _word(chance))


def withdraw(centre: Centre, chance: random.Random) -> None:
    """Withdraw a document."""
    centre.qm("withdraw", chance.choice(["PR-ACC-003", "FO-ACC-001"]), "--reason", "Not needed")


def move(centre: Centre, chance: random.Random) -> None:
    """Give the file of a document another name."""
    path = _file(centre, "PR-ACC-002")
    centre.qm("move", path, f"{FOLDER}/PR-ACC-002-{chance.randrange(10_000)}.md")
    if centre.git("status", "--porcelain"):
        centre.commit()


def other_files(centre: Centre, chance: random.Random) -> None:
    """Change a file that texts show, or remove it."""
    if chance.random() < 0.5 and (centre.root / FOLDER / "room.png").exists():
        (centre.root / FOLDER / "room.png").unlink()
        centre.commit({"README.md": _word(chance)})
    else:
        centre.commit({f"{FOLDER}/room.png": PNG + chance.randbytes(3)})


def settings(centre: Centre, chance: random.Random) -> None:
    """Change the name of a person, of the process or of the centre."""
    old = chance.choice(["name: Quality Manager", "title: Welcome", "qm: 1"])
    new = (
        f"{old}\norganisation: {{name: {_word(chance)}}}"
        if old == "qm: 1"
        else f"{old} {_word(chance)}"
    )
    if old != "qm: 1" or "organisation" not in (centre.root / "qm.yaml").read_text():
        _edited(centre, "qm.yaml", old, new)


def lost_tag(centre: Centre, chance: random.Random) -> None:
    """Lose the tag of an earlier version."""
    centre.git("tag", "-d", "release/PR-ACC-001/1.0", check=False)


CHANGES: tuple[Change, ...] = (
    *(new_record, no_record, draft_title, draft_owner, draft_text, release),
    *(withdraw, move, other_files, settings, lost_tag),
)


def held(folder: Path) -> dict[str, bytes]:
    """Return every file of *folder* by name, the marker too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("seed", range(3))
def test_after_any_changes_the_pages_are_those_of_a_new_folder(in_use: Centre, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - chance that can be had again
    site = in_use.root.parent / "site"
    for turn in range(3):
        changes = chance.choices(CHANGES, k=chance.randrange(1, 4))
        for change in changes:
            change(in_use, chance)
        day = chance.choice([DAY, DAY, "2099-06-01", "2101-01-01"])
        new = in_use.root.parent / f"new-{turn}"
        for folder in (site, new):
            done = in_use.qm("publish", str(folder), "--on", day)
            assert done.code == 0, done.err
        again, anew = held(site), held(new)
        assert sorted(again) == sorted(anew), changes
        assert [name for name in anew if again[name] != anew[name]] == [], changes
