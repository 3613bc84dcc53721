"""What the learner has covered and what will be remembered: the two bars of `kdl progress`."""

from __future__ import annotations

from dataclasses import dataclass

from kdl import atlas

RETAINED_DAYS = 30  # a memory whose stability is a month or more


@dataclass(frozen=True)
class UnitProgress:
    """One unit's entries: how many have content here, were covered, and are retained."""

    unit: int
    title: str
    entries: int
    with_content: int
    covered: int
    retained: int


def units(reviewed: dict[str, float], solved: set[str], items, exercises) -> list[UnitProgress]:
    """The progress of every unit.

    An entry is *covered* when one of its items was answered or an exercise that grades it was solved. It is *retained*
    when it was asked, and the weakest of its reviewed cards has a stability of 30 days or more.

    Args:
        reviewed: item id -> stability in days of its weakest reviewed card.
        solved: ids of solved exercises.
        items: the quiz items; each has `.id` and `.entries`.
        exercises: the exercises; each has `.id` and `.entries`.
    """
    available: set[str] = set()
    covered: set[str] = set()
    weakest: dict[str, float] = {}
    for item in items:
        available.update(item.entries)
        if item.id in reviewed:
            covered.update(item.entries)
            for entry in item.entries:
                weakest[entry] = min(weakest.get(entry, float("inf")), reviewed[item.id])
    for exercise in exercises:
        available.update(exercise.entries)
        if exercise.id in solved:
            covered.update(exercise.entries)
    retained = {entry for entry, days in weakest.items() if days >= RETAINED_DAYS}
    rows = []
    for number, title in atlas.units().items():
        names = {entry.id for entry in atlas.entries().values() if entry.unit == number}
        rows.append(
            UnitProgress(number, title, len(names), len(names & available), len(names & covered), len(names & retained))
        )
    return rows
