"""From the logs to the state of a card. The cache is whatever this module says, so that the two cannot disagree.

Pure: rows in, rows out. The order of a card's rows is (time, uuid), the same on every device.

Stability and difficulty are in terms of the weights (the parameter set) of the card's last answer. An answer under other
weights first retells the card's history under them: what was learned about the learner holds for the past, too. So does a
`reschedule`, which also moves the due day.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kdl.memory import fuzz, scheduler
from kdl.memory.moves import Moves
from kdl.memory.scheduler import Memory, Parameters
from kdl.store.reviews import Card, Event, Review

LEECH_AFTER = 8  # lapses after which a card is put aside
LEECH_EVERY = 4  # more of them, and one that was brought back is put aside again
SURE = 0.75  # the confidence from which a miss comes back first

ParameterSets = Mapping[int, Parameters]
DEFAULT_SETS: ParameterSets = {0: None}


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
    card: Card, rating: int, day: int, *, retention: float = scheduler.DESIRED_RETENTION, parameters: Parameters = None
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


def retold(card: Card, param_set: int, parameters: Parameters, history: Sequence[Review]) -> Card:
    """The card in terms of another parameter set: its answers, `history`, told again under those weights."""
    if card.stability is None or card.param_set == param_set:
        return replace(card, param_set=param_set)
    memory, last = None, history[0].study_day
    for row in history:
        memory = scheduler.next_state(memory, row.rating, max(0, row.study_day - last), parameters)
        last = max(last, row.study_day)
    return replace(card, stability=memory.stability, difficulty=memory.difficulty, param_set=param_set)


def apply_review(card: Card, row: Review, sets: ParameterSets = DEFAULT_SETS, history: Sequence[Review] = ()) -> Card:
    """The card after `row`. Cramming changes nothing.

    Args:
        sets: the weights by id. Where those of `row` are missing, the state that the row itself names is believed.
        history: the answers that made the card's memory; needed where `row` has another parameter set than the card.
    """
    if row.kind == "cram":
        return card
    card = restarted(card, row.rev)
    elapsed = None if card.stability is None else max(0, row.study_day - card.last_day)
    if row.param_set in sets or row.s1 is None:
        parameters = sets.get(row.param_set)
        card = retold(card, row.param_set, parameters, history)
        after = scheduler.next_state(memory_of(card), row.rating, elapsed or 0, parameters)
        # The stored day stands where the state is the stored one: load balancing may have chosen it by other cards.
        if row.s1 is not None and row.due_day is not None and math.isclose(after.stability, row.s1, rel_tol=1e-9):
            due = row.due_day
        else:
            day, wanted = row.study_day, row.desired_retention
            due = schedule(card, row.rating, day, retention=wanted, parameters=parameters).due_day
    else:
        card, after, due = replace(card, param_set=row.param_set), Memory(row.s1, row.d1), row.due_day
    return _answered(card, row, after, due, elapsed)


def _answered(card: Card, row: Review, after: Memory, due: int, elapsed: int | None) -> Card:
    """Everything that an answer changes. A lapse is a miss on a later day than the answer before it."""
    lapsed = row.rating == scheduler.AGAIN and bool(elapsed)
    lapses = card.lapses + lapsed
    leech = lapsed and lapses >= LEECH_AFTER and (lapses - LEECH_AFTER) % LEECH_EVERY == 0
    sure = row.rating == scheduler.AGAIN and (row.confidence or 0) >= SURE
    kept = card.sure_miss if card.sure_miss == row.session_id else None
    return replace(
        card,
        stability=after.stability,
        difficulty=after.difficulty,
        reps=card.reps + 1,
        lapses=lapses,
        first_day=row.study_day if card.first_day is None else card.first_day,
        last_day=max(row.study_day, card.last_day or row.study_day),
        due_day=due,
        suspended=1 if leech else card.suspended,
        leech=1 if leech else card.leech,
        buried_until=None,
        last_rating=row.rating,
        answer_fp=row.answer_fp,
        sure_miss=row.session_id if sure else kept,
    )


def apply_event(card: Card, event: Event, sets: ParameterSets = DEFAULT_SETS, history: Sequence[Review] = ()) -> Card:
    """The card after an event; an undo acts on the review it names, not here. `sets` and `history` as for a review."""
    match event.kind:
        case "suspend":
            return replace(card, suspended=1)
        case "unsuspend":
            return replace(card, suspended=0, leech=0)
        case "flag":
            return replace(card, flagged=1)
        case "unflag":
            return replace(card, flagged=0)
        case "bury":
            return replace(card, buried_until=int(event.detail or 0))
        case "reschedule":
            param_set, due = map(int, event.detail.split())
            if card.stability is None:
                return card
            return replace(retold(card, param_set, sets[param_set], history) if param_set in sets else card, due_day=due)
        case "reset":
            return replace(Card.new(card.card_id), suspended=card.suspended, flagged=card.flagged, rev=card.rev)
    return card


def replayed(
    card_id: str, reviews: Iterable[Review], events: Iterable[Event], sets: ParameterSets = DEFAULT_SETS
) -> tuple[Card, list[Review]]:
    """The state of one card after all its rows, in whatever order they come, and the answers that made its memory."""
    events = list(events)
    undone = {event.review_uuid for event in events if event.kind == "undo"}
    rows: list[Review | Event] = [row for row in reviews if row.uuid not in undone]
    card, history = Card.new(card_id), []
    for row in sorted(rows + events, key=lambda row: (row.ts, row.uuid)):
        if isinstance(row, Event):
            card = apply_event(card, row, sets, history)
        else:
            if row.kind == "cram":
                continue
            history = history if row.rev <= card.rev else []
            card = apply_review(card, row, sets, history)
            history.append(row)
        if card.stability is None:
            history = []
    return card, history


def replay_card(card_id: str, reviews: Iterable[Review], events: Iterable[Event], sets: ParameterSets = DEFAULT_SETS) -> Card:
    """The state of one card after all its rows, in whatever order they come."""
    return replayed(card_id, reviews, events, sets)[0]


def by_card(reviews: Iterable[Review], events: Iterable[Event]) -> dict[str, tuple[list[Review], list[Event]]]:
    """The rows of both logs, card by card."""
    events = list(events)
    moves, undone = Moves(events), {event.review_uuid for event in events if event.kind == "undo"}
    rows: dict[str, tuple[list[Review], list[Event]]] = defaultdict(lambda: ([], []))
    for review in reviews:
        if review.uuid not in undone:
            rows[moves.place(review)][0].append(review)
    for event in events:
        rows[moves.place(event)][1].append(event)
    return rows


def replay(reviews: Iterable[Review], events: Iterable[Event], sets: ParameterSets = DEFAULT_SETS) -> dict[str, Card]:
    """Every card that the logs speak of; cards on which nothing is left (all undone) are absent."""
    cards = {card_id: replay_card(card_id, *pair, sets) for card_id, pair in by_card(reviews, events).items()}
    return {card_id: card for card_id, card in sorted(cards.items()) if card != Card.new(card_id)}
