"""What an answer would do to a card, worked out without the answer: while the learner thinks, not while he waits.

A draft rests on the whole database as it was read (the card, the logs, the settings, how many cards are due on which day). It
is void as soon as anything was written since, by this process or another, and then it is worked out anew. So an answer that
was prepared for gives the same rows as one that was not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kdl.memory import fuzz, history, replay, scheduler, wishes
from kdl.memory.replay import Outcome
from kdl.memory.scheduler import Parameters
from kdl.memory.study_day import Moment
from kdl.store import database, parameter_sets, reviews, schedule
from kdl.store.reviews import Card, Review


@dataclass(slots=True)
class Answer:
    """What is known of one answer beyond its rating; the log keeps all of it."""

    correct: bool | None = None
    text: str | None = None
    right: str | None = None
    confidence: float | None = None
    draw_seed: int | None = None
    option_order: str | None = None
    hint_used: bool = False
    ms: int | None = None
    body_fp: str | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """A review that waits for its answer: what is known of it before.

    Attributes:
        kind: `review`; `cram` is logged and moves no schedule; `exercise` and `import` count as reviews.
        answer_fp: fingerprint of the answer that is right.
        rev: the author's revision; a higher one than the card knows starts its memory anew.
        apart: other items that should not come on the day that this card comes.
    """

    card_id: str
    session_id: str
    kind: str = "review"
    answer_fp: str | None = None
    rev: int = 1
    apart: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """One rating: the log's line but for what the answer says, and the card before and after it.

    Attributes:
        known: the columns that the answer does not decide. The uuid is that of one line: once that is written, the draft is
            void.
        ts: the earliest time that the line may get, so that it sorts after everything that is known of the card.
    """

    known: Mapping
    ts: int
    before: Card
    after: Card

    def review(self, moment: Moment, answer: Answer) -> Review:
        """The log's line for this answer."""
        return Review(
            **self.known,
            ts=max(moment.ts, self.ts),
            utc_offset_min=moment.utc_offset_min,
            correct=answer.correct if answer.correct is None else int(answer.correct),
            confidence=answer.confidence,
            answer=answer.text,
            right_answer=answer.right,
            draw_seed=answer.draw_seed,
            option_order=answer.option_order,
            hint_used=int(answer.hint_used),
            ms=answer.ms,
            body_fp=answer.body_fp,
        )

    def card(self, review: Review) -> Card:
        """The card after the line; of all that the answer says, it depends on how sure the learner was, alone."""
        return self.after if review.confidence is None else _after(self.before, review)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Drafts for a question that is on the screen, by rating."""

    pending: Pending
    day: int
    stamp: tuple[int, int]
    drafts: Mapping[int, Draft]

    def draft(self, db: sqlite3.Connection, pending: Pending, rating: int, day: int) -> Draft | None:
        """The draft; None where nothing was prepared for this, or what it rests on was changed. Inside a transaction."""
        if pending == self.pending and day == self.day and database.stamp(db) == self.stamp:
            return self.drafts.get(rating)
        return None


def prepare(db: sqlite3.Connection, pending: Pending, ratings: Iterable[int], day: int) -> Prepared:
    """Work out what each of these ratings would do on study day `day`."""
    with database.snapshot(db):
        return Prepared(pending, day, database.stamp(db), drafts(db, pending, ratings, day))


def drafts(db: sqlite3.Connection, pending: Pending, ratings: Iterable[int], day: int) -> dict[int, Draft]:
    """The drafts by rating, for the database as it is now. Inside a transaction of the caller."""
    param_set, weights = parameter_sets.active(db)
    card = replay.restarted(reviews.card(db, pending.card_id), pending.rev)
    if pending.kind != "cram" and card.stability is not None and card.param_set != param_set:
        card = replay.retold(card, param_set, weights, history.answers(db, pending.card_id))
    known = {
        "card_id": pending.card_id,
        "session_id": pending.session_id,
        "device_id": database.device_id(db),
        "study_day": max(day, card.last_day or day),
        "kind": pending.kind,
        "answer_fp": pending.answer_fp,
        "rev": pending.rev,
        "scheduler": scheduler.NAME,
        "param_set": param_set,
        "desired_retention": wishes.retention(db),
    }
    # A clock that was set back must not sort this answer before the card's last one.
    ts = reviews.latest_ts(db, pending.card_id) + 1
    return {rating: _draft(db, pending, card, known | {"rating": rating}, ts, weights) for rating in ratings}


def _draft(db: sqlite3.Connection, pending: Pending, card: Card, known: dict, ts: int, weights: Parameters) -> Draft:
    """With everything needed to replay and to audit the decision."""
    day, wanted = known["study_day"], known["desired_retention"]
    outcome = replay.schedule(card, known["rating"], day, retention=wanted, parameters=weights)
    counts = pending.kind != "cram"
    known |= {
        "uuid": database.new_id(),
        "elapsed_days": outcome.elapsed_days,
        "r_pred": outcome.r_pred,
        "s0": outcome.before.stability if outcome.before else None,
        "d0": outcome.before.difficulty if outcome.before else None,
        "s1": outcome.after.stability if counts else None,
        "d1": outcome.after.difficulty if counts else None,
        "interval_raw": outcome.interval_raw if counts else None,
        "due_day": _due_day(db, card, outcome, day, pending.apart) if counts else None,
    }
    alone = Draft(known, ts, card, card).review(Moment(ts, 0, day), Answer())
    return Draft(known, ts, card, _after(card, alone))


def _after(card: Card, review: Review) -> Card:
    return replay.apply_review(card, review, {})  # without weights: the line says what was worked out


def _due_day(db: sqlite3.Connection, card: Card, outcome: Outcome, day: int, apart: Iterable[str]) -> int:
    """The least loaded day of those that the interval may be moved to. Decided once: a replay takes it from the log."""
    days = scheduler.whole_days(outcome.interval_raw)
    low, high = fuzz.bounds(days)
    if low == high:
        return day + days
    load = schedule.load(db, day + low, day + high, card.card_id)
    taken = schedule.days_of(db, {card.item_id, *apart}, card.card_id)
    chosen = fuzz.balanced(
        days, card.card_id, card.reps, {at - day: count for at, count in load.items()}, {at - day for at in taken}
    )
    return day + chosen
