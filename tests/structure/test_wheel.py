"""The wheel holds the package and its data, and nothing else."""

import os
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ZipFile]:
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory"]
    subprocess.run([*build, str(folder)], cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    with ZipFile(path) as opened:
        yield opened


def test_the_wheel_holds_the_shipped_data(wheel: ZipFile) -> None:
    names = wheel.namelist()
    assert "qmtool/_data/referentials/iso-9001-2015/referential.yaml" in names
    assert "qmtool/_data/templates/procedure/kind.yaml" in names


def test_the_wheel_holds_every_schema_and_catalogue(wheel: ZipFile) -> None:
    package = ROOT / "qmtool"
    data = [*package.glob("schemas/*.json"), *package.glob("locale/*/LC_MESSAGES/*.mo")]
    expected = {path.relative_to(ROOT).as_posix() for path in data}
    assert any(name.startswith("qmtool/schemas/") for name in expected)
    assert expected <= set(wheel.namelist())


def test_the_wheel_holds_the_package_only(wheel: ZipFile) -> None:
    tops = {PurePosixPath(name).parts[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"qmtool"}


def test_the_wheel_offers_the_command(wheel: ZipFile) -> None:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/entry_points.txt"))
    entries = ConfigParser()
    entries.read_string(wheel.read(name).decode("utf-8"))
    assert dict(entries["console_scripts"]) == {"qm": "qmtool.cli.main:run"}


def test_an_installed_wheel_finds_its_own_data(wheel: ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    show = "from qmtool.resources import shipped; print(shipped('templates'))"
    found = subprocess.run(
        [sys.executable, "-c", show],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    assert Path(found) == (tmp_path / "qmtool" / "_data" / "templates").resolve()
