"""What is asked next. Pure: cards and a day in, an order out.

Due cards come first, the one nearest to being forgotten at their head; then new ones, in the author's order, once what they
build on is known. No two cards of a topic follow each other where that can be helped, and no two parts of an item are
asked on one day, nor two items that give each other away (a group). A day's repetitions have a cap: after a pause the most
urgent come first and the rest on the days after, instead of a wall.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kdl.memory import scheduler
from kdl.memory.replay import memory_of
from kdl.store.reviews import Card, item_of
from kdl.store.schedule import Due

NEW_PER_DAY = 10
MAX_DUE = 50  # repetitions a day
KNOWN_FROM = 0.8  # retrievability at which a prerequisite counts as known


@dataclass(frozen=True, slots=True)
class Candidate:
    """A card that could be asked, in the author's order. `group`: of what only one card is asked on a day; else the item."""

    card_id: str
    topic: str
    needs: tuple[str, ...] = ()
    group: str = ""

    @property
    def key(self) -> str:
        return self.group or item_of(self.card_id)


def urgency(card: Card | Due, today: int) -> float:
    """Days since the last answer in units of the stability: retrievability falls with it, so no exponential is needed."""
    return (today - card.last_day) / card.stability


def is_due(card: Card, today: int) -> bool:
    """Due on a day that has come, neither suspended nor buried."""
    return card.due_day is not None and card.due_day <= today and not card.suspended and (card.buried_until or 0) <= today


def due(
    cards: Iterable[Card], today: int, seen: Iterable[str] = (), group_of: Callable[[str], str] = lambda item: item
) -> list[Card]:
    """The due cards, lowest retrievability first; what is left for today of them."""
    return served((card for card in cards if is_due(card, today)), today, seen, group_of)


def served(
    ready: Iterable[Card | Due], today: int, seen: Iterable[str] = (), group_of: Callable[[str], str] = lambda item: item
) -> list[Card | Due]:
    """Of cards that are due, those that today asks, lowest retrievability first.

    Args:
        seen: items answered today. Another card of their groups waits until tomorrow, unless it is overdue already.
        group_of: item -> the group of which one card is asked on a day; by default its own parts.
    """
    seen = {group_of(item) for item in seen}
    chosen = []
    for _, _, card in sorted([(-urgency(card, today), card.card_id, card) for card in ready]):
        group = group_of(card.item_id)
        if group in seen and card.due_day == today:
            continue
        seen.add(group)
        chosen.append(card)
    return chosen


def interleave(ids: Sequence[str], topic_of: Callable[[str], str], last: str | None = None) -> list[str]:
    """The same ids, each time the first one left whose topic differs from the one before; the head where none does."""
    waiting: dict[str, deque[tuple[int, str]]] = {}
    for position, card_id in enumerate(ids):
        waiting.setdefault(topic_of(card_id), deque()).append((position, card_id))
    heads = [(rest[0][0], topic) for topic, rest in waiting.items()]
    heapq.heapify(heads)
    order = []
    while heads:
        head = heapq.heappop(heads)
        if head[1] == last and heads:
            head = heapq.heapreplace(heads, head)
        last = head[1]
        order.append(waiting[last].popleft()[1])
        if waiting[last]:
            heapq.heappush(heads, (waiting[last][0][0], last))
    return order


def known(card: Card, today: int) -> bool:
    """A prerequisite is met: answered right last time and not forgotten since, or put aside on purpose."""
    if card.suspended:
        return True
    if card.stability is None or card.last_rating == scheduler.AGAIN:
        return False
    return scheduler.retrievability(memory_of(card), max(0, today - card.last_day)) >= KNOWN_FROM


def new(
    candidates: Sequence[Candidate], cards: Mapping[str, Card], today: int, *, limit: int, seen: Iterable[str] = ()
) -> list[str]:
    """Cards that were never answered and whose needs are met, at most `limit`.

    Args:
        candidates: the cards that may be asked, in teaching order. A need outside of them holds nothing back: who asks
            for one topic gets it.
        cards: the states that exist; a card without one is new.
        seen: items answered today; their other parts wait.
    """
    parts: dict[str, list[str]] = {}
    for candidate in candidates:
        parts.setdefault(item_of(candidate.card_id), []).append(candidate.card_id)

    def met(item: str) -> bool:
        """Some part was asked, and none that was is unknown: the parts of a cloze come on different days."""
        asked = [cards[part] for part in parts.get(item, ()) if part in cards]
        return item not in parts or (bool(asked) and all(known(card, today) for card in asked))

    groups = {item_of(candidate.card_id): candidate.key for candidate in candidates}
    taken, chosen = {groups.get(item, item) for item in seen}, []
    for candidate in candidates:
        if len(chosen) >= limit:
            break
        if candidate.key in taken or not _is_new(cards.get(candidate.card_id), today):
            continue
        if all(met(need) for need in candidate.needs):
            taken.add(candidate.key)
            chosen.append(candidate.card_id)
    return chosen


def openings(
    candidates: Sequence[Candidate], cards: Mapping[str, Card], today: int, *, limit: int, seen: Iterable[str] = ()
) -> int:
    """How many new cards a sitting may reach if all goes well: what waits for another card counts, unless nothing can begin."""
    seen = set(seen)
    if not new(candidates, cards, today, limit=min(1, limit), seen=seen):
        return 0
    taken = {one.key for one in candidates if item_of(one.card_id) in seen}
    fresh = {one.key for one in candidates if _is_new(cards.get(one.card_id), today)}
    return min(limit, len(fresh - taken))


def _is_new(card: Card | None, today: int) -> bool:
    """Never answered and not put aside."""
    return card is None or not (card.reps or card.suspended or (card.buried_until or 0) > today)


def introduced(cards: Iterable[Card], today: int) -> int:
    """How many cards were answered for the first time today."""
    return sum(card.first_day == today for card in cards)
