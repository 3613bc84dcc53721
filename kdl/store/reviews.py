"""The review and event logs, and the cache of card states beside them.

The logs are only ever appended to. What a review does to a card is decided above (kdl.memory); this module writes both
in the caller's transaction, so that no review is ever stored without its card, or a card without its review.
"""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from operator import attrgetter


@dataclass(frozen=True, slots=True)
class Card:
    """What the logs make of one card; days are ordinals of study days, stability is in days."""

    card_id: str
    item_id: str
    stability: float | None = None
    difficulty: float | None = None
    reps: int = 0
    lapses: int = 0
    first_day: int | None = None
    last_day: int | None = None
    due_day: int | None = None
    suspended: int = 0
    buried_until: int | None = None
    flagged: int = 0
    last_rating: int | None = None
    rev: int = 1
    answer_fp: str | None = None
    param_set: int = 0
    leech: int = 0
    sure_miss: str | None = None

    @classmethod
    def new(cls, card_id: str) -> Card:
        """A card that was never answered."""
        return cls(card_id, item_of(card_id))


@dataclass(frozen=True, slots=True)
class Review:
    """One answer. `ts` is UTC in ms, `study_day` the day it counts for, `ms` the time taken."""

    uuid: str
    card_id: str
    session_id: str
    device_id: str
    ts: int
    utc_offset_min: int
    study_day: int
    elapsed_days: int | None
    kind: str
    rating: int
    correct: int | None
    confidence: float | None
    answer: str | None
    right_answer: str | None
    draw_seed: int | None
    option_order: str | None
    hint_used: int
    ms: int | None
    body_fp: str | None
    answer_fp: str | None
    rev: int
    scheduler: str
    param_set: int
    desired_retention: float
    r_pred: float | None
    s0: float | None
    d0: float | None
    s1: float | None
    d1: float | None
    interval_raw: float | None
    due_day: int | None


@dataclass(frozen=True, slots=True)
class Event:
    """What changes a card without being a review: undo suspend unsuspend bury flag unflag reset move reschedule.

    `detail` is the day until which a card is buried, the card that a move leads to, or the parameter set and the due day of a
    card that was rescheduled, "47 739012".
    """

    uuid: str
    ts: int
    device_id: str
    kind: str
    card_id: str
    review_uuid: str | None = None
    detail: str | None = None


def item_of(card_id: str) -> str:
    """`lstm-words#c1` -> `lstm-words`: a part of an item is written behind `#`."""
    return card_id.partition("#")[0]


@functools.cache
def _columns(kind: type) -> str:
    return ", ".join(field.name for field in fields(kind))


def _values(kind: type) -> attrgetter:
    """A row's values in the order of its columns (`astuple` would copy each one, at twenty times the price)."""
    return attrgetter(*(field.name for field in fields(kind)))


def _insert(table: str, kind: type) -> str:
    return f"INSERT INTO {table} ({_columns(kind)}) VALUES ({', '.join('?' * len(fields(kind)))})"


# An update in place: `INSERT OR REPLACE` would write every index of the table anew.
_PUT_CARD = (
    _insert("card", Card)
    + " ON CONFLICT (card_id) DO UPDATE SET "
    + ", ".join(f"{field.name} = excluded.{field.name}" for field in fields(Card)[1:])
)
_ADD_REVIEW = _insert("review", Review)
_ADD_EVENT = _insert("event", Event)
_CARD, _REVIEW, _EVENT = _values(Card), _values(Review), _values(Event)
_NOT_UNDONE = "uuid NOT IN (SELECT review_uuid FROM event WHERE kind = 'undo')"
_OF_THIS_DEVICE = "kind != 'import' AND device_id = (SELECT value FROM meta WHERE key = 'device_id')"


# ---- write, inside the caller's transaction --------------------------------------------------------------------------


def add_review(db: sqlite3.Connection, review: Review) -> None:
    db.execute(_ADD_REVIEW, _REVIEW(review))


def add_event(db: sqlite3.Connection, event: Event) -> None:
    db.execute(_ADD_EVENT, _EVENT(event))


def put_card(db: sqlite3.Connection, card: Card) -> None:
    """Store the state of a card; one that no log speaks of leaves the cache."""
    if not card.reps and card == Card.new(card.card_id):
        db.execute("DELETE FROM card WHERE card_id = ?", (card.card_id,))
    else:
        db.execute(_PUT_CARD, _CARD(card))


def replace_cards(db: sqlite3.Connection, cards: Iterable[Card]) -> None:
    """Throw the cache away and fill it anew."""
    db.execute("DELETE FROM card")
    db.executemany(_PUT_CARD, map(_CARD, cards))


def last_reading(db: sqlite3.Connection) -> str | None:
    """The topic that was read last."""
    row = db.execute("SELECT topic FROM reading ORDER BY seq DESC LIMIT 1").fetchone()
    return row and row[0]


def add_reading(db: sqlite3.Connection, ts: int, topic: str) -> None:
    db.execute("INSERT INTO reading (ts, topic) VALUES (?, ?)", (ts, topic))


# ---- read ------------------------------------------------------------------------------------------------------------


def card(db: sqlite3.Connection, card_id: str) -> Card:
    """The cached state of a card; a new one where it was never touched."""
    row = db.execute(f"SELECT {_columns(Card)} FROM card WHERE card_id = ?", (card_id,)).fetchone()
    return Card(*row) if row else Card.new(card_id)


def cards(db: sqlite3.Connection) -> dict[str, Card]:
    """Every cached card by id."""
    return {row[0]: Card(*row) for row in db.execute(f"SELECT {_columns(Card)} FROM card ORDER BY card_id")}


def new_ones(db: sqlite3.Connection, today: int) -> dict[str, bool]:
    """Card id -> whether it may still be asked as a new one; of every cached card."""
    query = "SELECT card_id, reps = 0 AND suspended = 0 AND coalesce(buried_until, 0) <= ? FROM card"
    return {row[0]: bool(row[1]) for row in db.execute(query, (today,))}


def answered(db: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """(card id, fingerprint of the answer that was right when it was last answered) of the cards that are not suspended."""
    rows = db.execute("SELECT card_id, answer_fp FROM card WHERE suspended = 0 AND answer_fp IS NOT NULL")
    return ((row[0], row[1]) for row in rows)


def met(db: sqlite3.Connection) -> set[str]:
    """The items of which a card was answered at least once, or set aside for good."""
    return {row[0] for row in db.execute("SELECT DISTINCT item_id FROM card WHERE reps > 0 OR suspended = 1")}


def introduced(db: sqlite3.Connection, day: int) -> int:
    """How many cards were answered for the first time on a day."""
    return db.execute("SELECT count(*) FROM card WHERE first_day = ?", (day,)).fetchone()[0]


def sure_misses(db: sqlite3.Connection, session_id: str) -> list[Card]:
    """The cards that were missed by someone who was sure, in another session than `session_id`, and not asked since."""
    rows = db.execute(
        f"SELECT {_columns(Card)} FROM card WHERE sure_miss IS NOT NULL AND sure_miss != ? ORDER BY last_day, card_id",
        (session_id,),
    )
    return [Card(*row) for row in rows]


def reviews(db: sqlite3.Connection, card_id: str | None = None) -> list[Review]:
    """The log, oldest first; of one card, or of all."""
    where, values = ("WHERE card_id = ?", (card_id,)) if card_id else ("", ())
    return [Review(*row) for row in db.execute(f"SELECT {_columns(Review)} FROM review {where} ORDER BY seq", values)]


def events(db: sqlite3.Connection, card_id: str | None = None) -> list[Event]:
    """The events, oldest first; of one card, or of all."""
    where, values = ("WHERE card_id = ?", (card_id,)) if card_id else ("", ())
    return [Event(*row) for row in db.execute(f"SELECT {_columns(Event)} FROM event {where} ORDER BY seq", values)]


def moves(db: sqlite3.Connection) -> list[Event]:
    """The events that carried what a card remembers over to another one."""
    return [Event(*row) for row in db.execute(f"SELECT {_columns(Event)} FROM event WHERE kind = 'move'")]


def undone(db: sqlite3.Connection, card_ids: Iterable[str]) -> set[str]:
    """The reviews of these cards that were taken back."""
    ids = list(card_ids)
    query = (
        "SELECT review.uuid FROM review JOIN event ON event.review_uuid = review.uuid"
        f" WHERE event.kind = 'undo' AND review.card_id IN ({', '.join('?' * len(ids))})"
    )
    return {row[0] for row in db.execute(query, ids)}


def last_review(db: sqlite3.Connection) -> Review | None:
    """The newest review of this device that was not undone: what an undo takes back. What was imported stays."""
    query = f"SELECT {_columns(Review)} FROM review WHERE {_NOT_UNDONE} AND {_OF_THIS_DEVICE} ORDER BY seq DESC LIMIT 1"
    row = db.execute(query).fetchone()
    return Review(*row) if row else None


def last_seed(db: sqlite3.Connection, card_id: str) -> int | None:
    """The seed of the newest answer to a card that was not taken back, cramming included; None where there is none."""
    where = f"card_id = ? AND draw_seed IS NOT NULL AND {_NOT_UNDONE}"
    row = db.execute(f"SELECT draw_seed FROM review WHERE {where} ORDER BY ts DESC, seq DESC LIMIT 1", (card_id,)).fetchone()
    return row and row[0]


def latest_ts(db: sqlite3.Connection, card_id: str) -> int:
    """The time of the newest entry about a card in either log; 0 where there is none."""
    queries = (
        "SELECT max(ts) FROM review WHERE card_id = ?",
        "SELECT max(ts) FROM event WHERE card_id = ?",
        "SELECT max(ts) FROM event WHERE kind = 'move' AND detail = ?",
    )
    return max(db.execute(query, (card_id,)).fetchone()[0] or 0 for query in queries)


def reviewed_on(db: sqlite3.Connection, day: int) -> list[str]:
    """The card ids of the reviews that count for a study day, undone ones and cramming left out."""
    query = f"SELECT card_id FROM review WHERE study_day = ? AND kind != 'cram' AND {_NOT_UNDONE}"
    return [row[0] for row in db.execute(query, (day,))]


def repeated_on(db: sqlite3.Connection, day: int) -> int:
    """How many cards known from an earlier day were answered on this one, undone answers and cramming left out."""
    query = (
        "SELECT count(DISTINCT card_id) FROM review WHERE study_day = ? AND kind = 'review' AND elapsed_days > 0"
        f" AND {_NOT_UNDONE}"
    )
    return db.execute(query, (day,)).fetchone()[0]


def last_day(db: sqlite3.Connection) -> int | None:
    """The study day of the newest review of this device; what was imported says nothing of its clock."""
    row = db.execute(f"SELECT study_day FROM review WHERE {_OF_THIS_DEVICE} ORDER BY seq DESC LIMIT 1").fetchone()
    return row[0] if row else None


def newest_day(db: sqlite3.Connection) -> int | None:
    """The newest study day of a review, of any device."""
    return db.execute("SELECT max(study_day) FROM review").fetchone()[0]
