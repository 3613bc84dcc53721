"""Where a row of the logs counts after items were renamed. Pure: rows in, card ids out.

A `move` event says: what `card_id` remembers up to now belongs to `detail`. The rows stay as they were written; only the card
that they count for is another. What happens to the old id later starts a history of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from kdl.store.reviews import Event, Review


class Moves:
    """The moves of a log, in the order of (time, uuid), the same on every device."""

    def __init__(self, events: Iterable[Event]):
        self._moves = sorted((event for event in events if event.kind == "move"), key=lambda event: (event.ts, event.uuid))
        self._sources = {event.card_id for event in self._moves}

    def place(self, row: Review | Event) -> str:
        """The card that a row counts for."""
        card = row.card_id
        if card not in self._sources:
            return card
        for move in self._moves:
            if move.card_id == card and (move.ts, move.uuid) > (row.ts, row.uuid):
                card = move.detail
        return card

    def origins(self, card_id: str) -> list[str]:
        """The ids under which rows of a card may have been written, its own first."""
        found = [card_id]
        for move in reversed(self._moves):
            if move.detail in found and move.card_id not in found:
                found.append(move.card_id)
        return found
