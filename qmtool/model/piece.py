"""A file of an output folder, made only when it is needed."""

from collections.abc import Callable
from typing import NamedTuple


class Piece(NamedTuple):
    """What *make* returns is the content of a file; *key* stands for everything that it depends on.

    With the key of the last time the file is as it was. Without one it is always made.
    """

    make: Callable[[], bytes]
    key: str = ""
