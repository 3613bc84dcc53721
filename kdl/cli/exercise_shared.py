"""What the `kdl exercise` commands share: their argument, the log, and which exercise is meant."""

from __future__ import annotations

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


def record(kind: str, exercise, **what) -> None:
    from kdl.store import attempts, database

    db = database.connect()
    try:
        attempts.append(db, attempts.Attempt(kind, exercise.id, exercise.version, **what))
    finally:
        db.close()


def target(name: str | None, exercise_id: str | None = None):
    """The exercise and the file that a command is about; None means the exercise touched last."""
    from kdl.grade import workspace

    return workspace.target(name, exercise_id, _recent() if name is None else None)


def chosen(name: str | None):
    """The exercise that a command is about, whether or not it has a file; None means the exercise touched last."""
    from kdl.grade import exercise

    name = name or _recent()
    if name is None:
        raise UsageProblem("No exercise has been started yet.", fix="`kdl exercise list` shows them all; add its name.")
    return exercise.find(name)


def _recent() -> str | None:
    return next((row.exercise for row in reversed(log())), None)


def log_or_nothing(exercise_id: str) -> list:
    try:
        return log(exercise_id)
    except StoreProblem:
        return []
