"""Sentences for people, kept apart from their values until they are translated."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A gettext message id and the values of its `{placeholders}`."""

    message: str
    values: tuple[tuple[str, object], ...] = ()

    def render(
        self, translate: Callable[[str], str] = str, show: Callable[[object], object] = str
    ) -> str:
        """Return the sentence in the language of *translate*, its values as *show* writes them.

        Values that are texts themselves are rendered in the same way.
        """
        values = {
            key: value.render(translate, show) if isinstance(value, Text) else show(value)
            for key, value in self.values
        }
        return translate(self.message).format(**values)

    def __str__(self) -> str:
        return self.render()


def say(message: str, /, **values: object) -> Text:
    """Return the text of *message*; Babel extracts the literal from the calls of this function."""
    return Text(message, tuple(values.items()))


def listing(values: object) -> str:
    """Return *values*, an iterable, as one readable list: `a, b, c`."""
    return ", ".join(str(value) for value in values)  # type: ignore[attr-defined]


def joined(values: Iterable[object]) -> Text:
    """Return *values*, among them texts still to be translated, as one readable list."""
    named = tuple((f"v{n}", value) for n, value in enumerate(values))
    return Text(", ".join(f"{{{name}}}" for name, _ in named), named)
