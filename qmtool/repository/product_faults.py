"""What a field says that is the product of others, and is not what these come to."""

from collections.abc import Iterator, Mapping
from typing import Any

from qmtool.model.diagnostic import Fault
from qmtool.model.kind import Kind
from qmtool.model.products import products
from qmtool.model.text import say


def product_faults(
    values: Mapping[str, Any], kind: Kind, places: Mapping[str, tuple[int, int]]
) -> Iterator[Fault]:
    """Yield the fields of *kind* that the *values* contradict which they are the product of."""
    for name, wanted in products(kind, values):
        if name in values and values[name] != wanted:
            message = say(
                "{field} is {value}, and {factors} is {product}",
                field=name,
                value=values[name],
                factors=" × ".join(kind.products[name]),
                product=wanted,
            )
            fix = say(
                "Write {field}: {product}, or correct what it is made of.",
                field=name,
                product=wanted,
            )
            yield Fault("invalid-value", *places.get(name, (1, 1)), message, fix)
