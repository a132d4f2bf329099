"""What is said of links does not depend on how many documents are looked at."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from qmtool.model.kind import Kind
from qmtool.model.label import Label
from qmtool.model.project import Project
from qmtool.model.settings import Settings
from qmtool.repository.parse import Parser
from qmtool.repository.record import build
from qmtool.rules.links import linked, links

NAMES = ("a.md", "b.md", "a b.md", "a%20b.md", "a#b.md", "a?b.md", "c:d.md", "é.md", "i.png")
FOLDERS = ("", "p/", "p/q/", "é/")
ENDS = st.sampled_from(["", "#top", "#titre", "#Titre", "#", "#absent", "?x=1", "?x#titre"])
WRITTEN = st.builds(
    lambda up, folder, name, end: f"{up}{folder}{name}{end}",
    st.sampled_from(["", "../", "../../", "./", "/", "../../../", "p/../"]),
    st.sampled_from(FOLDERS),
    st.sampled_from([*NAMES, "a%20b.md", "a%2520b.md", "%C3%A9.md", "", "absent.md"]),
    ENDS,
) | st.sampled_from(["#titre", "#absent", "https://a.org", "javascript:x", "../a.md%00"])
STATUSES = st.sampled_from(["draft", "released", "withdrawn", ""])
DAYS = ("2025-03-02", "2026-03-02")


class OneByOne(Project):
    """A project of which `qm` does not know that it is whole."""

    @property
    def is_whole(self) -> bool:
        return False


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """Return a procedure with links, and none to two versions."""
    days = DAYS[: draw(st.integers(0, 2))]
    rows = "".join(f"  - {{version: '{n}.0', date: {day}}}\n" for n, day in enumerate(days, 1))
    history = f"history:\n{rows}" if rows else ""
    version = f"version: '{len(days)}.0'\n" if days else ""
    body = "\n".join(f"- [a](<{one}>)" for one in draw(st.lists(WRITTEN, max_size=5)))
    head = f"kind: procedure\nstatus: {draw(STATUSES)}\n{version}{history}"
    return f"---\n{head}---\n# Titre\n\n{body}\n".encode()


@given(st.dictionaries(st.sampled_from([f"{a}{b}" for a in FOLDERS for b in NAMES]), texts()))
def test_a_link_is_judged_alike_among_all_documents_and_alone(files: dict[str, bytes]) -> None:
    kinds = {"procedure": Kind("procedure", Label.read("Procedure"), "document", True, ("PRO",))}
    parser = Parser(kinds)
    documents = tuple(
        build(path, parser.parse(data), {}) for path, data in files.items() if path.endswith(".md")
    )
    found = {
        "on": date(2026, 11, 22),
        "at": "",
        "settings": Settings(),
        "kinds": kinds,
        "documents": documents,
        "files": frozenset(files),
    }
    whole, alone = Project(**found), OneByOne(**found)
    assert {key: list(one) for key, one in links(whole).items() if one} == {
        key: list(one) for key, one in links(alone).items() if one
    }
    assert linked(whole) == linked(alone)
