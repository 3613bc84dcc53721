"""When work on an exercise counts as a review of its card, and as which. Pure: rows of the attempt log in, a rating out.

A round begins with the stub and ends with the first full pass, or when the solution is shown (that is giving up). What comes
before the end are attempts; what comes after it, until the exercise is begun again from the stub (`reset`), is no recall: the
answer is on the screen. A round of an exercise that is remembered and not due is practice and moves nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from kdl.memory import history, ledger, scheduler
from kdl.memory.study_day import Moment
from kdl.store import attempts, database, reviews, schedule
from kdl.store.attempts import Attempt
from kdl.store.reviews import Review

PREFIX = "exercise:"
TRIES = 3  # failed checks after which a pass is a hard one


def rating(rows: Sequence[Attempt], version: int) -> int | None:
    """What the last row of an exercise's log is worth; None where it ends no round.

    Args:
        rows: the log of one exercise, oldest first; rows of other versions of it are passed over.
    """
    open_, failed, helped, ended = True, 0, False, None
    for row in (row for row in rows if row.exercise_version == version):
        ended = None
        if row.kind == "reset":
            open_, failed, helped = True, 0, False
        elif not open_:
            continue
        elif row.kind == "reveal":
            open_, ended = False, scheduler.AGAIN
        elif row.kind == "hint":
            helped = True
        elif row.kind == "check" and row.status == "pass":
            open_, ended = False, scheduler.HARD if helped or failed > TRIES else scheduler.GOOD
        elif row.kind == "check":
            failed += bool(attempts.failures([row]))
    return ended


class DueExercise(NamedTuple):
    """`begun`: it was begun again from the stub after it was answered last, and that round goes on."""

    id: str
    begun: bool


def due(db: sqlite3.Connection, today: int) -> list[DueExercise]:
    """The exercises that are due on study day `today`, those waiting longest first."""
    cards = [card for card in schedule.cards(db, today) if card.card_id.startswith(PREFIX)]
    names = [card.card_id.removeprefix(PREFIX) for card in sorted(cards, key=lambda card: (card.due_day, card.card_id))]
    return [DueExercise(name, _begun(db, name)) for name in names]


def _begun(db: sqlite3.Connection, exercise: str) -> bool:
    """The newest `reset` is newer than the card's last answer, on whatever device that was given, and ended no round yet."""
    begun = False
    for row in attempts.log(db, exercise):
        ends = row.kind == "reveal" or (row.kind == "check" and row.status == "pass")
        begun = row.kind == "reset" or (begun and not ends)
    answers, _ = history.rows(db, PREFIX + exercise)
    return begun and attempts.newest(db, exercise, "reset") >= max((row.ts for row in answers), default=0)


def reviewed(db: sqlite3.Connection, exercise: str, version: int, moment: Moment) -> Review | None:
    """After a row was written: review the exercise's card where that row ended a round that counts.

    Args:
        exercise: its id.
        version: of the exercise; a higher one than the card knows starts its memory anew.
    """
    value = rating(attempts.log(db, exercise), version)
    card = reviews.card(db, PREFIX + exercise)
    if value is None or (card.reps and card.rev >= version and card.due_day > moment.day):
        return None
    answer = ledger.Answer(correct=value > scheduler.AGAIN, hint_used=value == scheduler.HARD)
    session = database.new_id()
    return ledger.record(db, card.card_id, value, moment, session_id=session, kind="exercise", answer=answer, rev=version)
