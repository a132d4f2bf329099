"""Fields that are the product of others: a criticality, a score."""

from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

from qmtool.model.kind import Kind

NUMBERS = ("integer", "number")
"""The types of a product, and of its factors."""


def products(kind: Kind, values: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield the fields of *kind* that are products, and what *values* make of them.

    One of which a factor is not known is left out.
    """
    for name, factors in kind.products.items():
        held = [values.get(factor) for factor in factors]
        known = [one for one in held if isinstance(one, int | float)]
        if len(known) == len(held):
            yield name, prod(known)
