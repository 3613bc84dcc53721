"""Which card a sitting asks next, and why: due, missed, changed, new, or brought back by an undo."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from kdl.memory import queue
from kdl.quiz.item import Item
from kdl.store import reviews
from kdl.store.reviews import Card

AGAIN_AFTER = 3  # other cards before a missed one comes back
AGAIN_MOST = 2  # times that it comes back in one sitting


@dataclass(frozen=True)
class Plan:
    """What was asked for on the command line."""

    new: int = queue.NEW_PER_DAY
    limit: int | None = None
    minutes: float | None = None
    cram: bool = False


class Agenda:
    """The order of one sitting on study day `today`.

    Only the due cards are read at the start; the others when the due ones are done.

    Attributes:
        seen: items answered today, whose other parts wait.
    """

    def __init__(self, db: sqlite3.Connection, items: Sequence[Item], plan: Plan, today: int):
        self._db, self._plan, self._today = db, plan, today
        self._items = {card: item for item in items for card in item.cards}
        self._candidates = [queue.Candidate(card, item.topic, item.needs) for card, item in self._items.items()]
        self.seen = {reviews.item_of(card) for card in reviews.reviewed_on(db, today)}
        self._first: deque[str] = deque()
        self._again: list[tuple[int, str]] = []
        self._came_back: dict[str, int] = {}
        self._dropped: set[str] = set()
        self._waiting = deque(self._crammed() if plan.cram else self._due())

    def item(self, card_id: str) -> Item:
        return self._items[card_id]

    # ---- what there is -----------------------------------------------------------------------------------------------

    def _topic(self, card_id: str) -> str:
        return self._items[card_id].topic

    def _due(self) -> list[str]:
        cards = [card for card in reviews.due_cards(self._db, self._today) if card.card_id in self._items]
        return queue.interleave([card.card_id for card in queue.due(cards, self._today, self.seen)], self._topic)

    def _crammed(self) -> list[str]:
        """Everything that is not suspended: what is nearest to being forgotten first, what is new last."""
        states = reviews.cards(self._db)
        open_ = [card for card in self._items if card not in states or not states[card].suspended]
        known = [card for card in open_ if card in states and states[card].stability]
        known.sort(key=lambda card: -queue.urgency(states[card], self._today))
        answered = set(known)
        return queue.interleave(known, self._topic) + [card for card in open_ if card not in answered]

    def _changed(self, states: dict[str, Card]) -> list[str]:
        """Cards whose right answer is another one than when they were last answered."""
        return [
            card
            for card, item in self._items.items()
            if card in states
            and not states[card].suspended
            and states[card].answer_fp not in (None, item.answer_fp)
            and item.id not in self.seen
        ]

    def _allowed(self, states: dict[str, Card]) -> int:
        """How many more new cards today takes."""
        return max(0, self._plan.new - queue.introduced(states.values(), self._today))

    def _new(self, states: dict[str, Card]) -> list[str]:
        seen = self.seen | self._dropped
        return queue.new(self._candidates, states, self._today, limit=self._allowed(states), seen=seen)

    def _openings(self, states: dict[str, Card]) -> int:
        return queue.openings(self._candidates, states, self._today, limit=self._allowed(states), seen=self.seen)

    def counts(self) -> dict[str, int]:
        """At the start: how many cards are due and how many new ones may follow; all 0 when there is nothing to ask."""
        if self._plan.cram:
            return {"due": len(self._waiting), "new": 0}
        states = reviews.cards(self._db)
        return {"due": len(self._waiting) + len(self._changed(states)), "new": self._openings(states)}

    def left(self) -> dict[str, int]:
        """At the end: what could still be asked today."""
        states = reviews.cards(self._db)
        due = queue.due((states[card] for card in self._items if card in states), self._today, self.seen)
        return {"due": len(due), "new": self._openings(states)}

    # ---- what is next ------------------------------------------------------------------------------------------------

    def pick(self, answered: int) -> tuple[str, str] | None:
        """The next card and its state (again, due, cram, changed or new); None when there is none.

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
                return card, "cram" if self._plan.cram else "due"
        found = None if self._plan.cram else self._beyond_due()
        return found or ((self._again.pop(0)[1], "again") if self._again else None)

    def _beyond_due(self) -> tuple[str, str] | None:
        states = reviews.cards(self._db)
        changed = [card for card in self._changed(states) if reviews.item_of(card) not in self._dropped]
        if changed:
            return changed[0], "changed"
        new = self._new(states)
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

    def drop(self, card_id: str) -> None:
        """Ask nothing more of its item in this sitting."""
        self._dropped.add(reviews.item_of(card_id))
        self._forget(card_id)

    def bring_back(self, undone: str, *others: str) -> None:
        """Ask the card of an undone answer next (where it belongs to this sitting), then the others."""
        self._forget(undone)
        self._first.extendleft(card for card in reversed((undone, *others)) if card in self._items)

    def has_first(self) -> bool:
        """An undo has put a card in front."""
        return bool(self._first)

    def _forget(self, card_id: str) -> None:
        self._again = [(at, card) for at, card in self._again if card != card_id]
