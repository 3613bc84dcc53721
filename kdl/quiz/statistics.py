"""What the log says of the learner's memory. Only real answers count: no cramming, nothing that was undone."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from kdl.memory import queue, scheduler
from kdl.store.reviews import Card, Event, Review

ENOUGH = 20  # answers after at least a day; below that a percentage says nothing
RETAINED_DAYS = 30


@dataclass(frozen=True)
class Statistics:
    """Counts, and the share recalled after a day or more with its 95 % interval (None below ENOUGH answers)."""

    reviews: int
    today: int
    cards: int
    due: int
    suspended: int
    retained: int
    spaced: int
    recalled: int
    retention: float | None
    low: float | None
    high: float | None
    predicted: float | None


def wilson(hits: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share, by Wilson."""
    share, square = hits / count, z * z / count
    middle = share + square / 2
    reach = z * math.sqrt(share * (1 - share) / count + square / (4 * count))
    return (middle - reach) / (1 + square), (middle + reach) / (1 + square)


def counting(reviews: Iterable[Review], events: Iterable[Event]) -> list[Review]:
    """The answers that count."""
    undone = {event.review_uuid for event in events if event.kind == "undo"}
    return [row for row in reviews if row.kind in ("review", "exercise") and row.uuid not in undone]


def statistics(reviews: Iterable[Review], events: Iterable[Event], cards: Iterable[Card], today: int) -> Statistics:
    """Everything that `kdl quiz stats` prints, for the study day `today`."""
    rows, cards = counting(reviews, events), list(cards)
    spaced = [row for row in rows if row.elapsed_days and row.r_pred is not None]
    recalled = sum(row.rating > scheduler.AGAIN for row in spaced)
    told = len(spaced) >= ENOUGH
    low, high = wilson(recalled, len(spaced)) if told else (None, None)
    return Statistics(
        reviews=len(rows),
        today=sum(row.study_day == today for row in rows),
        cards=sum(card.reps > 0 for card in cards),
        due=sum(queue.is_due(card, today) for card in cards),
        suspended=sum(card.suspended for card in cards),
        retained=sum((card.stability or 0) >= RETAINED_DAYS for card in cards),
        spaced=len(spaced),
        recalled=recalled,
        retention=recalled / len(spaced) if told else None,
        low=low,
        high=high,
        predicted=sum(row.r_pred for row in spaced) / len(spaced) if told else None,
    )
