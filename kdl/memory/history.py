"""Both logs of one card, from the database: what a replay of it needs."""

from __future__ import annotations

import sqlite3

from kdl.memory import replay
from kdl.memory.moves import Moves
from kdl.store import parameter_sets, reviews
from kdl.store.reviews import Card, Event, Review


def rows(db: sqlite3.Connection, card_id: str) -> tuple[list[Review], list[Event]]:
    """Both logs of one card, without what was undone: what was written under its id, and what was moved to it."""
    moves = Moves(reviews.moves(db))
    origins = moves.origins(card_id)
    undone = reviews.undone(db, origins)
    answers = [row for name in origins for row in reviews.reviews(db, name) if row.uuid not in undone]
    events = [row for name in origins for row in reviews.events(db, name)]
    return [row for row in answers if moves.place(row) == card_id], [row for row in events if moves.place(row) == card_id]


def place(db: sqlite3.Connection, row: Review) -> str:
    """The card that a row of the log counts for now."""
    return Moves(reviews.moves(db)).place(row)


def card(db: sqlite3.Connection, card_id: str) -> Card:
    """The state that the logs give the card."""
    return replay.replay_card(card_id, *rows(db, card_id), parameter_sets.weights(db))


def answers(db: sqlite3.Connection, card_id: str) -> list[Review]:
    """The answers that made the card's memory."""
    return replay.replayed(card_id, *rows(db, card_id), parameter_sets.weights(db))[1]
