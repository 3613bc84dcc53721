"""The only way to change what is remembered: append to a log and bring the card up to date, in one transaction.

Items, exercises and predictions all come through here. On return the rows are on the disk, so that a caller may show
feedback: whatever was shown survives kill -9 and a power cut.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from kdl.errors import StoreProblem
from kdl.memory import draft, history, replay
from kdl.memory.draft import Answer, Pending, Prepared
from kdl.memory.study_day import Moment
from kdl.store import database, parameter_sets, reviews
from kdl.store.reviews import Card, Event, Review


def record(
    db: sqlite3.Connection,
    card_id: str,
    rating: int,
    moment: Moment,
    *,
    session_id: str,
    kind: str = "review",
    answer: Answer | None = None,
    answer_fp: str | None = None,
    rev: int = 1,
    apart: Iterable[str] = (),
) -> Review:
    """Append one review and update its card; durable on return.

    Args:
        card_id: `item`, `item#part`, or the id of another kind of card, as `exercise:lstm-cell`.
        rating: AGAIN, HARD, GOOD or EASY.
        kind, answer_fp, rev, apart: as in Pending.

    Raises:
        StoreProblem: it could not be stored; then nothing was.
    """
    pending = Pending(card_id, session_id, kind, answer_fp, rev, tuple(apart))
    return store(db, pending, rating, moment, answer or Answer())


def store(
    db: sqlite3.Connection, pending: Pending, rating: int, moment: Moment, answer: Answer, prepared: Prepared | None = None
) -> Review:
    """`record` for a review that was pending. What was `prepared` for it spares time; it never changes what is stored."""
    with database.transaction(db):
        known = prepared and prepared.draft(db, pending, rating, moment.day)
        one = known or draft.drafts(db, pending, [rating], moment.day)[rating]
        review = one.review(moment, answer)
        reviews.add_review(db, review)
        if pending.kind != "cram":
            reviews.put_card(db, one.card(review))
    return review


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
        card_id = history.place(db, row)
        reviews.add_event(db, new_event(db, "undo", card_id, moment, review_uuid=row.uuid))
        reviews.put_card(db, history.card(db, card_id))
    return row


def new_event(
    db, kind: str, card_id: str, moment: Moment, *, review_uuid: str | None = None, detail: str | None = None
) -> Event:
    """A row for the event log, later than everything that the logs say of the card."""
    ts = max(moment.ts, reviews.latest_ts(db, card_id) + 1)
    return Event(database.new_id(), ts, database.device_id(db), kind, card_id, review_uuid, detail)


def last_right(db: sqlite3.Connection, card_id: str, answer_fp: str) -> str | None:
    """What was shown as right when the card, under whichever id, was last answered under this fingerprint."""
    rows = [row for row in history.rows(db, card_id)[0] if row.answer_fp == answer_fp]
    return max(rows, key=lambda row: (row.ts, row.uuid)).right_answer if rows else None


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
            reviews.put_card(db, history.card(db, card_id))
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
