"""The referentials that a list or a search goes through: a broken one hides no other."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from qmtool.cli.common import language, tell

if TYPE_CHECKING:
    from qmtool.model.referential import Referential
    from qmtool.repository.library import Library


def sound(library: "Library", names: Iterable[str]) -> "Iterator[Referential]":
    """Yield the referentials called *names*; what is wrong with one that is broken is a note."""
    from qmtool.errors import SettingsError

    for name in names:
        try:
            yield library.referential(name)
        except SettingsError as error:
            for sentence in error.sentences:
                tell(language().render(sentence))
