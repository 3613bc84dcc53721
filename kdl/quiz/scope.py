"""The items of a sitting by card, without a table of all cards: what is not asked costs nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kdl.quiz.item import Item
from kdl.store.reviews import item_of


class Scope(Mapping):
    """Card id -> its item, in teaching order.

    Args:
        items: what may be asked; a mapping by id is used as it is.
    """

    def __init__(self, items: Sequence[Item] | Mapping[str, Item]):
        self._by_id = items if isinstance(items, Mapping) else {item.id: item for item in items}

    def __contains__(self, card_id: object) -> bool:
        item = self._by_id.get(card_id)
        if item is not None:
            return not item.parts
        name, _, part = card_id.partition("#")
        item = self._by_id.get(name)
        return item is not None and part in item.parts

    def __getitem__(self, card_id: str) -> Item:
        if card_id not in self:
            raise KeyError(card_id)
        return self._by_id[item_of(card_id)]

    def __iter__(self) -> Iterator[str]:
        return (card for item in self._by_id.values() for card in item.cards)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def pairs(self) -> Iterator[tuple[str, Item]]:
        """(card id, item)."""
        return ((card, item) for item in self._by_id.values() for card in item.cards)

    def group(self, item_id: str) -> str:
        """What never comes twice on one day; an unknown item is a group of its own."""
        item = self._by_id.get(item_id)
        return item.group if item else item_id

    def together(self, item: Item) -> list[str]:
        """The other items of its group."""
        if not item.bury:
            return []
        return [one.id for one in self._by_id.values() if one.bury and one.group == item.group and one.id != item.id]
