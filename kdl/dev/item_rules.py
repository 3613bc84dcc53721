"""What a topic and its items must be beyond their syntax. Each rule yields what is wrong, where, and the cure."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from kdl import atlas, catalog, content, headers
from kdl.dev import errata
from kdl.errors import BadContent
from kdl.quiz.item import Item, Topic
from kdl.quiz.kinds import KINDS
from kdl.quiz.kinds.base import fingerprint_text

LONGEST = 60  # words of a question, and of an explanation
PROSE = (300, 2100)  # words of a topic without code and items: one to three sections of 300 to 700
MOST_ITEMS = 60

_CODE = re.compile(r"^(```|~~~).*?^\1$", re.MULTILINE | re.DOTALL)
_EQUATION = re.compile(r"^\$\$.*?^\$\$$", re.MULTILINE | re.DOTALL)


def words(markdown: str) -> int:
    """Words of prose: code blocks and display equations do not count."""
    return len(_EQUATION.sub("", _CODE.sub("", markdown)).split())


def faults(topics: Sequence[Topic], items: Sequence[Item]) -> Iterator[BadContent]:
    """Every fault of compiled content (computed answers filled in)."""
    for topic in topics:
        yield from _topic(topic, [item for item in items if item.topic == topic.id])
    known = {item.id for item in items}
    for item in items:
        yield from _item(item, known)
    yield from _doubles(items)
    yield from _circles(items)


def _at(record: Topic | Item, wrong: str, fix: str, line: int | None = None) -> BadContent:
    item = record.id if isinstance(record, Item) else None
    if item:
        wrong, line = f"item {item!r}: {wrong}", line or record.line
    return BadContent(content.quizzes() / record.file, line or 1, wrong, fix=fix, item=item)


# ---- topics ----------------------------------------------------------------------------------------------------------


def _topic(topic: Topic, items: list[Item]) -> Iterator[BadContent]:
    from kdl.grade import exercise

    known = {
        "entries": ("entry of the atlas", atlas.entries()),
        "pairs": ("pair", catalog.pairs()),
        "exercises": ("exercise", {one.id for one in exercise.exercises()}),
        "errata": ("erratum", errata.table()),
    }
    source = (content.quizzes() / topic.file).read_text(encoding="utf-8")
    for field, (noun, ids) in known.items():
        for name in getattr(topic, field):
            if name not in ids:
                line = headers.line(source, field, naming=name)
                yield _at(topic, f"names the {noun} {name!r}, which does not exist", "Mend the front matter.", line)
    for line, name in topic.equations:
        if not _defined(name):
            yield _at(topic, f"an equation names {name}, which does not exist", "Name the function that implements it.", line)
    if len(items) > MOST_ITEMS:
        yield _at(topic, f"has {len(items)} items", f"Split it: {MOST_ITEMS} items are the most for one topic.")
    yield from _text(topic, items)


def _text(topic: Topic, items: list[Item]) -> Iterator[BadContent]:
    source = (content.quizzes() / topic.file).read_text(encoding="utf-8")
    lines = source.split("\n")
    front = lines.index("---", 1) + 1
    lines[:front] = [""] * front
    for item in items:
        lines[item.line - 1 : item.end] = [""] * (item.end - item.line + 1)
    prose = "\n".join(lines)
    count = words(prose)
    if not PROSE[0] <= count <= PROSE[1]:
        yield _at(topic, f"has {count} words of prose", f"A topic has {PROSE[0]} to {PROSE[1]}: one to three sections.")
    for match in _EQUATION.finditer(prose):
        twin = prose[match.end() :].lstrip()
        line = prose.count("\n", 0, match.start()) + 1
        if not re.match(r"```text\n.*?^\(kdl\.[\w.]+: [\w.]+\)$", twin, re.MULTILINE | re.DOTALL):
            fix = "Write it again below in a ```text block whose last line is `(kdl.module: function)`."
            yield _at(topic, "an equation has no plain-text twin that names its function", fix, line)


@functools.cache
def _defined(name: str) -> bool:
    """`kdl.models.rnn.lstm:LSTMCell.call` is in the source, found without importing it."""
    module, _, path = name.partition(":")
    file = catalog.PACKAGE.parent / Path(*module.split(".")).with_suffix(".py")
    if not file.is_file():
        return False
    body = ast.parse(file.read_text(encoding="utf-8")).body
    for part in path.split("."):
        found = [node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == part]
        if not found:
            return False
        body = found[0].body
    return True


# ---- items -----------------------------------------------------------------------------------------------------------


def _item(item: Item, known: set[str]) -> Iterator[BadContent]:
    if item.id in atlas.entries():
        yield _at(item, "its id is that of an entry of the atlas", "Say in the id what is asked.")
    if not item.entries:
        yield _at(item, "names no entry", "Add `entries=...`: the ids of the atlas that it asks about.")
    for entry in item.entries:
        if entry not in atlas.entries():
            yield _at(item, f"the entry {entry!r} is not in the atlas", "Mend `entries=`.")
    for erratum in errata.unknown(item.errata):
        yield _at(item, f"there is no erratum {erratum!r}", f"They are E001 to E{errata.LAST}, in quizzes/errata.toml.")
    for need in item.needs:
        if need not in known:
            yield _at(item, f"needs the item {need!r}, which does not exist", "Mend `needs=`.")
    yield from _wordings(item)
    for part, text in (("question", item.prompt), ("explanation", item.why), *(("`Or:`", text) for text in item.wordings)):
        if words(text) > LONGEST:
            yield _at(item, f"its {part} has {words(text)} words", f"Keep to one idea in at most {LONGEST}.")
    for wrong in KINDS[item.kind].check(item):
        yield _at(item, wrong, "See docs/items.md.")


def _wordings(item: Item) -> Iterator[BadContent]:
    """A wording that says the same as another one varies nothing."""
    seen: set[str] = set()
    for text in item.prompts:
        if fingerprint_text(text) in seen:
            yield _at(item, "an `Or:` repeats another wording", "Ask about another case, or from another side.")
        seen.add(fingerprint_text(text))


def _doubles(items: Sequence[Item]) -> Iterator[BadContent]:
    first: dict[str, Item] = {}
    for item in items:
        other = first.setdefault(item.id, item)
        if other is not item:
            yield _at(item, f"its id is taken by {other.file}:{other.line}", "Ids are unique in all units, for ever.")


def _circles(items: Sequence[Item]) -> Iterator[BadContent]:
    """Items that wait for each other would never be asked."""
    needs = {item.id: list(item.needs) for item in items}
    done: set[str] = set()
    progress = True
    while progress:
        ready = {
            name for name, wanted in needs.items() if name not in done and all(n in done or n not in needs for n in wanted)
        }
        done |= ready
        progress = bool(ready)
    for item in items:
        if item.id not in done:
            yield _at(item, "waits for itself through `needs`", "Break the circle.")
