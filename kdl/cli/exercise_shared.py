"""What the `kdl exercise` commands share: their argument, the log, and which exercise is meant."""

from __future__ import annotations

import click

from kdl.errors import StoreProblem


def names(ctx, param, incomplete):
    """Exercise ids for the shell's completion."""
    from kdl.grade import exercise

    return [one.id for one in exercise.exercises() if one.id.startswith(incomplete)]


def name(required: bool = True):
    return click.argument("name", required=required, shell_complete=names)


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

    recent = next((row.exercise for row in reversed(log())), None) if name is None else None
    return workspace.target(name, exercise_id, recent)


def log_or_nothing(exercise_id: str) -> list:
    try:
        return log(exercise_id)
    except StoreProblem:
        return []
