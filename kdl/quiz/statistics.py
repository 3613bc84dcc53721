"""What the log says of the learner's memory. Only real answers count: no cramming, no imports, nothing that was undone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kdl.memory import queue, scheduler
from kdl.store.reviews import Card, Event, Review

ENOUGH = 20  # answers after at least a day; below that a percentage says nothing
RETAINED_DAYS = 30
RECENT_DAYS = 30


@dataclass(frozen=True)
class Share:
    """How many of some spaced answers were right, with the 95 % interval; shares are None below ENOUGH answers."""

    spaced: int
    recalled: int
    retention: float | None
    low: float | None
    high: float | None
    predicted: float | None


@dataclass(frozen=True)
class Statistics:
    """Counts, and the share recalled after a day or more with its 95 % interval (None below ENOUGH answers)."""

    reviews: int
    today: int
    cards: int
    due: int
    suspended: int
    leeches: int
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
    low, high = (middle - reach) / (1 + square), (middle + reach) / (1 + square)
    return max(0.0, low), min(1.0, high)  # rounding may lead out of the range of a share


def counting(reviews: Iterable[Review], events: Iterable[Event]) -> list[Review]:
    """The answers that count."""
    undone = {event.review_uuid for event in events if event.kind == "undo"}
    return [row for row in reviews if row.kind in ("review", "exercise") and row.uuid not in undone]


def spaced(rows: Iterable[Review]) -> list[Review]:
    """The answers that test a memory, oldest first: a day or more after the answer before, so with a prediction."""
    tested = [row for row in rows if row.elapsed_days and row.r_pred is not None]
    return sorted(tested, key=lambda row: (row.ts or 0, row.uuid))


def right(row: Review) -> bool:
    """Was it remembered?"""
    return row.rating > scheduler.AGAIN


def share(tested: Sequence[Review]) -> Share:
    """The share of `tested` (spaced answers) that was recalled: the true retention."""
    recalled = sum(map(right, tested))
    if len(tested) < ENOUGH:
        return Share(len(tested), recalled, None, None, None, None)
    predicted = sum(row.r_pred for row in tested) / len(tested)
    return Share(len(tested), recalled, recalled / len(tested), *wilson(recalled, len(tested)), predicted)


def shares(tested: Sequence[Review], today: int) -> dict[str, Share]:
    """True retention by name: of all spaced answers, of the recent ones, of young memories and of those a month strong."""
    return {
        "all answers": share(tested),
        f"last {RECENT_DAYS} days": share([row for row in tested if row.study_day > today - RECENT_DAYS]),
        f"stability < {RETAINED_DAYS} days": share([row for row in tested if (row.s0 or 0) < RETAINED_DAYS]),
        f"stability >= {RETAINED_DAYS} days": share([row for row in tested if (row.s0 or 0) >= RETAINED_DAYS]),
    }


def statistics(reviews: Iterable[Review], events: Iterable[Event], cards: Iterable[Card], today: int) -> Statistics:
    """The numbers at the head of `kdl quiz stats`, for the study day `today`."""
    rows, cards = counting(reviews, events), list(cards)
    found = share(spaced(rows))
    return Statistics(
        reviews=len(rows),
        today=sum(row.study_day == today for row in rows),
        cards=sum(card.reps > 0 for card in cards),
        due=sum(queue.is_due(card, today) for card in cards),
        suspended=sum(card.suspended for card in cards),
        leeches=sum(card.leech for card in cards),
        retained=sum((card.stability or 0) >= RETAINED_DAYS for card in cards),
        **vars(found),
    )
