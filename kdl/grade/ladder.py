"""When a hint may be shown, and when the solution; which inputs come again: pure rules over the log of one exercise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kdl.errors import UsageProblem
from kdl.grade.exercise import HINT_LEVELS, Exercise
from kdl.grade.step import Step
from kdl.store import attempts
from kdl.store.attempts import Attempt

REVEAL_AFTER = 3


def current_step(exercise: Exercise, rows: Sequence[Attempt]) -> Step:
    """The step that the learner is at: the first one that the last check did not pass."""
    check = attempts.last_check(rows)
    if check and check.step:
        return next((step for step in exercise.steps if step.id == check.step), exercise.steps[0])
    return exercise.steps[0]


def kept_seed(exercise: Exercise, rows: Sequence[Attempt]) -> int | None:
    """The seed of the last check, where it failed: what was mended is tried on the case that was shown. Else None."""
    check = attempts.last_check(rows)
    again = check and check.status in ("fail", "error") and check.exercise_version == exercise.version
    return check.seed if again else None


def more_hints(step: Step, rows: Sequence[Attempt]) -> int:
    """How many hints of a step were not read yet."""
    return HINT_LEVELS - attempts.hint_level(rows, step.id)


def hint(exercise: Exercise, step: Step, rows: Sequence[Attempt], wanted: int | None = None) -> int:
    """The level to show.

    Args:
        wanted: a level asked for; None for the next one.

    Raises:
        UsageProblem: the level before it was not read, or the last one is asked for before any check.
    """
    seen = attempts.hint_level(rows, step.id)
    level = wanted or min(seen + 1, HINT_LEVELS)
    if level > seen + 1:
        raise UsageProblem(
            f"Hint {level} comes after hint {seen + 1}.",
            fix=f"`kdl exercise hint {exercise.id} --step {step.id}` shows that one.",
        )
    if level == HINT_LEVELS and seen < level and not attempts.failures(rows):
        raise UsageProblem(
            f"Hint {level} is nearly the code: it comes after you have tried.",
            fix=f"Write what you have, then `kdl exercise check {exercise.id}`.",
        )
    return level


@dataclass(frozen=True)
class Reveal:
    """May the solution be shown; `solved` without a question, else after a confirmation."""

    allowed: bool
    solved: bool
    tries: int


def reveal(exercise: Exercise, rows: Sequence[Attempt]) -> Reveal:
    """After a pass, or after REVEAL_AFTER failed checks of different files."""
    solved = attempts.state_of(rows, exercise.version) in attempts.SOLVED
    tries = len({row.submission_sha256 for row in attempts.failures(rows)})
    return Reveal(solved or tries >= REVEAL_AFTER, solved, tries)
