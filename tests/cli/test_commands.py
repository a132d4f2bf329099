"""The commands as a newcomer meets them: what they print, and their exit codes."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from qmtool.cli.main import COMMANDS
from qmtool.rules import ALL_RULES
from tests.conftest import SETTINGS, Centre, procedure

NAMES = [name for names in COMMANDS.values() for name in names]


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_a_help_with_an_example(centre: Centre, name: str) -> None:
    shown = centre.qm(name, "--help")
    assert shown.code == 0
    assert f"Example: qm {name}" in shown.out


def test_the_version_is_printed(centre: Centre) -> None:
    assert centre.qm("--version").out.startswith("qm 0.")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["chekc"], 2, "no command is called"),
        (["check", "--nope"], 2, "no option is called"),
        (["check", "--format", "jsn"], 2, "Did you mean json?"),
        (["check", "--on", "21/11/2026"], 2, "write it as 2026-03-02"),
        (["check", "--at", "nowhere"], 2, "names no commit"),
        (["check", "--at", "--output=x"], 2, "names no commit"),
        (["check", "--fail-on", "wrong"], 2, "none of info, warning, error"),
        (["check", "PR-ACC-01"], 2, "Did you mean PR-ACC-001?"),
        (["gap", "iso-9001"], 2, "Did you mean iso-9001-2015?"),
        (["explain", "QM9999"], 2, "no rule and no term is called QM9999"),
        (["new", "procedur", "T"], 2, "Did you mean procedure?"),
        (["new", "procedure", "T", "--process", "x"], 2, "none of welcome"),
        (["release"], 2, "name documents, or give --all or --redo"),
        (["release", "PR-ACC-001"], 2, "a release has a reason"),
        (["release", "PR-ACC-001", "-m", "a\nb"], 2, "one line"),
        (["list", "--state", "x"], 2, "none of in-force"),
        (["schema", "x"], 2, "none of settings"),
        (["-C", "nowhere", "check"], 2, "cannot be entered"),
        (["init"], 3, "qm.yaml already"),
        (["adopt"], 3, "qm.yaml already"),
    ],
)
def test_a_wrong_call_is_one_clear_sentence(
    welcome: Centre, arguments: list[str], code: int, words: str
) -> None:
    before = welcome.state()
    shown = welcome.qm(*arguments)
    assert (shown.code, words in shown.err) == (code, True), shown.err
    assert "Traceback" not in shown.err
    assert welcome.state() == before


@pytest.mark.parametrize("name", ["check", "list", "status", "init", "adopt", "new"])
def test_outside_a_repository_the_sentence_says_what_to_do(
    centre: Centre, tmp_path: Path, name: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    extra = ["procedure", "T"] if name == "new" else []
    shown = centre.qm("-C", str(elsewhere), name, *extra)
    assert shown.code == 4
    assert "git init" in shown.err


def test_an_unknown_key_of_qm_yaml_is_refused_with_its_line_and_a_suggestion(
    welcome: Centre,
) -> None:
    welcome.write({"qm.yaml": SETTINGS.replace("adopts:", "adopt:")})
    shown = welcome.qm("check")
    assert shown.code == 2
    assert "qm.yaml:9:1: unknown key adopt. Did you mean adopts?" in shown.err


def test_every_flaw_of_qm_yaml_is_told_at_once(welcome: Centre) -> None:
    welcome.write({"qm.yaml": "qm: 2\nlanguage: de\npeople: []\nreview_months: many\n"})
    shown = welcome.qm("check")
    assert shown.code == 2
    assert len(shown.err.splitlines()) == 4


def test_init_writes_settings_that_check_accepts(centre: Centre) -> None:
    centre.commit({"a.txt": "a"})
    shown = centre.qm(
        "init", "--name", 'Centre "Nord": imagerie', "--adopt", "iso-9001-2015", "--lang", "fr"
    )
    assert shown.code == 0, shown.err
    assert 'email: "rq@example.org"' in (centre.root / "qm.yaml").read_text()
    assert centre.qm("check").code == 0
    assert centre.qm("new", "procedure", "Identitovigilance", "--process", "accueil").code == 0
    path = centre.root / "processes/accueil/applicables/PR-ACC-001-identitovigilance.md"
    assert "## Objet" in path.read_text()
    centre.commit()
    assert centre.qm("release", "PR-ACC-001", "-m", "première").code == 0
    assert centre.qm("check").code == 0


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_new_document_of_each_kind_passes_the_check_and_takes_a_free_id(
    welcome: Centre, language: str
) -> None:
    kinds = json.loads(welcome.qm("schema", "kind").out)
    assert kinds["title"] == "kind.yaml"
    for kind in (
        "policy",
        "manual",
        "process",
        "procedure",
        "protocol",
        "instruction",
        "form",
        "description",
        "plan",
        "record",
        "register",
        "indicator",
        "audit-report",
        "review",
        "training",
        "agreement",
        "certificate",
        "external",
    ):
        shown = welcome.qm(
            "new", kind, f"Œuvre d'été: #{kind}", "--process", "welcome", "--lang", language
        )
        assert shown.code == 0, shown.err
    shown = welcome.qm("check", "--format", "concise")
    assert shown.code == 0, shown.out
    assert "PR-ACC-003-oeuvre-d-ete-procedure.md" in welcome.git(
        "ls-files", "--others", "--exclude-standard"
    )


def test_a_new_id_skips_those_of_other_branches(welcome: Centre) -> None:
    welcome.git("checkout", "-q", "-b", "other")
    welcome.commit({"processes/welcome/applicables/PR-ACC-003-x.md": procedure("PR-ACC-003")})
    welcome.git("checkout", "-q", "main")
    shown = welcome.qm("new", "procedure", "Fourth", "--process", "welcome", "--dry-run")
    assert "PR-ACC-004-fourth.md" in shown.out
    assert welcome.qm("new", "procedure", "T", "--id", "PR-ACC-003").code == 3


def test_a_kind_of_the_centre_replaces_a_shipped_one(welcome: Centre) -> None:
    kind = (
        "label: {fr: Procédure, en: Procedure}\ncategory: applicable\ncontrolled: true\n"
        "evidence: [PRO]\nheadings: [{fr: Objet, en: Purpose}, {fr: Risques, en: Risks}]\n"
        "fields: {severity: {type: integer, min: 1, max: 5}}\n"
    )
    welcome.commit(
        {
            "templates/procedure/kind.yaml": kind,
            "templates/procedure/template.en.md.j2": "---\n{{ front_matter }}---\n\n## Purpose\n",
            "processes/welcome/applicables/PR-ACC-001.md": procedure("PR-ACC-001", severity="9"),
        }
    )
    shown = welcome.qm("check", "--format", "concise").out
    assert "severity is 9; the maximum is 5" in shown
    assert "QM114" in shown
    welcome.write({"templates/procedure/template.en.md.j2": "---\n{{ nothing }}\n"})
    failed = welcome.qm("new", "procedure", "T", "--process", "welcome")
    assert failed.code == 2
    assert "templates/procedure/template.en.md.j2" in failed.err


def test_a_template_cannot_run_code(welcome: Centre) -> None:
    welcome.commit(
        {
            "templates/procedure/kind.yaml": (
                "label: {en: P}\ncategory: applicable\ncontrolled: true\nevidence: [PRO]\n"
            ),
            "templates/procedure/template.en.md.j2": "{{ ''.__class__.__mro__[1] }}\n",
        }
    )
    shown = welcome.qm("new", "procedure", "T", "--process", "welcome")
    assert shown.code == 2
    assert "Traceback" not in shown.err


def test_the_list_is_filtered_and_written_in_each_format(welcome: Centre) -> None:
    record = "---\nid: EN-1\ntitle: =cmd|x\nkind: record\ndate: 2026-01-01\n---\n"
    welcome.commit({"processes/welcome/enregistrements/EN-1.md": record})
    found = json.loads(welcome.qm("list", "--format", "json").out)
    assert [one["id"] for one in found["documents"]] == ["EN-1", "PR-ACC-001", "PR-ACC-002"]
    kept = json.loads(welcome.qm("list", "--kind", "record", "--format", "json").out)
    assert [one["id"] for one in kept["documents"]] == ["EN-1"]
    rows = list(csv.reader(io.StringIO(welcome.qm("list", "--format", "csv").out)))
    assert rows[1][1] == "'=cmd|x"
    assert "=cmd\\|x" in welcome.qm("list", "--format", "markdown").out
    assert "3 documents" in welcome.qm("list").out
    assert welcome.qm("list", "-o", "list.csv").code == 0
    assert (welcome.root / "list.csv").read_bytes().startswith(b"id,title,kind,")


def test_the_status_says_what_waits(welcome: Centre) -> None:
    shown = welcome.qm("status")
    assert "Drafts to finish, then qm release (2)" in shown.out
    welcome.qm("release", "--all")
    assert "Nothing waits for you." in welcome.qm("status").out
    assert "Reviews overdue (2)" in welcome.qm("status", "--on", "2999-01-01").out
    welcome.iam("Other", "other@example.org")
    assert "Nothing waits for you." in welcome.qm("status", "--on", "2999-01-01").out


def test_explain_prints_every_page_and_the_list(centre: Centre) -> None:
    listed = centre.qm("explain").out
    for rule in ALL_RULES:
        assert rule.code in listed
        page = centre.qm("explain", rule.code).out
        assert page.startswith(f"{rule.code} {rule.name}")
        assert "## How to fix" in page
    assert centre.qm("explain", "broken-link").out.startswith("QM301")


def test_fail_on_warning_and_the_severities_of_qm_yaml_decide_the_exit_code(
    welcome: Centre,
) -> None:
    welcome.commit(
        {"processes/welcome/applicables/PR-ACC-001.md": procedure("PR-ACC-001", onwer="rq1")}
    )
    assert welcome.qm("check").code == 0
    assert welcome.qm("check", "--fail-on", "warning").code == 1
    welcome.write({"qm.yaml": SETTINGS + "check: {severity: {unknown-key: error}}\n"})
    assert welcome.qm("check").code == 1
    welcome.write({"qm.yaml": SETTINGS + "check: {ignore: [unknown-key]}\n"})
    assert welcome.qm("check", "--fail-on", "info").code == 0
    welcome.write({"qm.yaml": SETTINGS + "check: {ignore: [unknown-kee]}\n"})
    wrong = welcome.qm("check")
    assert wrong.code == 2
    assert "Did you mean unknown-key?" in wrong.err


def test_the_gap_is_written_whole_in_each_format(welcome: Centre) -> None:
    assert welcome.qm("gap", "iso-9001-2015", "--fail-under", "50").code == 1
    for name in ("gap.html", "gap.md", "gap.json"):
        assert welcome.qm("gap", "iso-9001-2015", "-o", name).code == 0
        assert (welcome.root / name).stat().st_size > 1000
    assert "<!doctype html>" in (welcome.root / "gap.html").read_text().lower()
    later = welcome.qm("gap", "iso-9001-2015", "--on", "2028-01-01").out
    assert "2026-11-21" in later  # nobody compared it with its source for more than a year


def test_an_output_is_never_written_through_a_link_or_into_git(welcome: Centre) -> None:
    target = welcome.root.parent / "target"
    (welcome.root / "link.json").symlink_to(target)
    assert welcome.qm("list", "--format", "json", "-o", "link.json").code == 2
    assert not target.exists()
    assert welcome.qm("list", "--format", "json", "-o", ".git/config").code == 2


@pytest.mark.parametrize("command", ["gap", "matrix", "trend", "list", "ref export"])
def test_an_output_is_never_written_behind_a_linked_folder(
    welcome: Centre, tmp_path: Path, command: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (welcome.root / "link").symlink_to(elsewhere)
    named = [] if command == "list" else ["iso-9001-2015"]
    done = welcome.qm(*command.split(), *named, "-o", "link/report.csv")
    assert (done.code, done.out) == (2, "")
    said = f"{welcome.root}/link is a link; name the folder it leads to: {elsewhere}"
    assert done.err == f"qm: {said}\n"
    assert not list(elsewhere.iterdir())


def test_a_link_above_the_repository_is_the_users_own(welcome: Centre, tmp_path: Path) -> None:
    (tmp_path / "home").symlink_to(welcome.root.parent)
    target = tmp_path / "home" / "documents.csv"
    assert welcome.qm("list", "-o", str(target)).code == 0
    assert target.read_text().startswith("id,")


def test_control_characters_of_a_title_are_shown_and_not_obeyed(welcome: Centre) -> None:
    text = procedure("PR-ACC-009").replace(
        "Title of PR-ACC-009", '"a \\x1b[2J [red]b[/] ::error::"'
    )
    welcome.commit({"processes/welcome/applicables/PR-ACC-009.md": text})
    for command in (["check"], ["list"], ["status"]):
        assert "\x1b" not in welcome.qm(*command).out
    assert "[red]b[/]" in welcome.qm("list", "--format", "json").out


def test_a_closed_pipe_ends_quietly(welcome: Centre) -> None:
    program = f"{sys.executable} -m qmtool explain QM301 | true"
    done = subprocess.run(
        ["/bin/bash", "-c", f"set -o pipefail; {program}"],
        cwd=welcome.root,
        capture_output=True,
        check=False,
    )
    assert done.stderr == b""


@pytest.mark.parametrize("share", ["-5", "150", "nan"])
def test_a_share_that_is_no_percentage_is_refused(welcome: Centre, share: str) -> None:
    done = welcome.qm("gap", "iso-9001-2015", f"--fail-under={share}")
    assert (done.code, done.out) == (2, "")
    assert "is no percentage" in done.err
