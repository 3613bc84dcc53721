"""The forgetting curve of one card: how its chance of recall fell, what each answer did to it, and how it will fall."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kdl.memory import replay, scheduler
from kdl.memory.replay import ParameterSets, memory_of
from kdl.quiz.statistics import right
from kdl.store.reviews import Card, Event, Review


@dataclass(frozen=True)
class Dot:
    """One answer: its day, the predicted chance then (None for the first), whether it was right, the stability after it."""

    day: int
    chance: float | None
    recalled: bool
    rating: int
    stability: float


@dataclass(frozen=True)
class Stretch:
    """The fall between two answers; `chances[n]` is the chance of recall n days after `day`."""

    day: int
    chances: tuple[float, ...]


@dataclass(frozen=True)
class Forgetting:
    """The whole story of a card up to `last_day`, the later of today and its due day."""

    card: Card
    today: int
    dots: tuple[Dot, ...]
    stretches: tuple[Stretch, ...]

    @property
    def last_day(self) -> int:
        return max(self.today, self.card.due_day or self.today)

    @property
    def now(self) -> float | None:
        """The chance of recall today; None for a card without a memory."""
        return self.at(self.today)

    def at(self, day: int) -> float | None:
        """The chance of recall on `day`, after an answer on that day; None outside of the story."""
        for stretch in reversed(self.stretches):
            if stretch.day <= day < stretch.day + len(stretch.chances):
                return stretch.chances[day - stretch.day]
        return None


def forgetting(
    card_id: str,
    reviews: Iterable[Review],
    events: Iterable[Event],
    today: int,
    sets: ParameterSets = replay.DEFAULT_SETS,
) -> Forgetting:
    """The story since the memory began: at the first answer, or anew at a reset or a higher revision of the item.

    Args:
        reviews: the card's part of the log; what was undone or only crammed leaves no trace, what was imported does.
        sets: the scheduler's weights by id.
    """
    events = list(events)
    undone = {event.review_uuid for event in events if event.kind == "undo"}
    rows: list[Review | Event] = [row for row in reviews if row.kind != "cram" and row.uuid not in undone]
    rows = sorted(rows + events, key=lambda row: (row.ts, row.uuid))
    dots, states = [], []
    for number, row in enumerate(rows, 1):
        past = rows[:number]
        kept = [one for one in past if isinstance(one, Review)]
        card = replay.replay_card(card_id, kept, [one for one in past if isinstance(one, Event)], sets)
        if card.reps == 0 or (isinstance(row, Review) and card.reps == 1):
            dots, states = [], []
        if isinstance(row, Review):
            chance = row.r_pred if dots else None
            dots.append(Dot(card.last_day, chance, right(row), row.rating, card.stability))
            states.append(card)
    card = replay.replay_card(card_id, [row for row in rows if isinstance(row, Review)], events, sets)
    return Forgetting(card, today, tuple(dots), _stretches(states, max(today, card.due_day or today), sets))


def _stretches(states: list[Card], end: int, sets: ParameterSets) -> tuple[Stretch, ...]:
    """The fall after each state, to the next one or to `end`."""
    found = []
    for number, card in enumerate(states):
        until = states[number + 1].last_day if number + 1 < len(states) else end
        memory, weights = memory_of(card), sets.get(card.param_set)
        days = range(max(0, until - card.last_day) + 1)
        found.append(Stretch(card.last_day, tuple(scheduler.retrievability(memory, passed, weights) for passed in days)))
    return tuple(found)
