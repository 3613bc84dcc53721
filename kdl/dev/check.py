"""Is all content sound? Every fault with its file, its line and its cure."""

from __future__ import annotations

from kdl import atlas, catalog, content, headers
from kdl.errors import BadContent


def faults(unit: int | None = None, told: dict[str, str] | None = None) -> list[BadContent]:
    """Every fault of the content, or of one unit's.

    Args:
        told: gets what was measured of each exercise, in one line.
    """
    from kdl.dev import errata, exercises, items

    found = list(catalog.problems()) + _dangling() + _claims() + errata.faults() + items.check() + exercises.check(unit, told)
    if unit is None:
        return found
    from pathlib import Path

    return [fault for fault in found if content.unit_of(Path(fault.path)) in (unit, 0)]


def _dangling() -> list[BadContent]:
    """Headers that name a task, a pair or data which does not exist, or an arm that is a model without a file.

    An arm may also be another entry of the atlas: an optimizer of Keras, a layer that is only counted.
    """
    found, models = [], {entry.id for entry in atlas.entries().values() if entry.implementable == "keras-model"}
    for card in catalog.models().values():
        found += [_missing(card, "task", name, "tasks") for name in card.tasks if name not in catalog.tasks()]
        found += [_missing(card, "pair", name, "pairs") for name in card.pairs if name not in catalog.pairs()]
        found += [_missing(card, "part", name, "parts") for name in card.parts.values() if name not in catalog.models()]
    for card in catalog.tasks().values():
        found += [_missing(card, "data set", card.data, "data")] if card.data not in catalog.datasets() else []
    for card in catalog.pairs().values():
        found += [_missing(card, "model", arm, "arms") for arm in card.arms if arm in models and arm not in catalog.models()]
    return found


def _claims() -> list[BadContent]:
    """Pair files that cannot be used, and claims that name an entry or an erratum which does not exist."""
    from kdl.dev import errata
    from kdl.experiment import pair

    found = []
    for card in catalog.pairs().values():
        try:
            claims = pair.load(card).claims
        except BadContent as error:
            found.append(error)
            continue
        for claim in claims:
            found += [_missing(card, "entry", name, "CLAIMS") for name in claim.entries if name not in atlas.entries()]
            found += [_missing(card, "erratum", name, "CLAIMS") for name in errata.unknown(claim.errata)]
    return found


def _missing(card, noun: str, name: str, key: str) -> BadContent:
    """A fault of the line that names it, in what the file says under `key`."""
    line = headers.line(card.path.read_text(encoding="utf-8"), key, naming=name)
    return BadContent(card.path, line, f"names the {noun} {name!r}, which does not exist")


def counted(unit: int | None = None) -> str:
    """`2 models, 2 tasks, ...`: what was checked."""
    from kdl.grade import exercise
    from kdl.quiz import library

    def of_unit(things):
        return [thing for thing in things if unit is None or thing.unit == unit]

    counts = {
        "models": len(of_unit(catalog.models().values())),
        "algorithms": len(of_unit(catalog.algorithms().values())),
        "tasks": len(catalog.tasks()),
        "data sets": len(catalog.datasets()),
        "pairs": len(of_unit(catalog.pairs().values())),
        "topics": len(of_unit(library.topics(own=False))),
        "items": len(of_unit(library.items(own=False))),
        "exercises": len(of_unit(exercise.exercises())),
    }
    return ", ".join(f"{count} {noun}" for noun, count in counts.items())
