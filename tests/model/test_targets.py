"""A target leads inside the repository, to an allowed scheme, or nowhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qmtool.model.paths import join
from qmtool.model.targets import SCHEMES, Place, Resolver, resolve

FOLDER = "processes/accueil/applicables"


@pytest.mark.parametrize(
    ("target", "path", "anchor"),
    [
        ("PR-ACC-002.md", f"{FOLDER}/PR-ACC-002.md", ""),
        ("./PR-ACC-002.md#objet", f"{FOLDER}/PR-ACC-002.md", "objet"),
        (
            "../formulaires/a%20b.md?plain=1#%C3%A9tapes",
            "processes/accueil/formulaires/a b.md",
            "étapes",
        ),
        ("/qm.yaml", "qm.yaml", ""),
        ("../../..", "", ""),
        ("a%23b.md", f"{FOLDER}/a#b.md", ""),
        ("100%25.md", f"{FOLDER}/100%.md", ""),
    ],
)
def test_a_path_counts_from_the_folder_or_from_the_top(target: str, path: str, anchor: str) -> None:
    assert resolve(FOLDER, target) == Place(path, anchor)


@pytest.mark.parametrize("target", ["https://a.org/../../x", "HTTP://a.org", "mailto:a@b", "tel:1"])
def test_an_allowed_scheme_leads_outside(target: str) -> None:
    assert resolve(FOLDER, target) == Place(outside=True)


@pytest.mark.parametrize(
    "target",
    [
        "vbscript:x",
        "ja\tvascript:alert(1)",
        " javascript:alert(1)",
        "\u00a0javascript:alert(1)",
        "%6A%61vascript:alert(1)",
        "%25256aavascript%25253A1",
        "ｈttps://example.org",
        "blob:x",
        "about:blank",
        ":x",
        "/\\a.org",
        "\\/a.org",
        "%5C%5Ca.org",
        "/%2Fa.org",
        "../../../..",
        "%2e%2e/%2E%2E/%2e./.%2e/x",
        "..%5C..%5C..%5C..%5Cx",
        "a" * 4001,
    ],
)
def test_any_other_target_is_refused(target: str) -> None:
    assert resolve(FOLDER, target).refusal is not None


pieces = st.sampled_from(
    ["..", ".", "/", "\\", "a", "é", "#", "?", ":", "%2e", "%2F", "%5C", "%25", "%00", "javascript"]
)
targets = st.text() | st.lists(pieces, max_size=12).map("".join)


@given(targets)
def test_no_target_leads_out_of_the_repository(target: str) -> None:
    place = resolve(FOLDER, target)
    assert ".." not in place.path.split("/")
    assert not place.path.startswith("/")
    if place.outside:
        assert target.lower().startswith(tuple(f"{scheme}:" for scheme in SCHEMES))


@given(st.lists(st.sampled_from(["a", "b", "é"]), max_size=5), st.lists(pieces, max_size=6))
def test_the_path_of_a_joined_path_is_itself(folder: list[str], parts: list[str]) -> None:
    path = join("/".join(folder), "/".join(parts))
    if path is not None:
        assert join("", path) == path


@given(st.lists(targets, max_size=4), targets, st.sampled_from(["", "a", FOLDER]))
def test_what_is_known_is_resolved_alike(known: list[str], target: str, folder: str) -> None:
    paths = [place.path for one in [*known, target] if (place := resolve(folder, one)).path]
    assert Resolver(paths).resolve(folder, target) == resolve(folder, target)
