"""Records to verify: a centre with released documents, and one whose releases are signed."""

from pathlib import Path

import pytest

from tests.conftest import SETTINGS, Centre, built_once, procedure
from tests.keys import new_key
from tests.verify.forge import DOC, OTHER


@pytest.fixture(autouse=True)
def _own_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the anchors of a test apart from those of the user and of other tests."""
    monkeypatch.setenv("QM_STATE_DIR", str(tmp_path / "state"))


@pytest.fixture
@built_once
def record(welcome: Centre) -> Centre:
    """Return a quality system with one released document and one draft."""
    assert welcome.qm("release", "PR-ACC-001", "-m", "first").code == 0
    return welcome


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the private key of the quality manager."""
    path = tmp_path_factory.mktemp("keys") / "rq1"
    new_key(path)
    return path


@pytest.fixture(scope="session")
def mia_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the private key of somebody who may not release."""
    path = tmp_path_factory.mktemp("keys") / "mia"
    new_key(path)
    return path


@pytest.fixture
@built_once
def signed(centre: Centre, key: Path, mia_key: Path) -> Centre:
    """Return a quality system whose policy has keys, with one signed release."""
    centre.git("config", "user.signingkey", str(key))
    centre.commit({"qm.yaml": with_keys(key, mia_key), DOC: procedure("PR-ACC-001")})
    centre.commit({OTHER: procedure("PR-ACC-002")})
    done = centre.qm("release", "PR-ACC-001", "-m", "first")
    assert done.code == 0, done.err
    return centre


def with_keys(key: Path, mia_key: Path, **days: str) -> str:
    """Return settings with the keys of both; *days* limit that of the quality manager."""
    own = Path(f"{key}.pub").read_text().strip()
    limits = "".join(f", {name}: {day}" for name, day in days.items())
    theirs = Path(f"{mia_key}.pub").read_text().strip()
    return SETTINGS.replace(
        "roles: [rq]}", f'roles: [rq], keys: [{{key: "{own}"{limits}}}]}}'
    ).replace("email: mia@example.org}", f'email: mia@example.org, keys: ["{theirs}"]}}')
