"""The gate of a unit: what it must have before it counts as complete, one point each, and what to do where one is missing."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kdl import atlas, catalog, content
from kdl.dev import coverage, errata, proved
from kdl.dev.errata import Erratum
from kdl.errors import BadContent
from kdl.grade.exercise import Exercise
from kdl.quiz.item import Item, Topic
from kdl.quiz.kinds import KINDS

ITEMS, ITEMS_PER_ENTRY = 70, 4
COMPUTED, SHARE = ("numeric", "params", "shape", "output"), 0.35
SECONDS = {"short": 120, "long": 600}  # of a pair's full run
MINUTES = (10, 25)  # of an exercise
_FILE = re.compile(r"(?!\w+:|//)[^#]+")  # of a link: no address, and no part of a page


@dataclass(frozen=True)
class Point:
    """One thing that a unit must have. `todo` is empty where it is there."""

    group: str
    name: str
    said: str
    todo: str = ""

    @property
    def ok(self) -> bool:
        return not self.todo


@dataclass(frozen=True)
class Holdings:
    """What there is of one unit: rows of the scoreboard, sound items, and everything else whether sound or not.

    `measured` has the numbers of each exercise whose solutions and mutants could be run.
    """

    unit: int
    rows: list[dict]
    topics: list[Topic]
    items: list[Item]
    exercises: list[Exercise]
    errata: list[Erratum]
    faults: list[BadContent]
    measured: dict[str, str]


def holdings(unit: int, faults: list[BadContent], measured: dict[str, str]) -> Holdings:
    """What there is of a unit.

    Args:
        faults, measured: what `kdl.dev.check.faults` found and told of it.
    """
    from kdl.grade import exercise
    from kdl.quiz import library

    return Holdings(
        unit,
        rows=[row for row in coverage.rows() if row["unit"] == unit],
        topics=[topic for topic in library.topics(own=False) if topic.unit == unit],
        items=[item for item in coverage.sound_items() if item.unit == unit],
        exercises=[one for one in exercise.exercises() if one.unit == unit],
        errata=[one for one in errata.table().values() if one.unit == unit],
        faults=faults,
        measured=measured,
    )


def points(have: Holdings) -> list[Point]:
    """Every point of the gate, in the order in which an author works."""
    found = list(_sound(have))
    for group in (_entries, _contrasts, _exercises, _items, _errata, _links):
        found += group(have)
    return found


def _point(group: str, name: str, ok: bool, said: str, todo: str) -> Point:
    return Point(group, name, said, "" if ok else todo)


def _sound(have: Holdings) -> Iterator[Point]:
    told = f"{len(have.faults)} faults" if have.faults else "no faults"
    yield _point("sound", "faults", not have.faults, told, "Mend them: each is printed with its cure.")


# ---- entries ---------------------------------------------------------------------------------------------------------


def _entries(have: Holdings) -> Iterator[Point]:
    proofs, holding = proved.table(), {one.id for one in have.exercises if _holds(one, have)}
    for row in have.rows:
        name = row["id"]
        taught = [topic.id for topic in have.topics if name in topic.entries]
        todo = "Name it under `entries:` of the topic that teaches it."
        yield _point("entries", f"{name}: topic", bool(taught), ", ".join(taught) or "in none", todo)
        if row["implementable"] != "concept-only":
            steps = [one for one in row["exercises"] if one in holding]
            yield _code(row, proofs.get(name, []), steps)
            todo = f"Write an exercise with a step whose `entries` name {name}."
            yield _point("entries", f"{name}: exercise", bool(steps), ", ".join(steps) or "a step of none", todo)
        count = sum(name in item.entries for item in have.items)
        todo = f"Write {ITEMS_PER_ENTRY - count} more items with `entries={name}`."
        yield _point("entries", f"{name}: items", count >= ITEMS_PER_ENTRY, f"{count} items", todo)


def _code(row: dict, proofs: list[str], steps: list[str]) -> Point:
    """A model is a proven file; a layer or an algorithm may also be a graded step, which is proven by its matrix."""
    if row["code"]:
        return Point("entries", f"{row['id']}: code", f"{row['code']}, proven by {', '.join(proofs)}")
    file = f"{row['id'].replace('-', '_')}.py"
    if row["implementable"] == "keras-model":
        todo = f"Write `{file}` in a family of kdl/models, prove it by contract and oracle tests, and run `kdl dev build`."
        return Point("entries", f"{row['id']}: code", "no proven model", todo)
    todo = f"Write `{file}` with its tests, or a step of an exercise."
    said = f"a graded step of {', '.join(steps)}" if steps else "neither a proven file nor a graded step"
    return _point("entries", f"{row['id']}: code", bool(steps), said, todo)


# ---- contrasts -------------------------------------------------------------------------------------------------------


def _contrasts(have: Holdings) -> Iterator[Point]:
    named = {name for topic in have.topics for name in topic.pairs}
    for contrast in atlas.contrasts().values():
        if contrast.unit != have.unit and contrast.id not in named:
            continue
        card = catalog.pairs().get(contrast.id)
        if card is None:
            file = "_".join([contrast.id.lower(), *(arm.replace("-", "_") for arm in contrast.arms)])
            arms = " and ".join(contrast.arms)
            yield Point("contrasts", f"{contrast.id}: file", f"{arms}: not written", f"Write `{file}.py` in kdl/pairs.")
            continue
        yield Point("contrasts", f"{contrast.id}: file", card.path.name)
        yield from _result(card)


def _result(card: catalog.PairCard) -> Iterator[Point]:
    from kdl.experiment import results

    record = f"Record it: `kdl compare {card.id} --record`."
    try:
        found, stale = results.load(card), results.stale(card)
    except BadContent as error:
        found, stale, record = None, False, f"{error.what}. {error.fix}"
    if found is None:
        yield Point("contrasts", f"{card.id}: verdict", "no committed run", record)
        return
    result, seconds, most = found["result"], found["seconds"], SECONDS[card.budget]
    said = ", ".join(f"{claim['id']} {claim['verdict'] or 'without one'}" for claim in result["claims"])
    said = f"{said}{' (stale)' if stale else ''}{'' if result['complete'] else ' (not a full run)'}"
    yield _point("contrasts", f"{card.id}: verdict", result["complete"] and not stale, said, record)
    if any(claim["kind"] not in ("exact", "scenario") for claim in result["claims"]):
        figure = found["figure"]
        told = figure["title"] if figure else "none"
        yield _point("contrasts", f"{card.id}: figure", bool(figure), told, "Let `figure` of the pair draw what decides.")
        told = f"{seconds:.0f} s of the {most} s of a {card.budget} pair"
        yield _point("contrasts", f"{card.id}: budget", seconds <= most, told, "Make it smaller, or declare it long.")


# ---- exercises and items ---------------------------------------------------------------------------------------------


def _holds(one: Exercise, have: Holdings) -> bool:
    """Its solutions pass, its mutants fail as themselves, and nothing else is wrong with it."""
    return one.id in have.measured and not any(Path(fault.path).is_relative_to(one.path) for fault in have.faults)


def _exercises(have: Holdings) -> Iterator[Point]:
    low, high = MINUTES
    for one in have.exercises:
        said = f"{len(one.steps)} steps, {len(one.mutants)} mutants; {have.measured.get(one.id, 'could not be run')}"
        yield _point("exercises", f"{one.id}: matrix", _holds(one, have), said, "Mend its faults.")
        told = f"{one.minutes} minutes"
        yield _point("exercises", f"{one.id}: size", low <= one.minutes <= high, told, f"{low} to {high}: split it, or add.")


def _items(have: Holdings) -> Iterator[Point]:
    count = len(have.items)
    yield _point("items", "items", count >= ITEMS, f"{count} of {ITEMS}", f"Write {ITEMS - count} more.")
    computed = sum(item.kind in COMPUTED for item in have.items)
    share = computed / count if count else 0.0
    todo = f"Let code compute more answers: kinds {', '.join(COMPUTED)}."
    yield _point("items", "computed", share >= SHARE, f"{computed} of {count}, {share:.0%} of {SHARE:.0%}", todo)
    for kind in KINDS:
        number = sum(item.kind == kind for item in have.items)
        yield _point("items", f"kind {kind}", number > 0, f"{number} items", f"Write one of kind {kind} (docs/items.md).")


def _errata(have: Holdings) -> Iterator[Point]:
    for one in have.errata:
        items = [item.id for item in have.items if one.id in item.errata]
        texts = [topic.id for topic in have.topics if one.id in topic.errata]
        said = f"told in {', '.join(texts) or 'no topic'}; asked by {', '.join(items) or 'no item'}"
        todo = [] if texts else [f"Put it right in the text of a topic, with `errata: {one.id}` in its front matter."]
        if one.type in errata.NEED_AN_ITEM and not items:
            todo.append(f"Write an item with `errata={one.id}`.")
        if one.type == errata.DROPPED:
            said, todo = "dropped: nothing to put right", []
        told = " ".join([*todo, f"The notes: {one.said} Right: {one.right}"])
        yield _point("errata", f"{one.id} {errata.TYPES[one.type]}", not todo, said, told)


# ---- links -----------------------------------------------------------------------------------------------------------


def _links(have: Holdings) -> Iterator[Point]:
    if not have.topics:
        yield Point("links", "topics", "none", f"Write a topic in the unit's folder of {content.quizzes().name}/.")
    pages = [(f"{topic.id}: text", content.quizzes() / topic.file) for topic in have.topics]
    pages += [(f"{one.id}: statement", one.path / "statement.md") for one in have.exercises]
    for name, path in pages:
        links = _linked(path.read_text(encoding="utf-8")) if path.is_file() else []
        broken = [link for link in links if not (path.parent / link).exists()]
        said = f"broken: {', '.join(broken)}" if broken else f"{len(links)} links to other pages"
        yield _point("links", name, not broken, said, "Mend the links.")
    for noun, ids in (("exercises", [one.id for one in have.exercises]), ("pairs", _pairs_of(have))):
        for name in ids:
            where = [topic.id for topic in have.topics if name in getattr(topic, noun)]
            todo = f"Name it under `{noun}:` of the topic that it belongs to."
            yield _point("links", f"{name}: named", bool(where), ", ".join(where) or "by no topic", todo)


def _linked(text: str) -> list[str]:
    """The files that a page in Markdown links to; what stands in code is no link."""
    from markdown_it import MarkdownIt

    inside = [one for token in MarkdownIt().parse(text) for one in token.children or ()]
    found = [one.attrs.get("href", one.attrs.get("src", "")) for one in inside if one.type in ("link_open", "image")]
    return [urllib.parse.unquote(match[0]) for match in map(_FILE.match, found) if match]


def _pairs_of(have: Holdings) -> list[str]:
    """The pairs with a file that this unit measures."""
    return [name for name, one in atlas.contrasts().items() if one.unit == have.unit and name in catalog.pairs()]
