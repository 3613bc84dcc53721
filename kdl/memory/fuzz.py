"""Spread intervals a little, so that what was learned on one day does not come back on one day for ever.

The ranges are those that Anki uses: a day, plus 15 % of the part of the interval between 2.5 and 7 days, 10 % of the part up
to 20, 5 % of the rest. The dice are a hash of (card, reps): the same history always gives the same day, on every device.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Mapping

from kdl.memory.scheduler import MAXIMUM_INTERVAL

SHORTEST = 2.5
_SHARES = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.10), (20.0, math.inf, 0.05))


def bounds(days: int) -> tuple[int, int]:
    """The first and the last day that an interval of `days` may be moved to."""
    if days < SHORTEST:
        return days, days
    reach = 1.0 + sum(share * max(0.0, min(days, end) - start) for start, end, share in _SHARES)
    return math.floor(days - reach + 0.5), min(math.floor(days + reach + 0.5), MAXIMUM_INTERVAL)


def share(*key: object) -> float:
    """A number in [0, 1) that depends on `key` alone."""
    digest = hashlib.sha256("\x1f".join(map(str, key)).encode()).digest()
    return int.from_bytes(digest[:6], "big") / (1 << 48)


def spread(days: int, card_id: str, reps: int) -> int:
    """The interval that is scheduled in place of `days`: every day within `bounds` is equally likely.

    Args:
        days: the whole-day interval that the scheduler asks for.
        reps: how often the card was answered before.
    """
    low, high = bounds(days)
    return low + math.floor(share("fuzz", card_id, reps) * (high - low + 1))


def balanced(days: int, card_id: str, reps: int, load: Mapping[int, int], apart: Collection[int] = ()) -> int:
    """The interval within `bounds` on whose day the least is due, the slope aside; where several are equal, a seeded one.

    Days further away are emptier only because what will fill them was not answered yet. Whoever takes the emptiest day
    lengthens each interval, by 12 % in a simulated year, and more is forgotten than was wished. So the straight line through
    the load is taken out first; what is left has no direction, and fills the holes as well.

    Args:
        days: as for `spread`.
        load: interval -> how many other cards are due then; 0 where it is missing.
        apart: intervals on which something is due that would give this card away; taken only where nothing else is left.
    """
    low, high = bounds(days)
    every = range(low, high + 1)
    free = [one for one in every if one not in apart] or list(every)
    slope = _slope([load.get(one, 0) for one in every])
    above = {one: round(load.get(one, 0) - slope * (one - low), 6) for one in free}
    least = min(above.values())
    level = [one for one in free if above[one] == least]
    return level[math.floor(share("balance", card_id, reps) * len(level))]


def _slope(values: list[int]) -> float:
    """Of the straight line through equally spaced values, by least squares."""
    middle = (len(values) - 1) / 2
    width = sum((place - middle) ** 2 for place in range(len(values)))
    return sum((place - middle) * value for place, value in enumerate(values)) / width if width else 0.0
