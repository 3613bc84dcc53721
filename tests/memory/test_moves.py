"""What an item remembers goes with it when it gets another id."""

import random

import pytest

from kdl.memory import ledger, replay
from kdl.memory.study_day import Moment
from kdl.store import database, merge, reviews

DAY, DAY_MS = 739_000, 86_400_000


def at(days):
    return Moment((DAY + days - 719_163) * DAY_MS + 43_200_000, 0, DAY + days)


@pytest.fixture
def db(tmp_path):
    db = database.connect(tmp_path / "x.db")
    db.execute("PRAGMA synchronous=OFF")
    yield db
    db.close()


def answer(db, card, day, rating=3):
    return ledger.record(db, card, rating, at(day), session_id="s")


@pytest.mark.invariant("quiz", 2, 6)
def test_a_move_carries_the_state_over_and_keeps_the_rows(db):
    """Invariants 2 and 6."""
    for day in (0, 2, 13):
        answer(db, "old", day)
    before, rows = reviews.card(db, "old"), reviews.reviews(db)
    after = ledger.move(db, "old", "new", at(14))

    assert (after.stability, after.reps, after.due_day) == (before.stability, 3, before.due_day)
    assert list(reviews.cards(db)) == ["new"] and reviews.reviews(db) == rows
    assert ledger.audit(db) == []
    answer(db, "new", 60)
    assert reviews.card(db, "new").reps == 4 and ledger.audit(db) == []


def test_what_is_answered_under_the_old_id_later_is_a_history_of_its_own(db):
    answer(db, "old", 0)
    ledger.move(db, "old", "new", at(1))
    answer(db, "old", 5)

    assert (reviews.card(db, "old").reps, reviews.card(db, "new").reps) == (1, 1)
    assert ledger.audit(db) == []


@pytest.mark.invariant("quiz", 3)
def test_an_undo_reaches_through_a_move(db):
    """Invariant 3."""
    answer(db, "old", 0)
    answer(db, "old", 2)
    ledger.move(db, "old", "new", at(3))

    assert ledger.undo(db, at(4)).card_id == "old"
    assert reviews.card(db, "new").reps == 1 and ledger.audit(db) == []
    ledger.undo(db, at(4))
    assert reviews.cards(db) == {} and ledger.audit(db) == []


def test_moves_follow_each_other_and_back(db):
    answer(db, "a", 0)
    ledger.move(db, "a", "b", at(1))
    answer(db, "b", 2)
    ledger.move(db, "b", "c", at(3))
    assert {card: state.reps for card, state in reviews.cards(db).items()} == {"c": 2}
    ledger.move(db, "c", "a", at(4))
    assert {card: state.reps for card, state in reviews.cards(db).items()} == {"a": 2}
    assert ledger.audit(db) == []


def test_a_clock_set_back_does_not_tear_a_move_from_its_rows(db):
    answer(db, "old", 300)
    ledger.move(db, "old", "new", at(0))
    answer(db, "new", 0)

    assert reviews.card(db, "new").reps == 2 and ledger.audit(db) == []


@pytest.mark.invariant("quiz", 4)
def test_moves_replay_the_same_in_any_order(db):
    """Invariant 4."""
    chance = random.Random(3)
    for day in range(60):
        one, two = chance.sample("abcd", 2)
        if chance.random() < 0.2:
            ledger.move(db, one, two, at(day))
        elif chance.random() < 0.2:
            ledger.undo(db, at(day))
        else:
            answer(db, one, day, chance.randint(1, 4))
        assert ledger.audit(db) == []
    logs = merge.every(db)
    rows, events = list(logs.reviews), list(logs.events)
    chance.shuffle(rows)
    chance.shuffle(events)

    assert replay.replay(rows, events) == reviews.cards(db)


def test_a_card_is_not_moved_to_itself(db):
    with pytest.raises(ValueError, match="itself"):
        ledger.move(db, "one", "one", at(0))


def test_what_was_shown_as_right_is_found_under_the_old_id(db):
    """A changed answer is told with the one that the learner saw, though the item has another id now; not what was undone."""
    ledger.record(db, "old", 3, at(0), session_id="s", answer=ledger.Answer(right="26 x 26"), answer_fp="then")
    ledger.move(db, "old", "new", at(1))
    ledger.record(db, "new", 3, at(2), session_id="s", answer=ledger.Answer(right="never mind"), answer_fp="then")
    ledger.undo(db, at(2))

    assert ledger.last_right(db, "new", "then") == "26 x 26"
    assert ledger.last_right(db, "new", "now") is None
    assert ledger.last_right(db, "old", "then") is None
