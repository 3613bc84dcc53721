"""The items and topics that can be asked and read, from the committed `items.json` of each unit.

No Markdown, no Keras, no NumPy: this is what `kdl quiz` starts with.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path

from kdl import content
from kdl.errors import BadContent, NotFound
from kdl.quiz.item import Item, Topic
from kdl.quiz.kinds import KINDS

SCHEMA = "kdl.unit/1"
FILE = "items.json"


def unit_folders() -> list[Path]:
    """The folders `NN-name` of quizzes/, in teaching order."""
    return sorted(path for path in content.quizzes().glob("[0-9][0-9]-*") if path.is_dir())


def _load(path: Path) -> tuple[list[Topic], list[Item]]:
    """One unit's file.

    Raises:
        BadContent: it is no unit file, or was written for another version of kdl.
    """
    fix = "Restore the file, or run `kdl dev build`."
    try:
        unit = json.loads(path.read_text(encoding="utf-8"))
        if unit.get("schema") != SCHEMA:
            raise BadContent(path, 1, f"is not of the form {SCHEMA}", fix=fix)
        items = [Item.of(record) for record in unit["items"]]
        unknown = [item.kind for item in items if item.kind not in KINDS]
        if unknown:
            raise BadContent(path, 1, f"holds an item of kind {unknown[0]!r}, which this kdl does not know", fix=fix)
        return [Topic.of(record) for record in unit["topics"]], items
    except (json.JSONDecodeError, UnicodeDecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
        line = getattr(error, "lineno", 1)
        raise BadContent(path, line, f"cannot be read: {type(error).__name__}: {error}", fix=fix) from error


@functools.cache
def _read(root: Path) -> tuple[dict[str, Topic], dict[str, Item], tuple[BadContent, ...]]:
    topics: dict[str, Topic] = {}
    items: dict[str, Item] = {}
    bad = []
    for folder in unit_folders():
        path = folder / FILE
        if not path.is_file():
            continue
        try:
            found_topics, found_items = _load(path)
        except BadContent as error:
            bad.append(error)
            continue
        topics |= {topic.id: topic for topic in found_topics}
        items |= {item.id: item for item in found_items}
    return topics, items, tuple(bad)


def items() -> list[Item]:
    """Every item of every sound unit, in teaching order."""
    return list(_read(content.quizzes())[1].values())


def topics() -> list[Topic]:
    """Every topic of every sound unit, in teaching order."""
    return list(_read(content.quizzes())[0].values())


def problems() -> list[BadContent]:
    """Unit files that cannot be used; the others still work."""
    return list(_read(content.quizzes())[2])


def find_item(name: str) -> Item:
    """An item by its id, or by the id of one of its cards."""
    known = _read(content.quizzes())[1]
    item = name.partition("#")[0]
    if item not in known:
        raise NotFound("item", name, known, fix="`kdl quiz list` shows them all.")
    return known[item]


def find_topic(name: str) -> Topic:
    """A topic by its id, or by an entry that it teaches; its own id wins, then the topic that names the entry first."""
    known = _read(content.quizzes())[0]
    if name in known:
        return known[name]
    teaching = [topic for topic in known.values() if name in topic.entries]
    if teaching:
        return min(teaching, key=lambda topic: topic.entries.index(name))
    names = {*known, *(entry for topic in known.values() for entry in topic.entries)}
    raise NotFound("topic", name, names, fix="`kdl notes` shows them all.")
