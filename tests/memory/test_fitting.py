"""Weights are learned from the log, judged on later answers than they were trained on, and used only where they are better."""

import random

import pytest
from simulated_learner import FIRST_DAY, FORGETFUL, Learner, at

from kdl.memory import activation, fitting, ledger, scheduler
from kdl.memory.fitting import Fit, Step
from kdl.store import database, parameter_sets, reviews


@pytest.fixture
def db(tmp_path):
    db = database.connect(tmp_path / "x.db")
    db.execute("PRAGMA synchronous=OFF")
    yield db
    db.close()


@pytest.mark.invariant("quiz", 18)
def test_too_little_says_how_much_is_missing(db):
    """invariant 18: below 64 spaced answers nothing is learned."""
    for number in range(40):
        ledger.record(db, f"card-{number}", 3, at(FIRST_DAY, number), session_id="s")
        ledger.record(db, f"card-{number}", 3, at(FIRST_DAY + 2, number), session_id="s")
    found = fitting.fit(fitting.read(db))

    assert (found.answers, found.missing, found.weights, found.better) == (40, 24, None, False)
    with pytest.raises(ValueError, match="better"):
        activation.activate(db, found, at(FIRST_DAY + 3))


@pytest.mark.invariant("quiz", 18)
def test_weights_of_another_learner_are_found_and_used(db):
    """invariant 18: activated, because the time-split log-loss improves; every later answer names the set."""
    one = Learner(db, FORGETFUL, seed=1)
    one.answer(2500)
    found = fitting.fit(fitting.read(db))
    assert found.better and found.after < found.before and found.trained_on > 3 * found.judged_on
    before = reviews.cards(db)
    done = activation.activate(db, found, at(one.day))

    assert parameter_sets.active(db) == (done.param_set, found.weights)
    assert done.earlier > 10 * done.later, "who forgets faster is asked sooner"
    assert ledger.audit(db) == []
    after = reviews.cards(db)
    assert after.keys() == before.keys() and all(card.param_set == done.param_set for card in after.values())
    one.study()
    assert reviews.reviews(db)[-1].param_set == done.param_set and ledger.audit(db) == []


@pytest.mark.invariant("quiz", 18)
def test_a_learner_by_the_defaults_keeps_weights_that_predict_as_well(db):
    """Whatever is decided, it is never for weights that predict later answers worse."""
    Learner(db, None, seed=3).answer(1200)
    found = fitting.fit(fitting.read(db))

    assert found.better == (found.after < found.before)
    assert (found.weights is not None) == found.better


def test_the_fit_is_deterministic(db):
    Learner(db, FORGETFUL, seed=2).answer(600)
    histories = fitting.read(db)

    assert fitting.fit(histories) == fitting.fit(histories)


@pytest.mark.invariant("quiz", 18)
def test_a_worse_fit_is_refused(db):
    worse = Fit(100, 0, 80, 20, 0.30, 0.31, FORGETFUL)
    with pytest.raises(ValueError, match="better"):
        activation.activate(db, worse, at(FIRST_DAY))

    assert parameter_sets.active(db) == (0, None) and parameter_sets.every(db) == []


def test_keeping_due_days_moves_none_and_an_answer_retells_the_past(db):
    one = Learner(db, None, seed=5)
    one.answer(200)
    before = reviews.cards(db)
    done = activation.activate(db, Fit(200, 0, 160, 40, 0.3, 0.2, FORGETFUL), at(one.day), move=False)

    assert reviews.cards(db) == before and (done.earlier, done.later) == (0, 0)
    card = next(card for card in before.values() if card.reps == 3)
    row = ledger.record(db, card.card_id, 3, at(one.day), session_id="s")
    memory, last = None, None
    for told in reviews.reviews(db, card.card_id)[:-1]:
        memory = scheduler.next_state(memory, told.rating, 0 if last is None else told.study_day - last, FORGETFUL)
        last = told.study_day
    assert (row.s0, row.d0) == (memory.stability, memory.difficulty) and row.s0 != card.stability
    assert ledger.audit(db) == []


@pytest.mark.invariant("quiz", 2, 3)
def test_undo_after_new_weights_is_sound(db):
    """invariant 2 and 3: answers from before and after the change are taken back, one by one."""
    one = Learner(db, None, seed=6)
    one.answer(60)
    activation.activate(db, Fit(200, 0, 160, 40, 0.3, 0.2, FORGETFUL), at(one.day))
    one.study()
    for _ in range(len(reviews.reviews(db))):
        assert ledger.undo(db, at(one.day, 5000)) is not None
        if random.Random(len(reviews.events(db))).random() < 0.1:
            assert ledger.audit(db) == []

    assert ledger.undo(db, at(one.day, 5000)) is None and reviews.cards(db) == {}


def test_back_to_the_defaults(db):
    one = Learner(db, None, seed=7)
    one.answer(60)
    activation.activate(db, Fit(200, 0, 160, 40, 0.3, 0.2, FORGETFUL), at(one.day))
    activation.back_to_defaults(db)
    one.study()

    assert reviews.reviews(db)[-1].param_set == 0 and ledger.audit(db) == []


def test_a_log_whose_weights_are_missing_is_replayed_by_what_it_says(db):
    """A merge may bring answers without their weights: the state that each row names is believed."""
    one = Learner(db, None, seed=8)
    one.answer(60)
    activation.activate(db, Fit(200, 0, 160, 40, 0.3, 0.2, FORGETFUL), at(one.day), move=False)
    rows = [ledger.record(db, card, 3, at(one.day + 40), session_id="s") for card in sorted(reviews.cards(db))[:9]]
    truth = reviews.cards(db)
    db.execute("DELETE FROM param_set")
    ledger.rebuild(db)

    for row in rows:
        assert reviews.card(db, row.card_id) == truth[row.card_id]


def test_only_what_counts_is_learned_from(db):
    """No cramming, nothing undone, nothing from before a restart."""
    ledger.record(db, "one", 1, at(FIRST_DAY), session_id="s")
    ledger.record(db, "one", 3, at(FIRST_DAY + 1), session_id="s", rev=2)
    ledger.record(db, "one", 4, at(FIRST_DAY + 2), session_id="s", kind="cram")
    ledger.record(db, "one", 2, at(FIRST_DAY + 4), session_id="s", rev=2)
    ledger.record(db, "one", 1, at(FIRST_DAY + 5), session_id="s", rev=2)
    ledger.undo(db, at(FIRST_DAY + 5, 1))

    ((first, second),) = fitting.read(db)
    assert [(step.rating, step.days) for step in (first, second)] == [(3, 0), (2, 3)]


def test_log_loss_by_hand():
    """Two answers after 2 days on S = 2.3065: one recalled, one not; -(ln R + ln(1 - R)) / 2."""
    import math

    known = scheduler.next_state(None, 3, 0)
    recall = scheduler.retrievability(known, 2)
    histories = [(Step((1, "a"), 3, 0), Step((2, "b"), 3, 2)), (Step((1, "c"), 3, 0), Step((3, "d"), 1, 2))]

    assert fitting.log_loss(histories, None) == pytest.approx(-(math.log(recall) + math.log(1 - recall)) / 2)
    assert fitting.log_loss(histories, None, (3, "")) == pytest.approx(-math.log(1 - recall))


def test_learned_weights_are_pulled_within_the_bounds():
    from fsrs import Scheduler
    from fsrs.scheduler import UPPER_BOUNDS_PARAMETERS

    over = [value * (1 + 1e-7) for value in UPPER_BOUNDS_PARAMETERS]
    with pytest.raises(ValueError, match="out of bounds"):
        Scheduler(parameters=over)
    assert Scheduler(parameters=scheduler.within_bounds(over)).parameters == UPPER_BOUNDS_PARAMETERS
