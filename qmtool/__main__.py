"""Run `qm` as `python -m qmtool`."""

import sys

# Python looks for modules in the working folder first: a repository may hold a `rich.py`.
if not sys.flags.safe_path:
    del sys.path[0]

from qmtool.cli.main import run

run()
