"""Where the learner stands with the quiz, in five numbers: for the home screen and the end of a sitting."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from kdl import paths
from kdl.memory import queue, wishes
from kdl.memory.study_day import moment
from kdl.quiz import library
from kdl.store import database, reviews

RETAINED_DAYS = 30


def summary(db: sqlite3.Connection | None = None) -> dict[str, int]:
    """due and new (as many as today takes), reviewed_today, reviews, cards (known), retained (stability of 30 days or more).

    Args:
        db: an open database; by default the learner's, which is not made by asking.
    """
    candidates = [queue.Candidate(card, item.topic, item.needs, item.group) for item in library.items() for card in item.cards]
    if db is None and not paths.database().exists():
        fresh = queue.openings(candidates, {}, 0, limit=queue.NEW_PER_DAY)
        return {"due": 0, "new": fresh, "reviewed_today": 0, "reviews": 0, "cards": 0, "retained": 0}
    if db is not None:
        return _read(db, candidates)
    db = database.connect()
    try:
        return _read(db, candidates)
    finally:
        db.close()


def _read(db: sqlite3.Connection, candidates: list[queue.Candidate]) -> dict[str, int]:
    with database.explained(paths.database()):
        today = moment(datetime.now().astimezone(), reviews.last_day(db)).day
        states, done = reviews.cards(db), reviews.reviewed_on(db, today)
        total = db.execute("SELECT count(*) FROM review").fetchone()[0]
        room = max(0, wishes.max_due(db) - reviews.repeated_on(db, today))
    seen = {reviews.item_of(card) for card in done}
    askable = {candidate.card_id for candidate in candidates}
    groups = {reviews.item_of(candidate.card_id): candidate.key for candidate in candidates}
    known = (card for name, card in states.items() if name in askable)
    due = len(queue.due(known, today, seen, lambda item: groups.get(item, item)))
    left = 0 if due > room else max(0, queue.NEW_PER_DAY - queue.introduced(states.values(), today))
    return {
        "due": min(due, room),
        "new": queue.openings(candidates, states, today, limit=left, seen=seen),
        "reviewed_today": len(done),
        "reviews": total,
        "cards": sum(card.reps > 0 for card in states.values()),
        "retained": sum((card.stability or 0) >= RETAINED_DAYS for card in states.values()),
    }
