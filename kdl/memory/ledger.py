"""The only way to change what is remembered: append to a log and bring the card up to date, in one transaction.

Items, exercises and predictions all come through here. On return the rows are on the disk, so that a caller may show
feedback: whatever was shown survives kill -9 and a power cut.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from kdl.errors import StoreProblem
from kdl.memory import fuzz, replay, scheduler
from kdl.memory.moves import Moves
from kdl.memory.replay import Outcome
from kdl.memory.study_day import Moment
from kdl.store import database, parameter_sets, reviews, settings
from kdl.store.reviews import Card, Event, Review


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of one answer beyond its rating; the log keeps all of it."""

    correct: bool | None = None
    text: str | None = None
    right: str | None = None
    confidence: float | None = None
    draw_seed: int | None = None
    option_order: str | None = None
    hint_used: bool = False
    ms: int | None = None
    body_fp: str | None = None
    answer_fp: str | None = None
    rev: int = 1


def retention(db: sqlite3.Connection) -> float:
    """The share that the learner wants to recall."""
    return settings.read(db, settings.RETENTION, scheduler.DESIRED_RETENTION)


def record(
    db: sqlite3.Connection,
    card_id: str,
    rating: int,
    moment: Moment,
    *,
    session_id: str,
    kind: str = "review",
    answer: Answer | None = None,
    apart: Iterable[str] = (),
) -> Review:
    """Append one review and update its card; durable on return.

    Args:
        card_id: `item`, `item#part`, or the id of another kind of card, as `exercise:lstm-cell`.
        rating: AGAIN, HARD, GOOD or EASY.
        kind: `review`; `cram` is logged and moves no schedule; `exercise` and `import` count as reviews.
        apart: other items that should not come on the day that this card comes.

    Raises:
        StoreProblem: it could not be stored; then nothing was.
    """
    answer = answer or Answer()
    with database.transaction(db):
        param_set, weights = parameter_sets.active(db)
        card = replay.restarted(reviews.card(db, card_id), answer.rev)
        if kind != "cram" and card.stability is not None and card.param_set != param_set:
            card = replay.retold(card, param_set, weights, _history(db, card_id))
        row = _row(db, card, rating, moment, session_id, kind, answer, {param_set: weights}, apart)
        reviews.add_review(db, row)
        if kind != "cram":
            reviews.put_card(db, replay.apply_review(card, row, {}))  # without weights: the row says what was worked out
    return row


def _history(db: sqlite3.Connection, card_id: str) -> list[Review]:
    """The answers that made the card's memory."""
    return replay.replayed(card_id, *_rows(db, card_id), parameter_sets.weights(db))[1]


def _row(db, card: Card, rating: int, moment: Moment, session_id: str, kind: str, answer: Answer, sets, apart) -> Review:
    """The log's line, with everything needed to replay and to audit the decision."""
    ((param_set, weights),) = sets.items()
    # A clock that was set back must not sort this answer before the card's last one.
    ts = max(moment.ts, reviews.latest_ts(db, card.card_id) + 1)
    day = max(moment.day, card.last_day or moment.day)
    wanted = retention(db)
    outcome = replay.schedule(card, rating, day, retention=wanted, parameters=weights)
    counts = kind != "cram"
    return Review(
        uuid=database.new_id(),
        card_id=card.card_id,
        session_id=session_id,
        device_id=database.device_id(db),
        ts=ts,
        utc_offset_min=moment.utc_offset_min,
        study_day=day,
        elapsed_days=outcome.elapsed_days,
        kind=kind,
        rating=rating,
        correct=None if answer.correct is None else int(answer.correct),
        confidence=answer.confidence,
        answer=answer.text,
        right_answer=answer.right,
        draw_seed=answer.draw_seed,
        option_order=answer.option_order,
        hint_used=int(answer.hint_used),
        ms=answer.ms,
        body_fp=answer.body_fp,
        answer_fp=answer.answer_fp,
        rev=answer.rev,
        scheduler=scheduler.NAME,
        param_set=param_set,
        desired_retention=wanted,
        r_pred=outcome.r_pred,
        s0=outcome.before.stability if outcome.before else None,
        d0=outcome.before.difficulty if outcome.before else None,
        s1=outcome.after.stability if counts else None,
        d1=outcome.after.difficulty if counts else None,
        interval_raw=outcome.interval_raw if counts else None,
        due_day=_due_day(db, card, outcome, day, apart) if counts else None,
    )


def _due_day(db: sqlite3.Connection, card: Card, outcome: Outcome, day: int, apart: Iterable[str]) -> int:
    """The least loaded day of those that the interval may be moved to. Decided once: a replay takes it from the log."""
    days = scheduler.whole_days(outcome.interval_raw)
    low, high = fuzz.bounds(days)
    if low == high:
        return day + days
    load = reviews.load(db, day + low, day + high, card.card_id)
    taken = reviews.due_days(db, {card.item_id, *apart}, card.card_id)
    chosen = fuzz.balanced(
        days, card.card_id, card.reps, {due - day: count for due, count in load.items()}, {due - day for due in taken}
    )
    return day + chosen


def mark(db: sqlite3.Connection, kind: str, card_id: str, moment: Moment, detail: str | None = None) -> Card:
    """Append an event (suspend unsuspend bury flag unflag reset) and return the card as it is now."""
    with database.transaction(db):
        event = new_event(db, kind, card_id, moment, detail=detail)
        reviews.add_event(db, event)
        card = replay.apply_event(reviews.card(db, card_id), event)
        reviews.put_card(db, card)
    return card


def undo(db: sqlite3.Connection, moment: Moment) -> Review | None:
    """Take back the newest review that still counts, of any session; None where there is none.

    The review stays in the log; an event says that it is void.
    """
    with database.transaction(db):
        row = reviews.last_review(db)
        if row is None:
            return None
        card_id = Moves(reviews.moves(db)).place(row)
        reviews.add_event(db, new_event(db, "undo", card_id, moment, review_uuid=row.uuid))
        reviews.put_card(db, _replayed(db, card_id))
    return row


def new_event(
    db, kind: str, card_id: str, moment: Moment, *, review_uuid: str | None = None, detail: str | None = None
) -> Event:
    """A row for the event log, later than everything that the logs say of the card."""
    ts = max(moment.ts, reviews.latest_ts(db, card_id) + 1)
    return Event(database.new_id(), ts, database.device_id(db), kind, card_id, review_uuid, detail)


def _replayed(db: sqlite3.Connection, card_id: str) -> Card:
    return replay.replay_card(card_id, *_rows(db, card_id), parameter_sets.weights(db))


def _rows(db: sqlite3.Connection, card_id: str) -> tuple[list[Review], list[Event]]:
    """Both logs of one card, without what was undone: what was written under its id, and what was moved to it."""
    moves = Moves(reviews.moves(db))
    origins = moves.origins(card_id)
    undone = reviews.undone(db, origins)
    answers = [row for name in origins for row in reviews.reviews(db, name) if row.uuid not in undone]
    events = [row for name in origins for row in reviews.events(db, name)]
    return [row for row in answers if moves.place(row) == card_id], [row for row in events if moves.place(row) == card_id]


def move(db: sqlite3.Connection, old: str, new: str, moment: Moment) -> Card:
    """What the card `old` remembers belongs to `new` from now on, whose state is returned. The rows of `old` stay.

    Raises:
        ValueError: both are the same card.
    """
    if old == new:
        raise ValueError(f"a card cannot be moved to itself. Received: {old!r}")
    with database.transaction(db):
        ts = max(moment.ts, reviews.latest_ts(db, old) + 1, reviews.latest_ts(db, new) + 1)
        reviews.add_event(db, Event(database.new_id(), ts, database.device_id(db), "move", old, None, new))
        for card_id in (old, new):
            reviews.put_card(db, _replayed(db, card_id))
    return reviews.card(db, new)


def audit(db: sqlite3.Connection) -> list[str]:
    """Replay the logs and compare: one line for each way in which the cache or the file is not sound."""
    lines = [f"SQLite: {row[0]}" for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
    told = _told(db)
    kept = reviews.cards(db)
    for card_id in sorted(told.keys() | kept.keys()):
        if card_id not in kept:
            lines.append(f"{card_id}: in the log, not in the cache")
        elif card_id not in told:
            lines.append(f"{card_id}: in the cache, not in the log")
        elif told[card_id] != kept[card_id]:
            lines.append(f"{card_id}: the cache says {_brief(kept[card_id])}, the log {_brief(told[card_id])}")
    return lines


def rebuild(db: sqlite3.Connection) -> int:
    """Fill the cache from the logs; the number of cards. The logs are only read."""
    with database.transaction(db):
        return refill(db)


def refill(db: sqlite3.Connection) -> int:
    """`rebuild` inside the caller's transaction."""
    told = _told(db)
    reviews.replace_cards(db, told.values())
    return len(told)


def _told(db: sqlite3.Connection) -> dict[str, Card]:
    """What the logs make of every card.

    Raises:
        StoreProblem: a row holds what no kdl has written.
    """
    try:
        return replay.replay(reviews.reviews(db), reviews.events(db), parameter_sets.weights(db))
    except (ArithmeticError, TypeError, ValueError) as error:
        raise StoreProblem(
            "The log holds a row that cannot be replayed.",
            why=f"{type(error).__name__}: {error}.",
            fix="Put a backup in its place with `kdl restore FILE`.",
        ) from error


def _brief(card: Card) -> str:
    return f"S={card.stability} D={card.difficulty} due={card.due_day} reps={card.reps} suspended={card.suspended}"
