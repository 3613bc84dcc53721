"""The items and topics that can be asked and read: the committed `items.json` of each unit, and the learner's own notes.

No Markdown, no Keras, no NumPy: this is what `kdl quiz` starts with.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kdl import atlas, content
from kdl.errors import BadContent, NotFound
from kdl.quiz import own_folder
from kdl.quiz.item import Item, Topic
from kdl.quiz.kinds import KINDS
from kdl.quiz.packed import Packed

if TYPE_CHECKING:  # the store needs SQLite; a list of topics does not
    from kdl.store.reviews import Card

SCHEMA = "kdl.unit/1"
FILE = "items.json"


def unit_folders() -> list[Path]:
    """The folders `NN-name` of quizzes/, in teaching order."""
    return sorted(path for path in content.quizzes().glob("[0-9][0-9]-*") if path.is_dir())


def _item(record: dict) -> dict | Item:
    """An item's record becomes the item at once: ten thousand records, or open dictionaries, would cost twice the memory."""
    if "spec" not in record or "body_fp" not in record:
        return record
    try:
        for name in ("kind", "topic", "file", "heading"):
            record[name] = sys.intern(record[name])
        for name in ("entries", "needs", "errata"):
            record[name] = [sys.intern(one) for one in record[name]]
        record["spec"] = Packed(record["spec"])
        return Item.of(record)
    except (AttributeError, KeyError, TypeError):  # told by the caller, with the file's name
        return record


def _load(path: Path) -> tuple[list[Topic], list[Item], dict[str, str]]:
    """One unit's file: topics, items, and when items last changed.

    Raises:
        BadContent: it is no unit file, or was written for another version of kdl.
    """
    fix = "Restore the file, or run `kdl dev build`."
    try:
        unit = json.loads(path.read_text(encoding="utf-8"), object_hook=_item)
        if unit.get("schema") != SCHEMA:
            raise BadContent(path, 1, f"is not of the form {SCHEMA}", fix=fix)
        items = [Item.of(one) if isinstance(one, dict) else one for one in unit["items"]]
        unknown = [item.kind for item in items if item.kind not in KINDS]
        if unknown:
            raise BadContent(path, 1, f"holds an item of kind {unknown[0]!r}, which this kdl does not know", fix=fix)
        topics = [Topic.of(record) for record in unit["topics"]]
        strays = {item.topic for item in items} - {topic.id for topic in topics}
        if strays:
            raise BadContent(path, 1, f"holds items of the topic {strays.pop()!r}, which it lacks", fix=fix)
        return topics, items, dict(unit.get("changed", {}))
    except (json.JSONDecodeError, UnicodeDecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
        line = getattr(error, "lineno", 1)
        raise BadContent(path, line, f"cannot be read: {type(error).__name__}: {error}", fix=fix) from error


@dataclass(frozen=True)
class Shelf:
    """Topics and items by id, when items last changed, and files that cannot be used."""

    topics: dict[str, Topic] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    changed: dict[str, str] = field(default_factory=dict)
    bad: list[BadContent] = field(default_factory=list)

    def put(self, path: Path) -> None:
        """Add the content of a compiled file. What is there already wins."""
        try:
            topics, items, changed = _load(path)
        except BadContent as error:
            self.bad.append(error)
            return
        taken = [f"the topic {topic.id!r}" for topic in topics if topic.id in self.topics]
        taken += [f"the item {item.id!r}" for item in items if item.id in self.items]
        for name in taken:
            self.bad.append(BadContent(path, 1, f"{name} is taken", fix="Give it another id, then run `kdl quiz sync`."))
        for topic in topics:
            self.topics.setdefault(topic.id, topic)
        for item in items:
            if self.topics[item.topic].file == item.file:
                self.items.setdefault(item.id, item)
        for name, moment in changed.items():
            self.changed.setdefault(name, moment)


@functools.lru_cache(maxsize=4)
def _built_in(root: Path) -> Shelf:
    """What kdl itself holds in `root`."""
    shelf = Shelf()
    for folder in unit_folders():
        if (folder / FILE).is_file():
            shelf.put(folder / FILE)
    return shelf


@functools.lru_cache(maxsize=4)
def _whole(root: Path, own: Path, stamp: tuple[int, int]) -> Shelf:
    """What kdl holds, and the learner's own notes as they were compiled into the file `own` with this stamp."""
    base = _built_in(root)
    shelf = Shelf(dict(base.topics), dict(base.items), dict(base.changed), list(base.bad))
    shelf.put(own)
    return shelf


def own_file() -> Path:
    """The learner's own notes, compiled."""
    return own_folder.compiled()


def shelf(own: bool = True) -> Shelf:
    """Everything that can be asked and read; without the learner's `own` notes on request."""
    root = content.quizzes()
    if own:
        try:
            stat = own_file().stat()
        except OSError:  # there are none
            return _built_in(root)
        return _whole(root, own_file(), (stat.st_mtime_ns, stat.st_size))
    return _built_in(root)


def items(own: bool = True) -> list[Item]:
    """Every item of every sound unit, in teaching order, then the learner's own."""
    return list(shelf(own).items.values())


def topics(own: bool = True) -> list[Topic]:
    """Every topic of every sound unit, in teaching order, then the learner's own."""
    return list(shelf(own).topics.values())


def problems() -> list[BadContent]:
    """Unit files that cannot be used; the others still work."""
    return list(shelf().bad)


def demand(unit: int | None = None) -> None:
    """Refuse to go on without the content that was asked for: this unit, or any at all.

    Raises:
        BadContent: why there is none.
    """
    known = {item.unit for item in items()}
    for error in problems():
        if not known or (unit not in known and unit == _unit_of(error)):
            raise error


def _unit_of(error: BadContent) -> int:
    """The unit whose file cannot be used; 0 for the learner's own notes."""
    return content.unit_of(Path(Path(error.path).parent.name))


def find_item(name: str) -> Item:
    """An item by its id, or by the id of one of its cards."""
    known = shelf().items
    item = name.partition("#")[0]
    if item not in known:
        raise NotFound("item", name, known, fix="`kdl quiz list` shows them all.")
    return known[item]


def find_topic(name: str) -> Topic:
    """A topic by its id, or by an entry that it teaches; its own id wins, then the topic that names the entry first.

    Raises:
        BadContent: the file of its unit cannot be used.
        NotFound: there is none.
    """
    known = shelf().topics
    if name in known:
        return known[name]
    teaching = [topic for topic in known.values() if name in topic.entries]
    if teaching:
        return min(teaching, key=lambda topic: topic.entries.index(name))
    for error in problems():
        entry = atlas.entries().get(name)
        if (Path(error.path).parent / f"{name}.md").is_file() or (entry and entry.unit == _unit_of(error)):
            raise error
    names = {*known, *(entry for topic in known.values() for entry in topic.entries)}
    raise NotFound("topic", name, names, fix="`kdl notes` shows them all.")


# ---- orphans ---------------------------------------------------------------------------------------------------------


def orphans(cards: Iterable[Card]) -> list[Card]:
    """The cards with a history whose item is gone. They are kept: an item that comes back finds its history again."""
    known = {card for item in shelf().items.values() for card in item.cards}
    return [card for card in cards if ":" not in card.card_id and card.card_id not in known]


def heirs(orphan: Card, cards: Container[str]) -> list[str]:
    """The cards that may be the orphan under a new id: the same part, the same right answer, and no history (`cards`)."""
    part = orphan.card_id.partition("#")[2]
    return [
        card
        for item in shelf().items.values()
        if orphan.answer_fp and item.answer_fp == orphan.answer_fp
        for card in item.cards
        if card.partition("#")[2] == part and card not in cards
    ]
