"""What the days to come will ask, and what the days gone by have asked. Pure: cards or answers and a day in, counts out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kdl.store.reviews import Card, Review

WEEK = 7
WEEKS = 53


@dataclass(frozen=True)
class Forecast:
    """Cards that fall due, if nothing else is answered.

    Attributes:
        days: cards for `today` and each day after it.
        overdue: how many of today's were due before today.
        later: cards due after the last of `days`.
    """

    today: int
    days: tuple[int, ...]
    overdue: int
    later: int

    @property
    def total(self) -> int:
        """Cards due within the days."""
        return sum(self.days)


def forecast(cards: Iterable[Card], today: int, days: int) -> Forecast:
    """Due cards for each of `days` days. Suspended cards are left out, buried ones wait for their day."""
    counts: Counter[int] = Counter()
    overdue = 0
    for card in cards:
        if card.due_day is None or card.suspended:
            continue
        when = max(card.due_day, card.buried_until or 0, today)
        counts[when] += 1
        overdue += when == today and card.due_day < today
    shown = tuple(counts[today + day] for day in range(days))
    return Forecast(today, shown, overdue, sum(counts.values()) - sum(shown))


def activity(rows: Iterable[Review], today: int, weeks: int = WEEKS) -> dict[int, int]:
    """Study day -> answers on it, for whole weeks from a Monday to the week of `today`; a day without answers has 0.

    Args:
        rows: the answers that count.
    """
    monday = today - (today - 1) % WEEK
    first = monday - (weeks - 1) * WEEK
    counts = Counter(row.study_day for row in rows)
    return {day: counts[day] for day in range(first, today + 1)}


def shade_steps(counts: Iterable[int]) -> tuple[int, int, int]:
    """The highest count of the first three of four shades, equally far apart; the fourth takes what is above.

    They are cut to fit nine of ten days that have any, so that one long day does not make all the others look alike.
    """
    active = sorted(count for count in counts if count)
    usual = active[-(-9 * len(active) // 10) - 1] if active else 0
    step = max(1, -(-usual // 4))
    return step, 2 * step, 3 * step
