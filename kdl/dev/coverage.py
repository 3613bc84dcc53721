"""The honest scoreboard: what each of the atlas's entries has in code, pairs, exercises and items."""

from __future__ import annotations

from pathlib import Path

from kdl import atlas, catalog
from kdl.dev import proved
from kdl.quiz.item import Item


def _code_files() -> dict[str, str]:
    """Entry id -> the file that implements it, relative to the checkout."""
    root = catalog.PACKAGE.parent
    files = {name: card.path for name, card in (catalog.models() | catalog.algorithms()).items()}
    for room in ("layers", "losses", "tokenizers", "metrics", "training_tricks", "compression", "search", "attacks"):
        for path in sorted((catalog.PACKAGE / room).glob("*.py")):
            files.setdefault(catalog.name_of(path), path)
    return {name: path.relative_to(root).as_posix() for name, path in files.items()}


def sound_items() -> list[Item]:
    """The quiz items that pass `kdl dev check`.

    A fault of one item costs that item; one of a topic the items of the topic; one of an items.json those of its unit.
    """
    from kdl import content
    from kdl.dev import items
    from kdl.quiz import library

    found = items.check()
    alone = {error.item for error in found if error.item}
    faulty = {Path(error.path) for error in found if not error.item}
    sound = []
    for item in library.items(own=False):
        file = content.quizzes() / item.file
        if item.id not in alone and file not in faulty and file.parent / library.FILE not in faulty:
            sound.append(item)
    return sound


def _sound_items() -> dict[str, int]:
    """Entry id -> number of its sound items."""
    counts: dict[str, int] = {}
    for item in sound_items():
        for entry in item.entries:
            counts[entry] = counts.get(entry, 0) + 1
    return counts


def _exercised() -> dict[str, list[str]]:
    """Entry id -> exercises with a graded step that names it."""
    from kdl.grade import exercise

    found: dict[str, list[str]] = {}
    for one in exercise.exercises():
        for entry in dict.fromkeys(entry for step in one.steps for entry in step.entries):
            found.setdefault(entry, []).append(one.id)
    return found


def rows() -> list[dict]:
    """One row for every entry, in teaching order (the JSON of `kdl progress --coverage`)."""
    code, proofs, items, exercised = _code_files(), proved.table(), _sound_items(), _exercised()
    paired: dict[str, list[str]] = {}
    for card in catalog.pairs().values():
        for arm in card.arms:
            paired.setdefault(arm, []).append(card.id)
    return [
        {
            "id": entry.id,
            "unit": entry.unit,
            "kind": entry.kind,
            "implementable": entry.implementable,
            "code": code.get(entry.id) if entry.id in proofs else None,
            "pairs": paired.get(entry.id, []),
            "exercises": exercised.get(entry.id, []),
            "items": items.get(entry.id, 0),
        }
        for entry in atlas.entries().values()
    ]


def summary(rows: list[dict]) -> dict[str, int]:
    """How many entries have each thing."""
    models, algorithms = ([row for row in rows if row["implementable"] == kind] for kind in ("keras-model", "algorithm"))
    return {
        "entries": len(rows),
        "models": len(models),
        "models with proven code": sum(row["code"] is not None for row in models),
        "algorithms": len(algorithms),
        "algorithms with proven code": sum(row["code"] is not None for row in algorithms),
        "entries in a pair": sum(bool(row["pairs"]) for row in rows),
        "entries exercised": sum(bool(row["exercises"]) for row in rows),
        "entries asked": sum(bool(row["items"]) for row in rows),
    }
