"""Run `qm` as `python -m qmtool`."""

from qmtool.cli.main import run

run()
