"""Where the learner stands with the quiz: five numbers for the home screen and the end of a sitting, and what can begin."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kdl import paths
from kdl.memory import exercise_cards, queue, wishes
from kdl.memory.study_day import moment
from kdl.quiz import library
from kdl.quiz.item import Item
from kdl.store import database, reviews

RETAINED_DAYS = 30


@dataclass(frozen=True)
class _Day:
    """The study day, the states of the cards, what was answered today, and how much of each kind today still takes."""

    number: int
    states: dict[str, reviews.Card]
    done: Sequence[str]
    due: int
    repetitions: int
    new: int

    @property
    def seen(self) -> set[str]:
        return {reviews.item_of(card) for card in self.done}


def summary(db: sqlite3.Connection | None = None) -> dict[str, int]:
    """due and new (as many as today takes), reviewed_today (questions, no exercises), reviews, cards (known), retained.

    Retained are cards with a stability of 30 days or more.

    Args:
        db: an open database; by default the learner's, which is not made by asking.
    """
    candidates = _candidates(library.items())
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


def topics(db: sqlite3.Connection | None = None) -> set[str]:
    """Those in which a sitting on the topic alone can begin something new today: not where all that is new has to wait.

    Args:
        db: an open database; None for a learner without one.
    """
    of_topic: dict[str, list[Item]] = {}
    for item in library.items():
        of_topic.setdefault(item.topic, []).append(item)
    if db is None:
        return set(of_topic)
    day = _today(db, _candidates(library.items()))
    limit, seen = min(1, day.new), day.seen
    return {
        topic
        for topic, items in of_topic.items()
        if queue.new(_candidates(items), day.states, day.number, limit=limit, seen=seen)
    }


def _candidates(items: Iterable[Item]) -> list[queue.Candidate]:
    return [queue.Candidate(card, item.topic, item.needs, item.group) for item in items for card in item.cards]


def _today(db: sqlite3.Connection, candidates: list[queue.Candidate]) -> _Day:
    with database.explained(paths.database()):
        today = moment(datetime.now().astimezone(), reviews.last_day(db)).day
        states, done = reviews.cards(db), reviews.reviewed_on(db, today)
        room = max(0, wishes.max_due(db) - reviews.repeated_on(db, today))
    askable = {candidate.card_id for candidate in candidates}
    groups = {reviews.item_of(candidate.card_id): candidate.key for candidate in candidates}
    known = (card for name, card in states.items() if name in askable)
    seen = {reviews.item_of(card) for card in done}
    due = len(queue.due(known, today, seen, lambda item: groups.get(item, item)))
    left = 0 if due > room else max(0, queue.NEW_PER_DAY - queue.introduced(states.values(), today))
    return _Day(today, states, done, due, room, left)


def _read(db: sqlite3.Connection, candidates: list[queue.Candidate]) -> dict[str, int]:
    day = _today(db, candidates)
    with database.explained(paths.database()):
        total = db.execute("SELECT count(*) FROM review").fetchone()[0]
    return {
        "due": min(day.due, day.repetitions),
        "new": queue.openings(candidates, day.states, day.number, limit=day.new, seen=day.seen),
        "reviewed_today": sum(not card.startswith(exercise_cards.PREFIX) for card in day.done),
        "reviews": total,
        "cards": sum(card.reps > 0 for card in day.states.values()),
        "retained": sum((card.stability or 0) >= RETAINED_DAYS for card in day.states.values()),
    }
