"""Compile each unit's topics into its committed `items.json`, and check that all of it is sound.

The file holds everything that `kdl quiz` needs, with the answers that Keras computed, the versions they were computed with,
and every id that was ever published: an id is for ever, because learners' histories hang on it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kdl import atlas, content, headers
from kdl.dev import item_rules, oracle
from kdl.errors import BadContent
from kdl.quiz import library, markdown, settle
from kdl.quiz.item import Item, Topic
from kdl.quiz.kinds import KINDS


@dataclass
class Unit:
    """One folder of quizzes/: what its Markdown says and what its `items.json` says."""

    folder: Path
    topics: list[Topic]
    items: list[Item]
    problems: list[BadContent]
    stored: dict

    @property
    def file(self) -> Path:
        return self.folder / library.FILE


def _read(folder: Path) -> Unit:
    """A unit's topics in teaching order: that of the first entry of each in the atlas."""
    unit = Unit(folder, [], [], [], {})
    found = []
    for path in sorted(folder.glob("*.md")):
        try:
            found.append(markdown.read(path))
        except BadContent as error:
            unit.problems.append(error)
    order = {entry: place for place, entry in enumerate(atlas.entries())}
    for topic, items, problems in sorted(found, key=lambda one: order.get(one[0].entries[0], len(order))):
        unit.topics.append(topic)
        unit.items += items
        unit.problems += problems
    if unit.file.is_file():
        try:
            unit.stored = json.loads(unit.file.read_text(encoding="utf-8"))
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            fix = "Restore it from the version history (it remembers every id), then run `kdl dev build`."
            unit.problems.append(BadContent(unit.file, getattr(error, "lineno", 1), f"is not JSON: {error}", fix=fix))
    return unit


def _units(number: int | None = None) -> list[Unit]:
    folders = [folder for folder in library.unit_folders() if number is None or content.unit_of(folder) == number]
    units = [_read(folder) for folder in folders]
    return [unit for unit in units if unit.topics or unit.problems or unit.stored]


# ---- computed answers ------------------------------------------------------------------------------------------------


def _computed(unit: Unit) -> tuple[list[Item], list[BadContent], dict]:
    """The unit's items with answers from Keras, items whose code contradicts them, and the versions used."""
    jobs = {item.id: KINDS[item.kind].jobs(item.spec) for item in unit.items}
    flat = [job for some in jobs.values() for job in some]
    results, versions = oracle.run(flat) if flat else ([], {})
    waiting = iter(results)
    finished, problems = [], []
    for item in unit.items:
        own = [next(waiting) for _ in jobs[item.id]]
        try:
            finished.append(settle.finished(item, own))
        except ValueError as error:
            fix = "Mend the answer or the code that computes it."
            wrong, file = f"item {item.id!r}: {error}", content.quizzes() / item.file
            problems.append(BadContent(file, item.line, wrong, fix=fix, item=item.id))
    return finished, problems, versions


def _remembered(unit: Unit) -> list[Item]:
    """The unit's items with the computed answers of its `items.json`; items whose code has changed are left out."""
    stored = {record["id"]: record for record in unit.stored.get("items", [])}
    found = [settle.remembered(item, stored.get(item.id)) for item in unit.items]
    return [item for item in found if item is not None]


# ---- items.json ------------------------------------------------------------------------------------------------------


def _record(unit: Unit, items: Sequence[Item], versions: dict) -> dict:
    published = sorted({*unit.stored.get("published", []), *(item.id for item in items)})
    record = {
        "schema": library.SCHEMA,
        "unit": content.unit_of(unit.folder),
        "versions": versions,
        "changed": _changed(unit, items),
        "topics": [topic.record() for topic in unit.topics],
        "items": [item.record() for item in items],
        "published": published,
    }
    return json.loads(json.dumps(record))


def _changed(unit: Unit, items: Sequence[Item]) -> dict[str, str]:
    """When the content of an item last changed after it was published: exports tell others by it what is new."""
    stored = {record["id"]: record for record in unit.stored.get("items", [])}
    before, now = unit.stored.get("changed", {}), datetime.now(UTC).isoformat(timespec="seconds")
    changed = {}
    for item in items:
        record = stored.get(item.id)
        if record and (record["body_fp"], record["answer_fp"]) != (item.body_fp, item.answer_fp):
            changed[item.id] = now
        elif item.id in before:
            changed[item.id] = before[item.id]
    return changed


def _differs(record: dict, stored: dict) -> bool:
    """In anything but the recorded versions and times."""
    return {**record, "versions": None, "changed": None} != {**stored, "versions": None, "changed": None}


def _lost(units: list[Unit]) -> list[BadContent]:
    """Ids that were published, are in no topic any more, and were not retired in so many words."""
    alive = {item.id for unit in units for item in unit.items}
    alive |= {error.item for unit in units for error in unit.problems}  # it is there, and has its own fault
    retired = {name for unit in units for topic in unit.topics for name in topic.retired}
    faults = []
    for unit in units:
        for name in unit.stored.get("published", []):
            if name not in alive and name not in retired:
                fix = "Put it back, or name it under `retired:` in a topic's front matter. An id is never used again."
                line = headers.line(unit.file.read_text(encoding="utf-8"), "published", naming=name)
                faults.append(BadContent(unit.file, line, f"the published item {name!r} is in no topic", fix=fix, item=name))
    for unit in units:
        for item in unit.items:
            if item.id in retired:
                wrong, file = f"the id {item.id!r} was retired", content.quizzes() / item.file
                faults.append(BadContent(file, item.line, wrong, item=item.id))
    return faults


def build(unit: int | None = None, check: bool = False) -> list[Path]:
    """Compile items.json of every unit, or of one; Keras computes what is computed, in a process of its own.

    Args:
        unit: number of a unit.
        check: write nothing.

    Returns:
        The files that differ from a fresh build in more than recorded versions (and were written, unless `check`).

    Raises:
        BadContent: the first fault; nothing is written then.
    """
    units = _units()
    for error in [error for one in units for error in one.problems] + _lost(units):
        raise error
    pending, everything = [], []
    for one in units:
        if unit in (None, content.unit_of(one.folder)):
            items, problems, versions = _computed(one)
            for error in problems:
                raise error
            pending.append((one, _record(one, items, versions)))
        else:
            items = _remembered(one)
        everything += items
    for error in item_rules.faults([topic for one in units for topic in one.topics], everything):
        raise error
    changed = [(one.file, record) for one, record in pending if _differs(record, one.stored)]
    if not check:
        for path, record in changed:
            path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return [path for path, _ in changed]


def check() -> list[BadContent]:
    """Every fault of the topics, the items and their compiled files. Runs no Keras: `build(check=True)` does."""
    units = _units()
    faults = [error for unit in units for error in unit.problems] + _lost(units)
    items = []
    for unit in units:
        known = _remembered(unit)
        items += known
        if not unit.problems and (len(known) < len(unit.items) or _differs(_record(unit, known, {}), unit.stored)):
            faults.append(
                BadContent(unit.file, 1, "is older than its topics", fix="Run `kdl dev build` and commit the result.")
            )
    faults += item_rules.faults([topic for unit in units for topic in unit.topics], items)
    return faults
