"""Which card a sitting asks next, and why: missed though sure, due, changed, new, just missed, or brought back by an undo."""

from __future__ import annotations

import functools
import math
import sqlite3
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kdl.memory import exercise_cards, queue, wishes
from kdl.quiz.item import Item
from kdl.quiz.scope import Scope
from kdl.store import reviews, schedule
from kdl.store.reviews import Card
from kdl.store.schedule import Due

AGAIN_AFTER = 3  # other cards before a missed one comes back
AGAIN_MOST = 2  # times that it comes back in one sitting
LONG_AWAY = 7  # days without an answer after which one is welcomed back


@dataclass(frozen=True)
class Plan:
    """What was asked for on the command line.

    `max_due` is the day's most repetitions (None: what the learner has set); `sure` the share of the questions at which the
    learner is asked how sure he is.
    """

    new: int = queue.NEW_PER_DAY
    limit: int | None = None
    minutes: float | None = None
    cram: bool = False
    max_due: int | None = None
    sure: float = 0.2


@dataclass(frozen=True)
class Backlog:
    """More is due than a day takes: how much of it comes today, and how many days the rest takes."""

    away: int
    due: int
    today: int
    per_day: int

    @property
    def waiting(self) -> int:
        return self.due - self.today

    @property
    def days(self) -> int:
        return math.ceil(self.waiting / self.per_day) if self.per_day else 0

    @property
    def welcome(self) -> bool:
        """The learner was away for long, and did not just leave something over."""
        return self.away > LONG_AWAY


class Agenda:
    """The order of one sitting on study day `today`.

    Only the due cards are read at the start; the others when the due ones are done.

    Args:
        session_id: of the sitting; what was missed in another one by someone who was sure comes first here.

    Attributes:
        seen: items answered today, whose other parts wait.
        backlog: set where more is due than today takes; nothing new is asked then.
    """

    def __init__(
        self, db: sqlite3.Connection, items: Sequence[Item] | Mapping[str, Item], plan: Plan, today: int, session_id: str = ""
    ):
        self._db, self._plan, self._today, self._session = db, plan, today, session_id
        self._items = Scope(items)
        self._cap = wishes.max_due(db) if plan.max_due is None else plan.max_due
        self.seen = {reviews.item_of(card) for card in reviews.reviewed_on(db, today)}
        self._first: deque[str] = deque()
        self._again: list[tuple[int, str]] = []
        self._came_back: dict[str, int] = {}
        self._dropped: set[str] = set()
        self._sure: set[str] = set()
        self.backlog: Backlog | None = None
        self._waiting = deque(self._crammed() if plan.cram else self._due())

    def item(self, card_id: str) -> Item:
        return self._items[card_id]

    # ---- what there is -----------------------------------------------------------------------------------------------

    def _topic(self, card_id: str) -> str:
        return self._items[card_id].topic

    def _candidates(self) -> tuple[list[queue.Candidate], dict[str, Card]]:
        """What a choice of new cards rests on, and the states of it: what is new, what that needs, what was seen today."""
        is_new = reviews.new_ones(self._db, self._today)
        names = self.seen | self._dropped
        for card, item in self._items.pairs():
            if is_new.get(card, True):
                names.update(item.needs)
        open_ = [(card, item) for card, item in self._items.pairs() if is_new.get(card, True) or item.id in names]
        states = {card: reviews.card(self._db, card) for card, item in open_ if card in is_new and item.id in names}
        return [queue.Candidate(card, item.topic, item.needs, item.group) for card, item in open_], states

    def room(self) -> int:
        """How many more repetitions today takes."""
        return max(0, self._cap - reviews.repeated_on(self._db, self._today))

    def _due(self) -> list[str]:
        """What was missed by someone who was sure, then the due cards, as many as today takes: the most urgent ones."""
        ids = self._sure_misses()
        self._sure = set(ids)
        cards = [card for card in self._due_cards() if card.card_id not in self._sure]
        room = max(0, self.room() - len(ids))
        last = reviews.newest_day(self._db)
        if len(cards) > room:
            away = 0 if last is None else self._today - last
            self.backlog = Backlog(away, len(ids) + len(cards), len(ids) + room, self._cap)
        return ids + queue.interleave([card.card_id for card in cards[:room]], self._topic)

    def _sure_misses(self) -> list[str]:
        cards = [card for card in reviews.sure_misses(self._db, self._session) if card.card_id in self._items]
        open_ = [card for card in cards if not card.suspended and (card.buried_until or 0) <= self._today]
        return [card.card_id for card in open_][: self.room()]

    def _due_cards(self) -> list[Due]:
        cards = [card for card in schedule.cards(self._db, self._today) if card.card_id in self._items]
        return queue.served(cards, self._today, self.seen, self._items.group)

    def _crammed(self) -> list[str]:
        """Everything that is not suspended: what is nearest to being forgotten first, what is new last."""
        states = reviews.cards(self._db)
        open_ = [card for card in self._items if card not in states or not states[card].suspended]
        known = [card for card in open_ if card in states and states[card].stability]
        known.sort(key=lambda card: -queue.urgency(states[card], self._today))
        answered = set(known)
        return queue.interleave(known, self._topic) + [card for card in open_ if card not in answered]

    def _changed(self) -> list[str]:
        """Cards whose right answer is another one than when they were last answered; as many as today still takes."""
        changed = {
            card
            for card, answer_fp in reviews.answered(self._db)
            if card in self._items and self._items[card].answer_fp != answer_fp and reviews.item_of(card) not in self.seen
        }
        if not changed:
            return []
        return [card for card in self._items if card in changed][: max(0, self.room() - len(self._waiting))]

    def _allowed(self) -> int:
        """How many more new cards today takes: none while more is due than it takes."""
        return 0 if self.backlog else max(0, self._plan.new - reviews.introduced(self._db, self._today))

    def _new(self) -> list[str]:
        limit = self._allowed()
        if not limit:
            return []
        return queue.new(*self._candidates(), self._today, limit=limit, seen=self.seen | self._dropped)

    def _openings(self) -> int:
        limit = self._allowed()
        return queue.openings(*self._candidates(), self._today, limit=limit, seen=self.seen) if limit else 0

    def counts(self) -> dict[str, int]:
        """At the start: how many cards are due and how many new ones may follow; all 0 when there is nothing to ask."""
        return self._at_start

    @functools.cached_property
    def _at_start(self) -> dict[str, int]:
        if self._plan.cram:
            return {"due": len(self._waiting), "new": 0}
        return {"due": len(self._waiting) + len(self._changed()), "new": self._openings()}

    def left(self) -> dict[str, int]:
        """At the end: what could still be asked today."""
        return {"due": min(self.room(), len(self._due_cards())), "new": self._openings()}

    def next_due(self) -> tuple[int, int] | None:
        """In how many days the next cards are due, and how many they are; None where none is scheduled."""
        cards = (card for name, card in reviews.cards(self._db).items() if name in self._items)
        days = [card.due_day - self._today for card in cards if card.due_day and not card.suspended]
        return (min(days), days.count(min(days))) if days else None

    def unmet(self) -> int:
        """How many cards were never asked, and may be."""
        is_new = reviews.new_ones(self._db, self._today)
        return sum(is_new.get(card, True) for card in self._items)

    def introduced(self) -> int:
        """How many new cards were answered today, of any topic."""
        return reviews.introduced(self._db, self._today)

    def opens_more(self) -> int | None:
        """How many new cards today has to take, so that another day's number of them could be asked now; None where no
        number opens any."""
        wanted = self.introduced() + queue.NEW_PER_DAY
        found = queue.openings(*self._candidates(), self._today, limit=queue.NEW_PER_DAY, seen=self.seen)
        return wanted if found and not self.backlog else None

    def exercises(self) -> list[exercise_cards.DueExercise]:
        """The exercises that are due."""
        return exercise_cards.due(self._db, self._today)

    # ---- what is next ------------------------------------------------------------------------------------------------

    def pick(self, answered: int) -> tuple[str, str] | None:
        """The next card and its state (again, sure, due, cram, changed or new); None when there is none.

        Args:
            answered: answers so far in this sitting.
        """
        if self._first:
            return self._first.popleft(), "again"
        if self._again and self._again[0][0] <= answered:
            return self._again.pop(0)[1], "again"
        while self._waiting:
            card = self._waiting.popleft()
            if reviews.item_of(card) not in self._dropped:
                return card, "cram" if self._plan.cram else "sure" if card in self._sure else "due"
        found = None if self._plan.cram else self._beyond_due()
        return found or ((self._again.pop(0)[1], "again") if self._again else None)

    def _beyond_due(self) -> tuple[str, str] | None:
        changed = [card for card in self._changed() if reviews.item_of(card) not in self._dropped]
        if changed:
            return changed[0], "changed"
        new = self._new()
        return (new[0], "new") if new else None

    # ---- what happens to a card --------------------------------------------------------------------------------------

    def missed(self, card_id: str, answered: int) -> bool:
        """Ask a missed card again later; False where it came back often enough, or this is cramming."""
        times = self._came_back.get(card_id, 0)
        if self._plan.cram or times >= AGAIN_MOST:
            return False
        self._came_back[card_id] = times + 1
        self._again.append((answered + AGAIN_AFTER, card_id))
        return True

    def comes_within(self, card_id: str, answered: int, more: int) -> bool:
        """A missed card is asked again among the next `more` questions, if they are all answered right."""
        others = len(self._first) + len(self._waiting)
        if not self._plan.cram and others < more:
            others += len(self._changed()) + self._openings()
        again = list(self._again)
        for now in range(answered, answered + more):
            if again and (again[0][0] <= now or not others):
                if again.pop(0)[1] == card_id:
                    return True
            else:
                others -= 1
        return False

    def apart(self, item: Item) -> list[str]:
        """The other items that must not come on the day on which this one comes."""
        return self._items.together(item)

    def drop(self, card_id: str) -> None:
        """Ask nothing more of its item in this sitting."""
        self._dropped.add(reviews.item_of(card_id))
        self._forget(card_id)

    def bring_back(self, undone: str, day: int, *others: str) -> None:
        """Ask the card of an undone answer next (where it belongs to this sitting), then the others.

        Its item was not seen on that study day, unless another answer says so.
        """
        self._forget(undone)
        self.seen -= {reviews.item_of(undone)} - {reviews.item_of(card) for card in reviews.reviewed_on(self._db, day)}
        self._first.extendleft(card for card in reversed((undone, *others)) if card in self._items)

    def has_first(self) -> bool:
        """An undo has put a card in front."""
        return bool(self._first)

    def _forget(self, card_id: str) -> None:
        self._again = [(at, card) for at, card in self._again if card != card_id]
