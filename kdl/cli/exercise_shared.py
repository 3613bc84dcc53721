"""What the `kdl exercise` commands share: their argument, the log, and which exercise is meant."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

import click

from kdl.errors import StoreProblem, UsageProblem


def names(ctx, param, incomplete):
    """Exercise ids for the shell's completion."""
    from kdl.cli.completion import matching
    from kdl.grade import exercise

    return matching(incomplete, {one.id: one.title for one in exercise.exercises()})


def name(function):
    """The argument of a command that is about one exercise; without it, the one touched last is meant: see `chosen`."""
    return click.argument("name", required=False, shell_complete=names)(function)


def log(exercise_id: str | None = None) -> list:
    """The log of one exercise or of all; reading makes no database."""
    from kdl import paths
    from kdl.store import attempts, database

    if not paths.database().is_file():
        return []
    db = database.connect()
    try:
        return attempts.log(db, exercise_id)
    finally:
        db.close()


def states(exercises) -> dict[str, str]:
    """Exercise id -> state; reading makes no database."""
    from kdl import paths
    from kdl.store import attempts, database

    if not paths.database().is_file():
        return {one.id: attempts.STATES[0] for one in exercises}
    db = database.connect()
    try:
        return attempts.states(db, exercises)
    finally:
        db.close()


def following(one) -> tuple:
    """The exercise to do after a solved one, and its state: of the same unit, then the easiest; (None, "") if all are solved.

    What builds on `one` comes first, what waits for another exercise last.
    """
    from kdl.grade import exercise
    from kdl.store import attempts

    known = exercise.exercises()
    state = states(known)
    open_ = {other.id for other in known if other.id != one.id and state[other.id] not in attempts.SOLVED}

    def rank(other) -> tuple:
        return bool(open_ & {*other.prerequisites}), one.id not in other.prerequisites, other.unit != one.unit, other.difficulty

    other = min((other for other in known if other.id in open_), key=rank, default=None)
    return other, state[other.id] if other else ""


def record(kind: str, exercise, **what):
    """Append to the log; where that ended a round which counts as a review of the exercise's card, return the review."""
    from kdl.cli import quiz_cards
    from kdl.memory import exercise_cards
    from kdl.store import attempts

    with quiz_cards.opened() as db:
        attempts.append(db, attempts.Attempt(kind, exercise.id, exercise.version, **what))
        return exercise_cards.reviewed(db, exercise.id, exercise.version, quiz_cards.now_of(db))


def when_due(one, review) -> str | None:
    """When a reviewed exercise comes back; None where there was no review."""
    if review is None:
        return None
    days = review.due_day - review.study_day
    return f"`kdl quiz` asks for {one.id} again {'tomorrow' if days == 1 else f'in {days} days'}."


def again(name: str | None, exercise_id: str | None, one) -> str:
    """The check that was given, to be typed once more; a file stays a file."""
    if name is None or name == one.id:
        return f"kdl exercise check {one.id}"
    return f"kdl exercise check {shlex.quote(name)}" + (f" --exercise {exercise_id}" if exercise_id else "")


def target(name: str | None, exercise_id: str | None = None):
    """The exercise and the file that a command is about; None means the exercise touched last."""
    from kdl.grade import workspace

    return workspace.target(name, exercise_id, recent() if name is None else None)


def say_which(one, path) -> None:
    """Which file is judged, on stderr, where the learner has a file and a notebook of the exercise."""
    from kdl.cli import render
    from kdl.grade import workspace

    both = (workspace.submission(one), workspace.notebook_path(one))
    if path in both and all(file.is_file() for file in both):
        other = next(file for file in both if file != path)
        render.say(f"Judging {path.name}, which was changed last; the other one: kdl exercise check {other}", err=True)


def go_on(one, state: str) -> str:
    """The command to go on with an exercise: it is started, its notebook found, or its file checked."""
    from kdl.grade import workspace

    if state == "new":
        return f"kdl exercise start {one.id}"
    return f"kdl exercise {'notebook' if workspace.in_notebook(one) else 'check'} {one.id}"


def chosen(name: str | None):
    """The exercise that a command is about, whether or not it has a file; None means the exercise touched last."""
    from kdl.grade import exercise

    name = name or recent()
    if name is None:
        raise UsageProblem("No exercise has been started yet.", fix="`kdl exercise list` shows them all; add its name.")
    return exercise.find(name)


def recent() -> str | None:
    """The exercise touched last; a hint read before the start touches nothing."""
    return touched_last(log())


def touched_last(rows: list) -> str | None:
    """The exercise of the newest row of the whole log; one of which only a hint was read is none."""
    begun = {row.exercise for row in rows if row.kind != "hint"}
    return next((row.exercise for row in reversed(rows) if row.exercise in begun), None)


def begun(states: Mapping[str, str], recent: str | None) -> str | None:
    """The exercise to go on with: one that is begun and not solved, if possible the one touched last.

    Args:
        states: exercise id -> state.
    """
    from kdl.store import attempts

    found = [name for name, state in states.items() if state in attempts.OPEN]
    return recent if recent in found else next(iter(found), None)


def log_or_nothing(exercise_id: str) -> list:
    try:
        return log(exercise_id)
    except StoreProblem:
        return []
