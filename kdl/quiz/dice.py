"""Chance that can be repeated: every drawn number and every order follows from a seed that the log keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from kdl.memory.fuzz import share

T = TypeVar("T")


class Dice:
    """A stream of choices that depends on its key alone, the same in every Python version."""

    def __init__(self, *key: object):
        self._key, self._count = key, 0

    def _share(self) -> float:
        self._count += 1
        return share(*self._key, self._count)

    def integer(self, low: int, high: int) -> int:
        """One of low ... high, both possible."""
        return low + int(self._share() * (high - low + 1))

    def choice(self, options: Sequence[T]) -> T:
        return options[self.integer(0, len(options) - 1)]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """A new list in a random order (Fisher and Yates)."""
        order = list(things)
        for last in range(len(order) - 1, 0, -1):
            other = self.integer(0, last)
            order[last], order[other] = order[other], order[last]
        return order
