"""The exercises that are due to be written again, and what to type for each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the store needs SQLite; the help does not
    from kdl.memory.exercise_cards import DueExercise


def existing(due: Iterable[DueExercise]) -> list[DueExercise]:
    """Those that kdl still has."""
    from kdl.grade import exercise

    due = list(due)
    known = {one.id for one in exercise.exercises()} if due else set()
    return [one for one in due if one.id in known]


def next_step(one: DueExercise) -> tuple[str, str]:
    """(command, reason)."""
    if one.begun:
        return f"kdl exercise check {one.id}", "due: you began to write it again"
    return f"kdl exercise reset {one.id}", "due: write it again, from memory"
