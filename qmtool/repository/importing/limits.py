"""How large a spreadsheet may be: larger than any referential, and no larger."""

from qmtool.errors import UsageError
from qmtool.model.text import Text, say

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 256
MAX_CELLS = 500_000


def refused(place: object, why: Text) -> UsageError:
    """Return the error that says *why* the file, or the line of it, at *place* is not read."""
    return UsageError(say("{path}: {message}", path=place, message=why))


def within(shown: str, rows: int, columns: int, cells: int) -> None:
    """Raise UsageError if a table is larger than any referential can be."""
    for found, limit, message in (
        (rows, MAX_ROWS, say("a sheet has more than {limit} rows", limit=MAX_ROWS)),
        (columns, MAX_COLUMNS, say("a sheet has more than {limit} columns", limit=MAX_COLUMNS)),
        (cells, MAX_CELLS, say("the file has more than {limit} cells", limit=MAX_CELLS)),
    ):
        if found > limit:
            raise refused(shown, message)
