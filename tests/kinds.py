"""The kinds that qm ships, as it reads them."""

from collections.abc import Mapping
from functools import cache

from qmtool.model.kind import Kind
from qmtool.repository.cache import Cache
from qmtool.repository.data_files import DataFiles
from qmtool.repository.library import _kind
from tests.conftest import ROOT


@cache
def shipped_kinds() -> Mapping[str, Kind]:
    """Return the shipped kinds by name."""
    files = DataFiles(Cache("kinds", enabled=False))
    paths = sorted(ROOT.glob("templates/[!_]*/kind.yaml"))
    return {
        path.parent.name: _kind(
            path.parent.name, files.read(path.read_bytes(), "kind", path.parent.name)
        )
        for path in paths
    }
