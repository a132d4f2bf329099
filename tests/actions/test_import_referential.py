"""`qm ref import`: all of a file or nothing, in a place of the centre's own, with its source."""

import errno
import json
import os
from pathlib import Path

import pytest
import yaml

from tests.conftest import SETTINGS, SHARED, Centre, procedure
from tests.repository.test_ciso_import import CHAPTER, HEAD, SET, library, mapped, node
from tests.repository.test_oscal_import import catalog, control

FRAMEWORKS = SHARED / "data/frameworks"
needs_the_files = pytest.mark.skipif(
    not FRAMEWORKS.is_dir(), reason="../shared/data is not on this machine"
)
ON = ("--on", "2026-11-21")
DEMO = library(CHAPTER + node("a.1", 'ref_id: "A 1"', "name: One", "weight: 2", parent="a"))
MAPPING = HEAD + SET + mapped("4.1", "4.1.1")
CROSSWALK = "referentials/_crosswalks/iso-9001-2015--iso-13485-2016.yaml"


def head_of(centre: Centre, name: str) -> dict[str, object]:
    text = (centre.root / "referentials" / name / "referential.yaml").read_text(encoding="utf-8")
    found: dict[str, object] = yaml.safe_load(text)
    return found


def names_in(centre: Centre, folder: str) -> list[str]:
    return sorted(one.name for one in (centre.root / folder).iterdir())


def gap_of(centre: Centre, name: str) -> list[str]:
    found = json.loads(centre.qm("gap", name, "--format", "json", *ON).out)
    return [one["id"] for one in found["requirements"]]


@pytest.fixture
def demo(centre: Centre) -> Centre:
    """Return a repository with a library to import beside it."""
    (centre.root.parent / "demo.yaml").write_text(DEMO, encoding="utf-8")
    (centre.root.parent / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    return centre


# What is written.


def test_an_import_writes_a_referential_and_says_what_it_left(demo: Centre) -> None:
    done = demo.qm("ref", "import", "../demo.yaml", *ON)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "demo-1-0: 2 lines, 1 requirement, 1 chapter",
        "Wrote referentials/demo-1-0.",
        "Ids written in another way: 1 (A 1 → A-1)",
        "No place for: weight of requirements: 1 (A-1)",
        "No place for: urn of the library: 1",
        "No place for: name of the library: 1",
        "Next: qm ref show demo-1-0, then git add referentials and git commit.",
    ]
    assert demo.git("status", "--porcelain", "-uall") == (
        "?? referentials/demo-1-0/chapter-a.yaml\n?? referentials/demo-1-0/referential.yaml\n"
    )
    assert gap_of(demo, "demo-1-0") == ["demo-1-0:A-1"]


def test_the_head_tells_file_digest_licence_and_day(demo: Centre) -> None:
    demo.qm("ref", "import", "../demo.yaml", *ON)
    origin = head_of(demo, "demo-1-0")["origin"]
    assert isinstance(origin, dict)
    digest = origin.pop("sha256")
    assert len(digest) == 64
    assert str(origin.pop("imported")) == "2026-11-21"
    assert origin == {
        "format": "CISO Assistant",
        "file": "demo.yaml",
        "urn": "urn:x:risk:framework:demo-1.0",
        "version": "3",
        "licence": "© Demo",
    }


def test_the_options_take_the_place_of_what_the_file_says(demo: Centre) -> None:
    done = demo.qm(
        *("ref", "import", "../demo.yaml", "--id", "mine", "--title", "Mine", "--type", "label"),
        *("--source", "bought", "--licence", "one copy", "--language", "fr", *ON),
    )
    assert done.code == 0, done.err
    head = head_of(demo, "mine")
    assert (head["id"], head["title"], head["type"]) == ("mine", {"fr": "Mine"}, "label")
    assert head["source"] == "bought"
    assert head["origin"]["licence"] == "one copy"  # type: ignore[index]


def test_the_same_file_on_the_same_day_gives_the_same_bytes(demo: Centre, tmp_path: Path) -> None:
    demo.qm("ref", "import", "../demo.yaml", *ON)
    first = demo.state()["files"]
    demo.qm("ref", "import", "../demo.yaml", "--replace", *ON)
    assert demo.state()["files"] == first


def test_a_dry_run_says_the_same_and_changes_nothing(demo: Centre) -> None:
    before = demo.state()
    done = demo.qm("ref", "import", "../demo.yaml", "--dry-run", *ON)
    assert done.code == 0
    assert "demo-1-0: 2 lines" in done.out
    assert "Would write referentials/demo-1-0. Nothing was changed." in done.out
    assert "Next:" not in done.out
    assert demo.state() == before
    assert not (demo.root / "referentials").exists()


def test_a_file_that_names_no_licence_says_so(demo: Centre) -> None:
    text = DEMO.replace("copyright: © Demo\n", "")
    demo.write({"../demo.yaml": text})
    assert "names no licence" in demo.qm("ref", "import", "../demo.yaml").out
    done = demo.qm("ref", "import", "../demo.yaml", "--licence", "public", "--replace")
    assert "names no licence" not in done.out


def test_a_mapping_set_becomes_a_crosswalk(demo: Centre) -> None:
    done = demo.qm("ref", "import", "../mapping.yaml", *ON)
    assert done.code == 0, done.err
    assert done.out.startswith(f"iso-9001-2015 – iso-13485-2016: 1 relation\nWrote {CROSSWALK}.\n")
    assert (demo.root / CROSSWALK).is_file()
    assert "iso-13485-2016:4.1.1" in demo.qm("ref", "show", "iso-9001-2015:4.1").out
    assert demo.qm("ref", "validate").code == 0


def test_one_import_may_put_a_referential_and_a_crosswalk(demo: Centre) -> None:
    pairs = SET.removeprefix("objects:\n") + mapped("a-1", "4.1.1")
    demo.write({"../demo.yaml": DEMO + pairs.replace("iso9001-2015", "demo-1.0")})
    text = (demo.root.parent / "demo.yaml").read_text(encoding="utf-8")
    demo.write({"../demo.yaml": text.replace("demo-1.0:a.1", "demo-1.0:a-1")})
    done = demo.qm("ref", "import", "../demo.yaml", "--id", "mine")
    assert done.code == 0, done.err
    assert "mine – iso-13485-2016: 1 relation" in done.out
    path = demo.root / "referentials/_crosswalks/mine--iso-13485-2016.yaml"
    assert '{from: "A-1", relation: equal, to: "4.1.1"}' in path.read_text(encoding="utf-8")


def test_the_format_is_known_by_what_the_file_holds(demo: Centre) -> None:
    oscal = json.dumps(catalog(control("ac-1")))
    table = "id,title\n1,Chapter\n1.1,First requirement\n"
    demo.write({"../a.txt": DEMO, "../b.txt": oscal, "../c.txt": table})
    assert "demo-1-0: 2 lines" in demo.qm("ref", "import", "../a.txt").out
    assert "demo-catalog: 2 lines" in demo.qm("ref", "import", "../b.txt").out
    done = demo.qm("ref", "import", "../c.txt", "--id", "table", "--title", "Table")
    assert done.code == 0, done.err
    assert "table: " in done.out
    wrong = demo.qm("ref", "import", "../b.txt", "--from", "ciso")
    assert (wrong.code, "objects is missing" in wrong.err) == (2, True)


def test_a_chapter_has_a_file_whose_name_any_system_takes(demo: Centre) -> None:
    text = library(
        "".join(
            node(str(n), f"ref_id: {number}", "name: Chapter", assessable=False)
            for n, number in enumerate(["CON", "A.1", "a-1", "'..'"])
        )
    )
    demo.write({"../demo.yaml": text})
    done = demo.qm("ref", "import", "../demo.yaml")
    assert done.code == 0, done.err
    assert head_of(demo, "demo-1-0")["chapters"] == [
        "chapter-con.yaml",
        "chapter-a-1.yaml",
        "chapter-a-1-2.yaml",
        "chapter-3.yaml",
    ]


def test_a_name_that_is_no_text_and_words_with_escapes_are_recorded_as_text(demo: Centre) -> None:
    name = os.fsdecode(b"d\xe9mo\n.yaml")
    (demo.root.parent / name).write_text(DEMO, encoding="utf-8")
    done = demo.qm("ref", "import", f"../{name}", "--title", "Red \x1b[31m", *ON)
    assert done.code == 0, done.err
    head = head_of(demo, "demo-1-0")
    assert head["title"] == {"en": "Red [31m"}
    assert head["origin"]["file"] == "dmo\n.yaml"  # type: ignore[index]


def test_a_json_file_in_another_encoding_is_refused_as_json(demo: Centre) -> None:
    demo.write({"../a.json": json.dumps(catalog(control("ac-1"))).encode("utf-16")})
    refused = demo.qm("ref", "import", "../a.json")
    assert refused.code == 2
    assert refused.err == "qm: ../a.json:1: the file is not UTF-8\n"


# What stands there already.


def test_a_referential_that_exists_is_replaced_only_when_asked(demo: Centre) -> None:
    demo.qm("ref", "import", "../demo.yaml", *ON)
    more = DEMO + node("a.2", "ref_id: A.2", "name: Two", parent="a")
    demo.write({"../demo.yaml": more.replace("ref_id: A\n", "ref_id: B\n")})
    before = demo.state()
    refused = demo.qm("ref", "import", "../demo.yaml", *ON)
    assert refused.code == 3
    assert refused.err == (
        "qm: referentials/demo-1-0 exists already; to put the import in its place, add --replace\n"
    )
    assert demo.state() == before
    done = demo.qm("ref", "import", "../demo.yaml", "--replace", *ON)
    assert done.code == 0, done.err
    assert gap_of(demo, "demo-1-0") == ["demo-1-0:A-1", "demo-1-0:A.2"]
    assert names_in(demo, "referentials") == ["demo-1-0"]
    assert names_in(demo, "referentials/demo-1-0") == [
        "chapter-b.yaml",
        "referential.yaml",
    ]


def test_what_is_no_part_of_the_referential_is_never_replaced(demo: Centre) -> None:
    demo.qm("ref", "import", "../demo.yaml", *ON)
    demo.write({"referentials/demo-1-0/notes.md": "# Notes\n"})
    before = demo.state()
    refused = demo.qm("ref", "import", "../demo.yaml", "--replace", *ON)
    assert refused.code == 3
    assert "referentials/demo-1-0/notes.md is no part of the referential" in refused.err
    assert demo.state() == before


def test_a_crosswalk_that_exists_or_is_shipped_is_replaced_only_when_asked(demo: Centre) -> None:
    demo.qm("ref", "import", "../mapping.yaml")
    assert demo.qm("ref", "import", "../mapping.yaml").code == 3
    assert demo.qm("ref", "import", "../mapping.yaml", "--replace").code == 0
    labelix = MAPPING.replace("iso-13485-2016:4.1.1", "labelix:lbx-d6")
    demo.write({"../mapping.yaml": labelix.replace("iso-13485-2016", "labelix")})
    before = demo.state()
    refused = demo.qm("ref", "import", "../mapping.yaml")
    assert refused.code == 3
    assert "iso-9001-2015--labelix.yaml exists already" in refused.err
    assert demo.state() == before


def test_the_id_of_a_shipped_referential_is_refused(demo: Centre) -> None:
    before = demo.state()
    refused = demo.qm("ref", "import", "../demo.yaml", "--id", "labelix")
    assert refused.code == 2
    assert refused.err == (
        "qm: labelix is shipped with qm; choose another id with --id, or complete it with "
        "--extends labelix\n"
    )
    assert demo.state() == before


# Overlays.


def test_bought_chapters_complete_a_partial_shipped_referential(demo: Centre) -> None:
    chapter = node("11", "ref_id: LBX-11", "name: Teleradiology", assessable=False)
    text = library(chapter + node("1", "ref_id: LBX-11-1", "name: Contract", parent="11"))
    demo.write({"../demo.yaml": text})
    before = gap_of(demo, "labelix")
    done = demo.qm("ref", "import", "../demo.yaml", "--extends", "labelix", *ON)
    assert done.code == 0, done.err
    assert gap_of(demo, "labelix") == [*before, "labelix:LBX-11-1"]
    head = head_of(demo, "labelix")
    assert set(head) == {"id", "extends", "origin", "chapters"}
    assert head["extends"] == "labelix"
    assert "No place for: what the file says of the whole; labelix says it: " in done.out
    assert "completeness: full" not in done.out  # its public frame is never rated


def test_a_scheme_known_in_part_may_be_completed_wholly(demo: Centre) -> None:
    done = demo.qm("ref", "import", "../demo.yaml", "--extends", "nf-s99-300", *ON)
    assert done.code == 0, done.err
    assert "write completeness: full in referentials/nf-s99-300/referential.yaml" in done.out


def test_no_percentage_is_told_of_the_public_frame_even_in_a_complete_copy(demo: Centre) -> None:
    demo.qm("ref", "import", "../demo.yaml", "--extends", "labelix", "--id", "labelix-2024", *ON)
    head = demo.root / "referentials/labelix-2024/referential.yaml"
    head.write_text(head.read_text(encoding="utf-8") + "completeness: full\n", encoding="utf-8")
    shown = demo.qm("gap", "labelix-2024").out
    assert "no part of the scheme itself. No percentage is shown." in " ".join(shown.split())
    judged = demo.qm("gap", "labelix-2024", "--fail-under", "10")
    assert judged.code == 2
    assert "--fail-under cannot judge labelix-2024" in judged.err


def test_an_overlay_may_have_a_name_of_its_own(demo: Centre) -> None:
    options = ("--extends", "iso-9001-2015", "--id", "our-9001", "--title", "Ours", *ON)
    done = demo.qm("ref", "import", "../demo.yaml", *options)
    assert done.code == 0, done.err
    assert head_of(demo, "our-9001")["title"] == {"en": "Ours"}
    found = gap_of(demo, "our-9001")
    assert found[0] == "our-9001:4.1"
    assert found[-1] == "our-9001:A-1"
    assert len(gap_of(demo, "iso-9001-2015")) == len(found) - 1
    again = demo.qm("ref", "import", "../demo.yaml", "--extends", "our-9001", "--id", "our-9001")
    assert again.code == 2
    assert "our-9001 cannot complete itself" in again.err


@pytest.mark.parametrize(
    "lines",
    [
        node("7.5.2", "ref_id: 7.5.2", "name: A chapter", assessable=False),
        CHAPTER + node("7", "ref_id: '7'", "name: A line", parent="a"),
    ],
)
def test_an_overlay_never_makes_a_line_of_a_chapter_or_the_reverse(
    demo: Centre, lines: str
) -> None:
    demo.write({"../demo.yaml": library(lines)})
    before = demo.state()
    refused = demo.qm("ref", "import", "../demo.yaml", "--extends", "iso-9001-2015")
    assert refused.code == 2
    assert "is a chapter here or in iso-9001-2015, and a requirement in the other" in refused.err
    assert demo.state() == before


# What is refused, with one sentence and no change.

TWICE = DEMO + node("b", 'ref_id: "A 1"', parent="a")
CIRCLE = DEMO + node("b", parent="c") + node("c", parent="b")
BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nobjects: [*b, *b]\n"
ZIP = b"PK\x03\x04" + b"\0" * 40


@pytest.mark.parametrize(
    ("data", "options", "says"),
    [
        (DEMO.encode("utf-16"), (), "demo.yaml:1: the file is not UTF-8"),
        (DEMO.replace("One", "Été").encode("latin-1"), (), "demo.yaml:6: the file is not UTF-8"),
        (BOMB, (), "demo.yaml:1:4: the anchor &a is not allowed"),
        (TWICE, (), "demo.yaml:30:7: the requirement A 1 stands twice"),
        (CIRCLE, (), "demo.yaml:29:7: urn:x:risk:req_node:demo-1.0:b: it stands below itself"),
        (DEMO.replace("demo-1.0:a\n      ref", "demo-1.0:z\n      ref"), (), "is not known"),
        (MAPPING.replace("equal", "alike"), (), "demo.yaml:19:7: the relation alike is none of"),
        (MAPPING.replace(":4.1\n", ":9.9.9\n"), (), "demo.yaml:17:7: iso-9001-2015 has no"),
        (MAPPING.replace("iso9001-2015", "demo-1.0"), (), "Import its own library first"),
        (MAPPING, ("--id", "x"), "it holds only crosswalks, to which --id and --extends"),
        (HEAD + SET + mapped("4.1", "4.1.1", relation="not_related"), (), "holds no relation"),
        (ZIP, (), "demo.yaml: the workbook cannot be read"),
        (ZIP, ("--from", "ciso"), "demo.yaml: the workbook cannot be read"),
        ('{"catalog": {"a": 1, "a": 2}}', (), "demo.yaml:1:22: the key a stands twice"),
        ('{"catalog": {}}', (), "demo.yaml:1:2: the catalog has no control"),
        ("", (), "demo.yaml: the file is empty"),
        (" \n", (), "demo.yaml: the file is empty"),
        ("nothing: here\n", (), "demo.yaml:1:1: objects is missing"),
        ("name,text\na,b\n", ("--from", "spreadsheet"), "demo.yaml"),
        (DEMO, ("--from", "pdf"), "the format pdf is none of ciso, oscal, spreadsheet"),
        (DEMO, ("--mapping", "../demo.yaml"), "--mapping is for spreadsheets"),
        (DEMO, ("--id", "Ours"), "the id Ours is not made of small letters, digits and hyphens"),
        (DEMO, ("--id", "../ours"), "the id ../ours is not made of small letters"),
        (DEMO, ("--id", "con"), "con is the name of a Windows device"),
        (DEMO, ("--id", "x" * 190), "the path is longer than 200 bytes"),
        (DEMO, ("--type", "law"), "the type law is none of certification, label"),
        (DEMO, ("--language", "de"), "the language de is none of fr, en"),
        (DEMO, ("--extends", "labelic"), "no referential is called labelic."),
        (DEMO, ("--on", "yesterday"), "yesterday is not a day"),
    ],
)
def test_a_bad_import_says_one_sentence_and_writes_nothing(
    centre: Centre, data: str | bytes, options: tuple[str, ...], says: str
) -> None:
    centre.write({"../demo.yaml": data})
    before = centre.state()
    refused = centre.qm("ref", "import", "../demo.yaml", *options)
    assert (refused.code, refused.out) == (2, "")
    assert says in refused.err
    assert refused.err.count("\n") == 1
    assert centre.state() == before
    assert not (centre.root / "referentials").exists()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nowhere.yaml", "nowhere.yaml: there is no such file"),
        ("../centre", "../centre is a folder, not a file"),
        ("/dev/null", "/dev/null is a pipe or a device, not a file"),
    ],
)
def test_a_file_that_is_none_is_refused(centre: Centre, name: str, says: str) -> None:
    refused = centre.qm("ref", "import", name)
    assert (refused.code, refused.err) == (2, f"qm: {says}\n")


def test_a_file_larger_than_any_scheme_is_refused_unread(centre: Centre) -> None:
    with (centre.root.parent / "large.csv").open("wb") as file:
        file.truncate(51 * 1024 * 1024)
    refused = centre.qm("ref", "import", "../large.csv")
    assert refused.code == 2
    assert "../large.csv: the file is larger than 52428800 bytes" in refused.err


def test_outside_of_a_repository_nothing_can_be_imported(
    demo: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = demo.root.parent
    refused = demo.qm("-C", str(outside), "ref", "import", "demo.yaml")
    assert refused.code == 4
    assert "is not in a Git repository" in refused.err
    assert not (outside / "referentials").exists()


def test_a_referential_that_git_ignores_is_not_left_there(demo: Centre) -> None:
    demo.commit({".gitignore": "referentials/\n"})
    before = demo.state()
    refused = demo.qm("ref", "import", "../demo.yaml")
    assert refused.code == 3
    assert "Git ignores referentials/demo-1-0/referential.yaml" in refused.err
    assert demo.state() == before
    assert not (demo.root / "referentials").exists()


@pytest.mark.parametrize(
    "name",
    [
        "referentials",
        "referentials/_crosswalks",
        ".git/qm",
        ".git/qm/import",
        ".git/qm/import/old",
        ".git/qm/import/new",
    ],
)
@pytest.mark.parametrize("kind", ["link", "file"])
def test_a_folder_that_is_a_link_or_a_file_is_refused(demo: Centre, name: str, kind: str) -> None:
    path = demo.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    (demo.root.parent / "elsewhere").mkdir()
    if kind == "link":
        path.symlink_to(demo.root.parent / "elsewhere")
    else:
        path.write_text("text", encoding="utf-8")
    refused = demo.qm("ref", "import", "../demo.yaml")
    assert refused.code == 4
    assert f"{name} is not a folder but a link or a file" in refused.err
    assert list((demo.root.parent / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("replace", [(), ("--replace",)])
def test_a_link_where_the_referential_would_stand_is_refused(
    demo: Centre, replace: tuple[str, ...]
) -> None:
    elsewhere = demo.root.parent / "elsewhere"
    elsewhere.mkdir()
    (demo.root / "referentials").mkdir()
    (demo.root / "referentials/demo-1-0").symlink_to(elsewhere)
    refused = demo.qm("ref", "import", "../demo.yaml", *replace)
    assert refused.code == 2
    assert "referentials/demo-1-0 is not a folder but a link or a file" in refused.err
    assert list(elsewhere.iterdir()) == []


# What fails on the way.


class _Full:
    """A disk that fails at one of the renames: the *last* that is to succeed comes before it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, fails_at: int) -> None:
        self.count = 0
        rename = os.rename

        def failing(path: Path, target: Path) -> None:
            self.count += 1
            if self.count == fails_at:
                raise OSError(28, "No space left on device", str(target))
            rename(path, target)

        monkeypatch.setattr(os, "rename", failing)


class _Killed(BaseException):
    """What ends a process, which then cleans nothing up."""


def _kill(monkeypatch: pytest.MonkeyPatch, at: int, *, apart: bool = False) -> None:
    """Let no rename succeed from that one on; *apart*, `.git` is on another file system."""
    count = 0
    rename = os.rename

    def killed(path: Path, target: Path) -> None:
        nonlocal count
        if apart:
            _refuse_across(path, target)
        count += 1
        if count >= at:
            raise _Killed
        rename(path, target)

    monkeypatch.setattr(os, "rename", killed)


def _refuse_across(path: Path, target: Path) -> None:
    if ("/.git/" in str(path)) != ("/.git/" in str(target)):
        raise OSError(errno.EXDEV, "Invalid cross-device link", str(target))


def _two_targets(demo: Centre) -> str:
    """Import a framework with its crosswalk, and return a library that differs in both."""
    pairs = SET.removeprefix("objects:\n") + mapped("a-1", "4.1.1")
    both = DEMO.replace("demo-1.0:a.1", "demo-1.0:a-1") + pairs.replace("iso9001-2015", "demo-1.0")
    demo.write({"../demo.yaml": both})
    assert demo.qm("ref", "import", "../demo.yaml", *ON).code == 0
    other = both.replace("name: One", "name: Other").replace(
        "relationship: equal", "relationship: intersect"
    )
    demo.write({"../demo.yaml": other})
    return other


@pytest.mark.parametrize("fails_at", [1, 2, 3, 4])
def test_a_rename_that_fails_leaves_everything_as_it_was(
    demo: Centre, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    _two_targets(demo)
    before = demo.state()
    disk = _Full(monkeypatch, fails_at)
    failed = demo.qm("ref", "import", "../demo.yaml", "--replace", *ON)
    assert failed.code == 4
    assert "nothing was changed: " in failed.err
    assert "cannot be written (No space left on device)" in failed.err
    assert disk.count >= fails_at
    assert demo.state() == before
    assert not (demo.root / ".git/qm/import").exists()


def test_a_first_import_that_fails_leaves_no_folder(
    demo: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = demo.state()
    _Full(monkeypatch, 1)
    assert demo.qm("ref", "import", "../demo.yaml").code == 4
    assert demo.state() == before
    assert not (demo.root / "referentials").exists()


@pytest.mark.parametrize(
    ("apart", "at"), [(False, n) for n in range(1, 6)] + [(True, n) for n in range(1, 10)]
)
def test_a_kill_between_two_targets_is_undone_wholly_by_the_next_import(
    demo: Centre, monkeypatch: pytest.MonkeyPatch, at: int, apart: bool
) -> None:
    _two_targets(demo)
    before = demo.state()
    with monkeypatch.context() as patch:
        _kill(patch, at, apart=apart)
        if at == (9 if apart else 5):  # two targets need no more renames than that
            assert demo.qm("ref", "import", "../demo.yaml", "--replace", *ON).code == 0
            assert demo.state() != before
            assert not (demo.root / ".git/qm/import").exists()
            return
        with pytest.raises(_Killed):
            demo.qm("ref", "import", "../demo.yaml", "--replace", *ON)
    assert demo.qm("ref", "list").code == 0
    with monkeypatch.context() as patch:
        _kill(patch, 1000, apart=apart)
        assert demo.qm("ref", "import", "../demo.yaml", *ON).code == 3  # it is there, whole
    assert demo.state() == before
    assert names_in(demo, "referentials") == ["_crosswalks", "demo-1-0"]
    assert not (demo.root / ".git/qm/import").exists()


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_kill_in_the_recovery_is_undone_as_well(
    demo: Centre, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    _two_targets(demo)
    before = demo.state()
    for kill_at, options in ((4, ("--replace",)), (at, ())):
        with monkeypatch.context() as patch:
            _kill(patch, kill_at)
            with pytest.raises(_Killed):
                demo.qm("ref", "import", "../demo.yaml", *options, *ON)
    assert demo.qm("ref", "import", "../demo.yaml", *ON).code == 3
    assert demo.state() == before


def test_a_first_import_that_is_killed_is_taken_back(
    demo: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = demo.state()
    pairs = SET.removeprefix("objects:\n") + mapped("a-1", "4.1.1")
    both = DEMO.replace("demo-1.0:a.1", "demo-1.0:a-1") + pairs.replace("iso9001-2015", "demo-1.0")
    demo.write({"../both.yaml": both})
    with monkeypatch.context() as patch:
        _kill(patch, 2)
        with pytest.raises(_Killed):
            demo.qm("ref", "import", "../both.yaml", *ON)
    assert names_in(demo, "referentials/demo-1-0") == ["chapter-a.yaml", "referential.yaml"]
    assert demo.qm("ref", "import", "../both.yaml", "--id", "labelix").code == 2
    assert demo.state() == before
    assert not (demo.root / "referentials").exists()


def test_another_file_system_is_no_obstacle_and_a_refusal_there_is_undone(
    demo: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    _two_targets(demo)
    _kill(monkeypatch, 1000, apart=True)
    demo.write({".gitignore": "referentials/ours/\n"})
    before = demo.state()
    assert "Git ignores" in demo.qm("ref", "import", "../demo.yaml", "--id", "ours", *ON).err
    assert demo.state() == before
    assert demo.qm("ref", "import", "../demo.yaml", "--replace", *ON).code == 0
    assert names_in(demo, "referentials") == ["_crosswalks", "demo-1-0"]
    written = (demo.root / "referentials/demo-1-0/chapter-a.yaml").read_text(encoding="utf-8")
    assert "Other" in written


def test_a_folder_of_the_user_called_like_an_old_stage_stays(demo: Centre) -> None:
    demo.write({"referentials/_import/notes.txt": "Mine\n"})
    assert demo.qm("ref", "import", "../demo.yaml", *ON).code == 0
    notes = demo.root / "referentials/_import/notes.txt"
    assert notes.read_text(encoding="utf-8") == "Mine\n"


def test_a_committed_link_moves_nothing_into_the_repository(demo: Centre) -> None:
    outside = demo.root.parent / "outside"
    (outside / "_crosswalks").mkdir(parents=True)
    (outside / "secret.txt").write_text("Secret\n", encoding="utf-8")
    (outside / "_crosswalks/a.yaml").write_text("Secret\n", encoding="utf-8")
    (demo.root / "referentials/_import").mkdir(parents=True)
    (demo.root / "referentials/_import/old").symlink_to(outside)
    demo.git("add", "-A")
    assert demo.qm("ref", "import", "../demo.yaml", *ON).code == 0
    assert sorted(one.name for one in outside.rglob("*")) == ["_crosswalks", "a.yaml", "secret.txt"]
    assert names_in(demo, "referentials") == ["_import", "demo-1-0"]
    assert (demo.root / "referentials/_import/old").is_symlink()


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("referentials/../qm.yaml", "journal.json is damaged"),
        ("../outside", "journal.json is damaged"),
        ("/etc", "journal.json is damaged"),
        ("referentials/..", "journal.json is damaged"),
        ("referentials/a/b", "journal.json is damaged"),
        ("referentials/linked", "referentials/linked is not a folder but a link or a file"),
        ("", "journal.json is damaged"),
    ],
)
def test_a_journal_that_no_import_wrote_moves_nothing(demo: Centre, target: str, says: str) -> None:
    stage = demo.root / ".git/qm/import"
    (stage / "old/linked").mkdir(parents=True)
    (demo.root / "referentials").mkdir()
    (demo.root / "referentials/linked").symlink_to(demo.root.parent)
    journal = {"worktree": ".", "targets": {target: True}, "made": [], "beside": ""}
    (stage / "journal.json").write_text(json.dumps(journal) if target else "{", encoding="utf-8")
    before = demo.state()
    refused = demo.qm("ref", "import", "../demo.yaml", *ON)
    assert refused.code == 4
    assert says in refused.err
    assert demo.state() == before
    assert (stage / "old/linked").is_dir()


def test_only_the_work_tree_of_the_interrupted_import_takes_it_back(
    demo: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    _two_targets(demo)
    before = demo.state()
    demo.git("commit", "--allow-empty", "-qm", "Empty")
    demo.git("worktree", "add", "-q", "--detach", "../second")
    second = str(demo.root.parent / "second")
    with monkeypatch.context() as patch:
        _kill(patch, 2)
        with pytest.raises(_Killed):
            demo.qm("ref", "import", "../demo.yaml", "--replace", *ON)
    refused = demo.qm("-C", second, "ref", "import", "../demo.yaml", *ON)
    assert refused.code == 4
    assert "an import in another work tree of this repository was interrupted" in refused.err
    assert demo.qm("ref", "import", "../demo.yaml", *ON).code == 3
    assert demo.state()["files"] == before["files"]


# Files that nobody on this project wrote.


@needs_the_files
def test_all_the_files_import_and_have_a_gap(welcome: Centre) -> None:
    ciso, oscal = FRAMEWORKS / "ciso-assistant", FRAMEWORKS / "oscal"
    expected = {
        ciso / "hds-v2.yaml": ("hds-v2023-a", 82, 71),
        ciso / "nist-csf-1.1.yaml": ("nist-csf-1-1", 136, 108),
        ciso / "nist-csf-2.0.yaml": ("nist-csf-2-0", 134, 106),
        ciso / "example_framework.xlsx": ("my-framework-example-1", 38, 27),
        oscal / "basic-catalog.json": ("basic", 8, 4),
        next(oscal.glob("NIST*.json")): ("sp-800-53-low", 167, 149),
    }
    for path, (name, lines, requirements) in expected.items():
        done = welcome.qm("ref", "import", str(path), "--id", name, *ON)
        assert done.code == 0, done.err
        assert done.out.startswith(f"{name}: {lines} lines, {requirements} requirements, ")
        assert len(gap_of(welcome, name)) == requirements
        assert head_of(welcome, name)["origin"]["file"] == path.name  # type: ignore[index]
    done = welcome.qm("ref", "import", str(ciso / "map-nist-csf-1.1-nist-csf-2.0.yaml"), *ON)
    assert done.code == 0, done.err
    assert done.out.startswith("nist-csf-1-1 – nist-csf-2-0: 185 relations\n")
    assert welcome.qm("ref", "validate").code == 0
    answering = procedure("PR-ACC-003", satisfies="[nist-csf-1-1:ID.AM-1, sp-800-53-low:AC-1]")
    welcome.commit({"processes/welcome/applicables/PR-ACC-003.md": answering})
    assert welcome.qm("check").code == 0
    shown = welcome.qm("gap", "sp-800-53-low", *ON).out
    assert "PR-ACC-003" in shown


@needs_the_files
def test_the_mapping_needs_both_frameworks_first(centre: Centre) -> None:
    before = centre.state()
    path = FRAMEWORKS / "ciso-assistant/map-nist-csf-1.1-nist-csf-2.0.yaml"
    refused = centre.qm("ref", "import", str(path))
    assert refused.code == 2
    assert ":19:5: the framework urn:intuitem:risk:framework:nist-csf-1.1 is not" in refused.err
    assert "Import its own library first: qm ref import FILE." in refused.err
    assert centre.state() == before


def test_french_is_the_language_of_tables_where_the_centre_writes_french(centre: Centre) -> None:
    centre.commit({"qm.yaml": SETTINGS.replace("language: en", "language: fr")})
    centre.write({"../t.csv": "id,titre\n1,Chapitre\n1.1,Exigence\n"})
    done = centre.qm("ref", "import", "../t.csv", "--id", "table", "--title", "Table", *ON)
    assert done.code == 0, done.err
    assert head_of(centre, "table")["title"] == {"fr": "Table"}


def test_a_line_added_to_a_shipped_referential_may_stand_under_one_of_its_lines(
    centre: Centre,
) -> None:
    centre.commit({"qm.yaml": SETTINGS})
    (centre.root.parent / "own.csv").write_text(
        "id,title\nLBX-T01.1,First criterion\nLBX-T01.2,Second criterion\n", encoding="utf-8"
    )
    run = centre.qm("ref", "import", "../own.csv", "--extends", "labelix")
    assert run.code == 0, run.err
    page = json.loads(centre.qm("ref", "show", "labelix", "--format", "json").out)
    parents = {one["id"]: one["parent"] for one in page["requirements"]}
    assert parents["LBX-T01.1"] == parents["LBX-T01.2"] == "LBX-T01"
    assert centre.qm("ref", "validate", "labelix").code == 0
