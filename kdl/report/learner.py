"""Everything that is known of the learner, read once: what `kdl quiz stats`, `kdl progress` and the progress page all show."""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from kdl.grade import exercise
from kdl.memory import queue, replay, wishes
from kdl.quiz import forgetting, library, statistics
from kdl.report import progress
from kdl.store import attempts, parameter_sets, predictions, reviews
from kdl.store.predictions import Kept
from kdl.store.reviews import Card, Event, Review


@dataclass(frozen=True)
class Memory:
    """The logs and the cards on study day `today`.

    Attributes:
        rows: the answers that count; `tested` those of them that test a memory.
        cards: the cards that can be asked; what is no longer in the notes is left out.
        sets: the scheduler's weights by id.
        retention: the desired one.
        max_due: the most repetitions that the quiz asks for in a day.
    """

    today: int
    reviews: tuple[Review, ...]
    events: tuple[Event, ...]
    rows: tuple[Review, ...]
    tested: tuple[Review, ...]
    cards: tuple[Card, ...]
    sets: replay.ParameterSets
    retention: float
    max_due: int

    def statistics(self) -> statistics.Statistics:
        return statistics.statistics(self.reviews, self.events, self.cards, self.today)

    @functools.cached_property
    def by_card(self) -> dict[str, tuple[list[Review], list[Event]]]:
        """The log of each card."""
        return replay.by_card(self.reviews, self.events)

    def story(self, card_id: str) -> forgetting.Forgetting:
        """The forgetting curve of one card."""
        rows, events = self.by_card.get(card_id, ((), ()))
        return forgetting.forgetting(card_id, rows, events, self.today, self.sets)


@dataclass(frozen=True)
class ExerciseState:
    """Where the learner is with one exercise."""

    id: str
    title: str
    unit: int
    steps: int
    state: str


@dataclass(frozen=True)
class Learner:
    """The memory, and what was done beside the quiz."""

    memory: Memory
    units: tuple[progress.UnitProgress, ...]
    exercises: tuple[ExerciseState, ...]
    predictions: tuple[Kept, ...]


def memory(db: sqlite3.Connection, today: int) -> Memory:
    """Read the logs and the cards."""
    log, events = reviews.reviews(db), reviews.events(db)
    rows = statistics.counting(log, events)
    known = {card for item in library.items() for card in item.cards}
    # Exercises and predictions are cards too; their ids have a prefix (`exercise:lstm-cell`).
    cards = [card for name, card in reviews.cards(db).items() if name in known or ":" in name]
    tested, sets = statistics.spaced(rows), parameter_sets.weights(db)
    target, most = wishes.retention(db), wishes.max_due(db)
    return Memory(today, tuple(log), tuple(events), tuple(rows), tuple(tested), tuple(cards), sets, target, most)


def read(db: sqlite3.Connection, today: int) -> Learner:
    """Read everything."""
    exercises = exercise.exercises()
    states = attempts.states(db, exercises)
    return Learner(
        memory(db, today),
        tuple(units(db)),
        tuple(ExerciseState(one.id, one.title, one.unit, len(one.steps), states[one.id]) for one in exercises),
        tuple(predictions.every(db)),
    )


def units(db: sqlite3.Connection) -> list[progress.UnitProgress]:
    """The two bars of every unit."""
    weakest: dict[str, float] = {}
    for card in reviews.cards(db).values():
        if card.reps and card.stability is not None:
            weakest[card.item_id] = min(weakest.get(card.item_id, float("inf")), card.stability)
    exercises = exercise.exercises()
    solved = {name for name, state in attempts.states(db, exercises).items() if state in attempts.SOLVED}
    return progress.units(weakest, solved, library.items(), exercises)


def examples(cards: Iterable[Card], today: int) -> dict[str, Card]:
    """A few cards that are worth a look, by the reason; none twice, and none that was answered only once."""
    open_ = [card for card in cards if card.reps > 1 and card.stability and not card.suspended]
    reasons = {
        "forgotten most often": lambda card: (-card.lapses, -card.reps),
        "nearest to being forgotten": lambda card: (-queue.urgency(card, today),),
        "strongest memory": lambda card: (-card.stability,),
        "answered most often": lambda card: (-card.reps,),
    }
    chosen: dict[str, Card] = {}
    for reason, order in reasons.items():
        left = [card for card in open_ if card not in chosen.values() and (card.lapses or not reason.startswith("forgotten"))]
        if left:
            chosen[reason] = min(left, key=lambda card: (*order(card), card.card_id))
    return chosen
