"""A home that somebody has lived in: some months of answers by a simulated learner, exercises tried, predictions made.

The learner recalls each card with the chance that the scheduler predicts, so that the truth behind every statistic is known.
"""

from __future__ import annotations

import random
from datetime import date

from kdl.grade import exercise
from kdl.memory import ledger, queue, scheduler
from kdl.memory.study_day import Moment
from kdl.quiz import library
from kdl.store import attempts, database, predictions, reviews
from kdl.store.attempts import Attempt

DAY_MS = 86_400_000
EPOCH = date(1970, 1, 1).toordinal()


def at(day: int, number: int = 0) -> Moment:
    """The `number`-th answer at noon UTC of a study day."""
    return Moment((day - EPOCH) * DAY_MS + 43_200_000 + 15_000 * number, 0, day)


def live(db, today: int, days: int = 150, new: int = 2, seed: int = 0, extra: int = 0) -> None:
    """Study on most of the `days` before and including `today`, `new` cards a day; with crams, undos and a suspended card.

    Args:
        extra: cards of exercises beside those of the library.
    """
    dice = random.Random(seed)
    db.execute("PRAGMA synchronous=OFF")
    waiting = [card for item in library.items() for card in item.cards]
    waiting += [f"exercise:practice-{number:02}" for number in range(extra)]
    for day in range(today - days, today + 1):
        if dice.random() < 0.12 or (today - 70 < day < today - 58):
            continue
        due = [card.card_id for card in queue.due(reviews.cards(db).values(), day)]
        for number, card in enumerate(due + waiting[:new]):
            ledger.record(db, card, _rating(db, card, day, dice), at(day, 2 * number), session_id=f"s{day}")
            if dice.random() < 0.02:
                ledger.record(db, card, 1, at(day, 2 * number + 1), session_id=f"s{day}", kind="cram")
        del waiting[:new]
        if day % 40 == 0:
            ledger.undo(db, at(day, 900))
    ledger.mark(db, "suspend", sorted(reviews.cards(db))[0], at(today, 950))


def _rating(db, card_id: str, day: int, dice: random.Random) -> int:
    card = reviews.card(db, card_id)
    if card.stability is None:
        return 3 if dice.random() < 0.75 else 1
    chance = scheduler.retrievability(scheduler.Memory(card.stability, card.difficulty), day - card.last_day)
    return (3 if dice.random() < 0.85 else 2) if dice.random() < chance else 1


def work(db) -> None:
    """One exercise solved after a failed check; six predictions, five of them settled."""
    for one in exercise.exercises()[:1]:
        attempts.append(db, Attempt("start", one.id, one.version))
        attempts.append(db, Attempt("check", one.id, one.version, status="fail", score=1, max_score=one.max_score))
        attempts.append(db, Attempt("check", one.id, one.version, status="pass", score=one.max_score, max_score=one.max_score))
    for number, (choice, sure, outcome) in enumerate(
        [("confirmed", 0.8, "confirmed"), ("confirmed", 0.9, "not shown"), ("refuted", 0.6, "refuted"),
         ("not shown", 0.5, "not shown"), ("confirmed", 0.7, "confirmed"), ("confirmed", 0.6, None)]
    ):  # fmt: skip
        made = predictions.append(db, "P52", f"claim-{number + 1}", choice, sure)
        if outcome:
            predictions.settle(db, made, outcome)


def fill(today: int | None = None, **how) -> None:
    """Fill the home that KDL_HOME names."""
    db = database.connect()
    try:
        live(db, today or date.today().toordinal(), **how)
        work(db)
    finally:
        db.close()
