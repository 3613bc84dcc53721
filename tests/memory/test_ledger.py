"""The log is the truth: whatever is done, the cards are what a replay of the log says."""

import random
import sqlite3
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kdl.memory import activation, ledger, replay, scheduler
from kdl.memory.fitting import Fit
from kdl.memory.study_day import Moment
from kdl.store import database, parameter_sets, reviews
from kdl.store import settings as settings_
from kdl.store.reviews import Card

DAY_MS = 86_400_000
FIRST = 739_000
CARDS = ("one", "two", "cloze#c1", "cloze#c2")

actions = st.one_of(
    st.tuples(st.just("review"), st.sampled_from(CARDS), st.integers(1, 4)),
    st.tuples(st.just("cram"), st.sampled_from(CARDS), st.integers(1, 4)),
    st.tuples(st.sampled_from(["suspend", "unsuspend", "flag", "unflag", "bury", "reset"]), st.sampled_from(CARDS), st.just(0)),
    st.tuples(st.just("revised"), st.sampled_from(CARDS), st.integers(1, 4)),
    st.tuples(st.just("sure"), st.sampled_from(CARDS), st.just(1)),
    st.tuples(st.just("apart"), st.sampled_from(CARDS), st.integers(1, 4)),
    st.tuples(st.just("weights"), st.just(""), st.integers(0, 2)),
    st.tuples(st.just("retention"), st.just(""), st.integers(80, 97)),
    st.tuples(st.just("activate"), st.just(""), st.integers(1, 2)),
    st.just(("undo", "", 0)),
)
# Days pass; now and then a clock is set back, or stands still.
histories = st.lists(st.tuples(actions, st.integers(-3, 60)), max_size=25)


def at(day, ms=0):
    return Moment((day - 719_163) * DAY_MS + 43_200_000 + ms, 60, day)


def weights(number):
    """Two sets that differ from the defaults, and from each other, in every first stability and in the decay."""
    from fsrs import Scheduler

    values = list(Scheduler().parameters)
    return (*(value * (1 + number / 2) for value in values[:4]), *values[4:20], 0.1 + 0.1 * number)


def use(db, number):
    """Set the weights in use without moving a due day; 0 are the defaults."""
    values = weights(number)
    name = parameter_sets.id_of(values) if number else 0
    if number:
        one = parameter_sets.ParameterSet(name, number, "device", parameter_sets.as_json(values), 64, 0.5, 0.4)
        parameter_sets.add(db, one)
    settings_.write(db, settings_.PARAM_SET, name)


def act(db, action, when):
    kind, card, rating = action
    if kind == "undo":
        ledger.undo(db, when)
    elif kind == "sure":
        ledger.record(db, card, rating, when, session_id=str(when.day), answer=ledger.Answer(confidence=0.95))
    elif kind == "apart":
        ledger.record(db, card, rating, when, session_id="s", apart=[one for one in CARDS if one != card])
    elif kind == "weights":
        use(db, rating)
    elif kind == "retention":
        settings_.write(db, settings_.RETENTION, rating / 100)
    elif kind == "activate":
        activation.activate(db, Fit(64, 0, 51, 13, 0.5, 0.4, weights(rating)), when)
    elif kind in ("review", "cram"):
        ledger.record(db, card, rating, when, session_id="s", kind=kind)
    elif kind == "revised":
        ledger.record(db, card, rating, when, session_id="s", rev=2)
    else:
        ledger.mark(db, kind, card, when, detail=str(when.day + 1) if kind == "bury" else None)


def play(db, history):
    day = FIRST
    for action, days in history:
        day += days
        act(db, action, at(day))


@pytest.fixture
def fresh(tmp_path):
    """A function that opens a new database, without the fsyncs that only slow a test down."""
    opened = []

    def make():
        db = database.connect(tmp_path / f"{len(opened)}.db")
        db.execute("PRAGMA synchronous=OFF")
        opened.append(db)
        return db

    yield make
    for db in opened:
        db.close()


many = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@many
@given(histories)
@pytest.mark.invariant("quiz", 2)
def test_the_cache_is_the_replay_of_the_log(fresh, history):
    """invariant 2: after any sequence of answers, marks, undos, balancing, new weights and another wanted retention."""
    db = fresh()
    play(db, history)

    assert ledger.audit(db) == []
    assert reviews.cards(db) == replay.replay(reviews.reviews(db), reviews.events(db), parameter_sets.weights(db))


@many
@given(histories, st.integers(0, 1000))
@pytest.mark.invariant("quiz", 4)
def test_replay_does_not_depend_on_the_order_of_the_rows(fresh, history, seed):
    """invariant 4: whatever order the rows are read in."""
    db = fresh()
    play(db, history)
    rows, events = reviews.reviews(db), reviews.events(db)
    random.Random(seed).shuffle(rows)
    random.Random(seed + 1).shuffle(events)

    assert replay.replay(rows, events, parameter_sets.weights(db)) == reviews.cards(db)


@many
@given(histories, st.sampled_from(CARDS), st.integers(1, 4), st.sampled_from(["review", "cram"]))
@pytest.mark.invariant("quiz", 3)
def test_answer_then_undo_leaves_every_card_as_it_was(fresh, history, card, rating, kind):
    """invariant 3: byte-equal, after any history."""
    db = fresh()
    play(db, history)
    before = reviews.cards(db)

    row = ledger.record(db, card, rating, at(FIRST + 3000), session_id="s", kind=kind)
    undone = ledger.undo(db, at(FIRST + 3000))

    assert undone.uuid == row.uuid
    assert reviews.cards(db) == before


@pytest.mark.invariant("quiz", 3)
def test_undo_twice_takes_back_two_and_a_third_time_nothing(fresh):
    db = fresh()
    first = ledger.record(db, "one", 3, at(FIRST), session_id="s")
    second = ledger.record(db, "one", 3, at(FIRST + 2), session_id="s")

    assert [ledger.undo(db, at(FIRST + 2)).uuid for _ in range(2)] == [second.uuid, first.uuid]
    assert ledger.undo(db, at(FIRST + 2)) is None
    assert reviews.cards(db) == {}
    assert len(reviews.reviews(db)) == 2, "the log only grows"


@pytest.mark.invariant("quiz", 3)
def test_undo_works_after_a_restart(tmp_path):
    db = database.connect(tmp_path / "x.db")
    ledger.record(db, "one", 3, at(FIRST), session_id="yesterday")
    db.close()

    db = database.connect(tmp_path / "x.db")
    assert ledger.undo(db, at(FIRST + 1)).card_id == "one"
    assert reviews.cards(db) == {}
    db.close()


@pytest.mark.invariant("quiz", 16)
def test_cramming_moves_no_schedule(fresh):
    db = fresh()
    ledger.record(db, "one", 3, at(FIRST), session_id="s")
    before = reviews.cards(db)
    for rating in (1, 2, 3, 4):
        row = ledger.record(db, "one", rating, at(FIRST + 1), session_id="s", kind="cram")
        assert row.due_day is None and row.r_pred < 1

    assert reviews.cards(db) == before
    assert len(reviews.reviews(db)) == 5


@many
@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 2000))
@pytest.mark.invariant("quiz", 7)
def test_a_clock_set_back_gives_no_negative_days_and_no_earlier_due_day(fresh, first, second, back):
    db = fresh()
    before = ledger.record(db, "one", first, at(FIRST), session_id="s")
    after = ledger.record(db, "one", second, at(FIRST - back), session_id="s")

    assert after.elapsed_days == 0 and after.ts > before.ts
    assert after.due_day > FIRST
    assert ledger.audit(db) == []


def test_a_higher_revision_starts_the_memory_anew(fresh):
    db = fresh()
    for day in (0, 2, 13):
        ledger.record(db, "one", 3, at(FIRST + day), session_id="s")
    row = ledger.record(db, "one", 3, at(FIRST + 59), session_id="s", rev=2)

    assert row.elapsed_days is None and row.s0 is None
    assert reviews.card(db, "one").reps == 1
    assert ledger.audit(db) == []


def test_a_lapse_is_a_miss_of_something_once_known(fresh):
    db = fresh()
    for day, rating in ((0, 1), (1, 3), (3, 1)):
        ledger.record(db, "one", rating, at(FIRST + day), session_id="s")

    assert reviews.card(db, "one").lapses == 1


def test_fsck_sees_a_cache_that_was_tampered_with_and_mends_it(fresh):
    db = fresh()
    ledger.record(db, "one", 3, at(FIRST), session_id="s")
    ledger.record(db, "two", 3, at(FIRST), session_id="s")
    truth, log = reviews.cards(db), reviews.reviews(db)
    reviews.put_card(db, replace(truth["one"], due_day=FIRST + 900))
    reviews.put_card(db, replace(Card.new("ghost"), reps=3))
    db.execute("DELETE FROM card WHERE card_id = 'two'")

    found = ledger.audit(db)
    assert [line.partition(":")[0] for line in found] == ["ghost", "one", "two"]
    assert ledger.rebuild(db) == 2
    assert ledger.audit(db) == [] and reviews.cards(db) == truth and reviews.reviews(db) == log


def test_a_stored_due_day_is_kept_where_the_state_is_the_stored_one(fresh):
    """Load balancing looks at other cards; a replay must not decide anew."""
    db = fresh()
    row = ledger.record(db, "one", 4, at(FIRST), session_id="s")
    moved = replace(row, due_day=row.due_day + 1)

    assert replay.replay_card("one", [moved], []).due_day == row.due_day + 1
    alone = replay.schedule(Card.new("one"), 4, FIRST).due_day
    assert replay.replay_card("one", [replace(moved, s1=row.s1 * 1.5)], []).due_day == alone


def test_the_log_keeps_what_an_audit_needs(fresh):
    db = fresh()
    ledger.record(db, "one", 3, at(FIRST), session_id="s")
    answer = ledger.Answer(correct=True, text="b", draw_seed=7, option_order="1 0", hint_used=True, ms=900, body_fp="f")
    row = ledger.record(db, "one", 2, at(FIRST + 2), session_id="s", answer=answer, answer_fp="g", rev=1)

    assert reviews.reviews(db)[-1] == row
    assert (row.elapsed_days, row.utc_offset_min, row.scheduler, row.desired_retention) == (2, 60, "fsrs-6", 0.9)
    assert row.r_pred == pytest.approx(scheduler.retrievability(scheduler.Memory(row.s0, row.d0), 2))
    assert row.device_id == database.device_id(db)


@pytest.mark.invariant("quiz", 1)
def test_review_and_card_are_stored_together_or_not_at_all(fresh, monkeypatch):
    db = fresh()

    def fails(db, card):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(reviews, "put_card", fails)
    with pytest.raises(Exception, match="full"):
        ledger.record(db, "one", 3, at(FIRST), session_id="s")

    assert reviews.reviews(db) == [] and reviews.cards(db) == {}
