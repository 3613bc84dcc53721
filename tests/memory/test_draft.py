"""An answer that was prepared for is stored as one that was not, whatever happened while the learner thought."""

from dataclasses import replace

import fsrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kdl.memory import activation, draft, ledger, scheduler
from kdl.memory.draft import Answer, Pending
from kdl.memory.fitting import Fit
from kdl.memory.study_day import Moment
from kdl.store import database, reviews
from kdl.store import settings as settings_

FIRST = 739_000
RATINGS = (scheduler.AGAIN, scheduler.HARD, scheduler.GOOD, scheduler.EASY)
CARDS = ("one", "two", "cloze#c1", "cloze#c2")
ONE = Pending("one", "s")


def at(day, ms=0):
    return Moment((day - 719_163) * 86_400_000 + 43_200_000 + ms, 60, day)


@pytest.fixture
def opened(tmp_path):
    """A function that opens a database by its name (else a new one), without the fsyncs that only slow a test down."""
    found = []

    def open_(name=None):
        db = database.connect(tmp_path / f"{name or len(found)}.db")
        db.execute("PRAGMA synchronous=OFF")
        found.append(db)
        return db

    yield open_
    for db in found:
        db.close()


def copied(db, other):
    """The second database becomes the first."""
    db.backup(other)
    return other


def same(row, other):
    """All of a row but its name, which is drawn."""
    return replace(row, uuid="") == replace(other, uuid="")


many = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
answers = st.tuples(st.sampled_from(CARDS), st.sampled_from(RATINGS), st.integers(-2, 60), st.sampled_from([None, 0.5, 0.95]))


@many
@given(st.lists(answers, min_size=1, max_size=20), st.sampled_from(["review", "cram"]))
def test_prepared_answers_give_the_rows_of_unprepared_ones(opened, history, last):
    """Two learners with one history, one of whom is prepared for: the same logs, the same cards."""
    ours = opened()
    plain = copied(ours, opened())
    day = FIRST
    for number, (card, rating, days, confidence) in enumerate(history):
        day += days
        kind = last if number == len(history) - 1 else "review"
        pending, answer = Pending(card, "s", kind, "f", 1 + number // 9, ("two",)), Answer(text="b", confidence=confidence)
        ready = draft.prepare(ours, pending, RATINGS, day)
        row = ledger.store(ours, pending, rating, at(day, 9), answer, ready)
        known = {"kind": kind, "answer_fp": "f", "rev": pending.rev, "apart": ["two"]}
        other = ledger.record(plain, card, rating, at(day, 9), session_id="s", answer=answer, **known)
        assert same(row, other)

    assert reviews.cards(ours) == reviews.cards(plain)
    assert ledger.audit(ours) == []


def test_a_prepared_answer_reads_nothing_before_its_commit(opened):
    db = opened("x")
    ledger.record(db, "one", 3, at(FIRST), session_id="s")
    ready = draft.prepare(db, ONE, RATINGS, FIRST + 2)
    said = []
    db.set_trace_callback(said.append)
    ledger.store(db, ONE, 3, at(FIRST + 2), Answer(), ready)
    db.set_trace_callback(None)

    words = [" ".join(statement.split()[:3]) for statement in said]
    assert words == ["BEGIN IMMEDIATE", "PRAGMA data_version", "INSERT INTO review", "INSERT INTO card", "COMMIT"]


def learned(db):
    """Other weights are put into use: the first stabilities half as long again, another decay; due days move."""
    values = fsrs.Scheduler().parameters
    weights = (*(1.5 * value for value in values[:4]), *values[4:20], 0.2)
    activation.activate(db, Fit(64, 0, 51, 13, 0.5, 0.4, weights), at(FIRST + 30))


BETWEEN = {
    "the same card is answered": lambda db: ledger.record(db, "one", 1, at(FIRST + 30), session_id="t"),
    "the day it would come on fills": lambda db: [
        ledger.record(db, f"new-{number}", 4, at(FIRST + 30, number), session_id="t") for number in range(6)
    ],
    "the card is suspended": lambda db: ledger.mark(db, "suspend", "one", at(FIRST + 30)),
    "the answer before is taken back": lambda db: ledger.undo(db, at(FIRST + 30)),
    "learned weights are put into use": learned,
    "another share is to be recalled": lambda db: settings_.write(db, settings_.RETENTION, 0.8),
    "nothing": lambda db: None,
}


@pytest.mark.parametrize("kind", ["review", "cram"])
@pytest.mark.parametrize("rating", RATINGS)
@pytest.mark.parametrize("by_another", [True, False], ids=["by another process", "by this one"])
@pytest.mark.parametrize("between", BETWEEN.values(), ids=BETWEEN)
def test_what_is_written_between_preparing_and_answering_is_heeded(opened, between, by_another, rating, kind):
    """Nothing is lost, and the answer is what it would have been had it not been prepared for."""
    db, second, pending = opened("x"), opened("x"), replace(ONE, kind=kind)
    for day in (FIRST, FIRST + 2):
        ledger.record(db, "one", 4, at(day), session_id="s")

    ready = draft.prepare(db, pending, RATINGS, FIRST + 30)
    between(second if by_another else db)
    before = reviews.reviews(db)
    plain = copied(db, opened())
    row = ledger.store(db, pending, rating, at(FIRST + 30, 99), Answer(), ready)
    other = ledger.store(plain, pending, rating, at(FIRST + 30, 99), Answer())

    assert same(row, other)
    assert reviews.reviews(db) == [*before, row] and reviews.cards(db) == reviews.cards(plain)
    assert ledger.audit(db) == []


@pytest.mark.parametrize(
    ("pending", "rating", "day"),
    [(replace(ONE, card_id="two"), 3, FIRST), (replace(ONE, kind="cram"), 3, FIRST), (ONE, 4, FIRST), (ONE, 3, FIRST + 1)],
    ids=["another card", "cramming", "a rating that was not prepared", "tomorrow"],
)
def test_what_was_prepared_holds_for_its_question_alone(opened, pending, rating, day):
    db = opened("x")
    ready = draft.prepare(db, ONE, [3], FIRST)

    with database.transaction(db):
        assert ready.draft(db, ONE, 3, FIRST) is not None
        assert ready.draft(db, pending, rating, day) is None
    assert ledger.store(db, pending, rating, at(day), Answer(), ready).card_id == pending.card_id
    assert ledger.audit(db) == []
