"""Which cards are due on which day, read from the index `card_due` alone: what a card holds beside that is not touched."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from kdl.store.reviews import item_of


class Due(NamedTuple):
    """As much of a due card as its place in the queue depends on."""

    card_id: str
    due_day: int
    last_day: int
    stability: float

    @property
    def item_id(self) -> str:
        return item_of(self.card_id)


CARDS = (
    f"SELECT {', '.join(Due._fields)} FROM card WHERE suspended = 0 AND due_day <= ? AND coalesce(buried_until, 0) <= ?"
    " ORDER BY due_day, card_id"
)
LOAD = "SELECT due_day, count(*) FROM card WHERE suspended = 0 AND due_day BETWEEN ? AND ? AND card_id != ? GROUP BY due_day"


def cards(db: sqlite3.Connection, today: int) -> list[Due]:
    """The cards that are due on or before `today`, not suspended and not buried."""
    plain = db.cursor()
    plain.row_factory = None  # ten thousand rows by name would cost as much as reading them
    return list(map(Due._make, plain.execute(CARDS, (today, today))))


def load(db: sqlite3.Connection, first: int, last: int, without: str) -> dict[int, int]:
    """Day -> how many cards are due on it, from `first` to `last`; the card `without` and suspended ones left out."""
    return {row[0]: row[1] for row in db.execute(LOAD, (first, last, without))}


def days_of(db: sqlite3.Connection, items: Iterable[str], without: str) -> set[int]:
    """The days on which cards of these items are due, but for the card `without`."""
    items = list(items)
    marks = ", ".join("?" * len(items))
    query = f"SELECT due_day FROM card WHERE item_id IN ({marks}) AND card_id != ? AND due_day IS NOT NULL"
    return {row[0] for row in db.execute(query, (*items, without))}
