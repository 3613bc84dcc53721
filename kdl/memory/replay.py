"""From the logs to the state of a card. The cache is whatever this module says, so that the two cannot disagree.

Pure: rows in, rows out. The order of a card's rows is (time, uuid), the same on every device.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kdl.memory import fuzz, scheduler
from kdl.memory.scheduler import Memory
from kdl.store.reviews import Card, Event, Review

ParameterSets = Mapping[int, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one answer does to a card's schedule."""

    elapsed_days: int | None
    r_pred: float | None
    before: Memory | None
    after: Memory
    interval_raw: float
    due_day: int


def memory_of(card: Card) -> Memory | None:
    """The FSRS state inside a card; None before its first answer."""
    return None if card.stability is None else Memory(card.stability, card.difficulty)


def schedule(
    card: Card, rating: int, day: int, *, retention: float = scheduler.DESIRED_RETENTION, parameters: tuple | None = None
) -> Outcome:
    """What `rating` on study day `day` would do to `card`, which stays as it is.

    A day before the card's last one (a clock set back) counts as that last day.
    """
    before = memory_of(card)
    elapsed = None if before is None else max(0, day - card.last_day)
    r_pred = None if before is None else scheduler.retrievability(before, elapsed, parameters)
    after = scheduler.next_state(before, rating, elapsed or 0, parameters)
    raw = scheduler.interval(after.stability, retention, parameters)
    days = fuzz.spread(scheduler.whole_days(raw), card.card_id, card.reps)
    return Outcome(elapsed, r_pred, before, after, raw, max(day, card.last_day or day) + days)


def restarted(card: Card, rev: int) -> Card:
    """The card before a review of the author's revision `rev`: a higher one than it knows starts the memory anew."""
    if rev <= card.rev:
        return card
    return replace(Card.new(card.card_id), suspended=card.suspended, flagged=card.flagged, rev=rev)


def apply_review(card: Card, row: Review, sets: ParameterSets | None = None) -> Card:
    """The card after `row`. Cramming changes nothing."""
    if row.kind == "cram":
        return card
    card = restarted(card, row.rev)
    parameters = (sets or {}).get(row.param_set)
    outcome = schedule(card, row.rating, row.study_day, retention=row.desired_retention, parameters=parameters)
    # The stored day stands where the state is the stored one: load balancing may have chosen it by other cards.
    same = row.s1 is not None and row.due_day is not None and math.isclose(outcome.after.stability, row.s1, rel_tol=1e-9)
    return replace(
        card,
        stability=outcome.after.stability,
        difficulty=outcome.after.difficulty,
        reps=card.reps + 1,
        lapses=card.lapses + (row.rating == scheduler.AGAIN and card.reps > 0),
        first_day=row.study_day if card.first_day is None else card.first_day,
        last_day=max(row.study_day, card.last_day or row.study_day),
        due_day=row.due_day if same else outcome.due_day,
        buried_until=None,
        last_rating=row.rating,
        answer_fp=row.answer_fp,
    )


def apply_event(card: Card, event: Event) -> Card:
    """The card after an event; an undo acts on the review it names, not here."""
    match event.kind:
        case "suspend":
            return replace(card, suspended=1)
        case "unsuspend":
            return replace(card, suspended=0)
        case "flag":
            return replace(card, flagged=1)
        case "unflag":
            return replace(card, flagged=0)
        case "bury":
            return replace(card, buried_until=int(event.detail or 0))
        case "reset":
            return replace(Card.new(card.card_id), suspended=card.suspended, flagged=card.flagged, rev=card.rev)
    return card


def replay_card(card_id: str, reviews: Iterable[Review], events: Iterable[Event], sets: ParameterSets | None = None) -> Card:
    """The state of one card after all its rows, in whatever order they come."""
    events = list(events)
    undone = {event.review_uuid for event in events if event.kind == "undo"}
    rows: list[Review | Event] = [row for row in reviews if row.uuid not in undone]
    card = Card.new(card_id)
    for row in sorted(rows + events, key=lambda row: (row.ts, row.uuid)):
        card = apply_review(card, row, sets) if isinstance(row, Review) else apply_event(card, row)
    return card


def replay(reviews: Iterable[Review], events: Iterable[Event], sets: ParameterSets | None = None) -> dict[str, Card]:
    """Every card that the logs speak of; cards on which nothing is left (all undone) are absent."""
    rows: dict[str, tuple[list[Review], list[Event]]] = defaultdict(lambda: ([], []))
    for review in reviews:
        rows[review.card_id][0].append(review)
    for event in events:
        rows[event.card_id][1].append(event)
    cards = {card_id: replay_card(card_id, *pair, sets) for card_id, pair in rows.items()}
    return {card_id: card for card_id, card in sorted(cards.items()) if card != Card.new(card_id)}
