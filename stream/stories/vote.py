"""Choosing one value where accounts differ: the most told, the first told among equals. Pure."""

from collections.abc import Hashable, Iterable
from typing import TypeVar

Value = TypeVar("Value", bound=Hashable)


def most_told(values: Iterable[Value | None]) -> Value | None:
    """The value told most often; of equals the one told first; None where none is told."""
    counts: dict[Value, int] = {}
    for value in values:
        if value is not None:
            counts[value] = counts.get(value, 0) + 1
    return max(counts, key=counts.__getitem__) if counts else None
