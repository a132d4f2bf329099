"""What `--staged` says of a file does not depend on what else it read."""

from ..conftest import Centre, procedure

WITHDRAWN = procedure(
    "PR-ACC-050",
    status="withdrawn",
    version='"1.0"',
    effective="2026-03-02",
    history='[{version: "1.0", date: 2026-03-02, approver: [rq1]}, '
    "{withdrawn: 2026-06-01, by: rq1, reason: old}]",
)
RECORD = (
    "---\nid: EN-20260105-K7QD\ntitle: Welcome\nkind: record\ndate: 2026-01-05\n---\n\n[See]({})\n"
)


def test_an_old_link_of_a_record_to_a_withdrawn_document_is_kept(welcome: Centre) -> None:
    folder = "processes/welcome"
    welcome.commit({f"{folder}/archives/PR-ACC-050.md": WITHDRAWN})
    path = f"{folder}/enregistrements/EN-20260105-K7QD.md"
    for target, code in (("PR-ACC-050", ""), ("PR-ACC-090", "QM301")):
        welcome.write({path: RECORD.format(f"../applicables/{target}.md")})
        welcome.git("add", "-A")
        staged = welcome.qm("check", "--staged", "--select", "QM301", "--format", "concise").out
        whole = welcome.qm("check", "--select", "QM301", "--format", "concise").out
        assert [line for line in staged.splitlines() if path in line] == [
            line for line in whole.splitlines() if path in line
        ]
        assert ("QM301" in whole) == bool(code)
