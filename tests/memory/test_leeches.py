"""A card that is missed again and again is put aside; the log alone says so, so that an undo brings it back."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simulated_learner import FIRST_DAY, at

from kdl.memory import ledger
from kdl.memory.replay import LEECH_AFTER, LEECH_EVERY
from kdl.store import database, reviews, schedule


@pytest.fixture
def fresh(tmp_path):
    opened = []

    def make():
        db = database.connect(tmp_path / f"{len(opened)}.db")
        db.execute("PRAGMA synchronous=OFF")
        opened.append(db)
        return db

    yield make
    for db in opened:
        db.close()


def miss(db, times, first=0):
    """Answer on day 0, then miss on `times` later days; the last day."""
    if not first:
        ledger.record(db, "one", 3, at(FIRST_DAY), session_id="s")
    for number in range(first + 1, first + times + 1):
        ledger.record(db, "one", 1, at(FIRST_DAY + number), session_id="s")
    return FIRST_DAY + first + times


def test_the_eighth_lapse_puts_a_card_aside(fresh):
    db = fresh()
    miss(db, LEECH_AFTER - 1)
    assert (reviews.card(db, "one").suspended, reviews.card(db, "one").leech) == (0, 0)
    miss(db, 1, first=LEECH_AFTER - 1)

    assert (reviews.card(db, "one").suspended, reviews.card(db, "one").leech) == (1, 1)
    assert schedule.cards(db, FIRST_DAY + 100) == []
    assert ledger.audit(db) == []


@pytest.mark.invariant("quiz", 3)
def test_undo_takes_the_leech_back(fresh):
    """invariant 3: the card is as it was before its eighth lapse."""
    db = fresh()
    miss(db, LEECH_AFTER - 1)
    before = reviews.card(db, "one")
    day = miss(db, 1, first=LEECH_AFTER - 1)
    ledger.undo(db, at(day))

    assert reviews.card(db, "one") == before


def test_unsuspend_brings_it_back_for_four_more_lapses(fresh):
    db = fresh()
    day = miss(db, LEECH_AFTER)
    ledger.mark(db, "unsuspend", "one", at(day))
    assert (reviews.card(db, "one").suspended, reviews.card(db, "one").leech) == (0, 0)
    miss(db, LEECH_EVERY - 1, first=LEECH_AFTER)
    assert not reviews.card(db, "one").leech
    miss(db, 1, first=LEECH_AFTER + LEECH_EVERY - 1)

    assert reviews.card(db, "one").leech == 1 and ledger.audit(db) == []


def test_misses_within_one_day_are_one_lapse(fresh):
    """A missed card comes back twice in a session; that must not make a leech in three days."""
    db = fresh()
    ledger.record(db, "one", 3, at(FIRST_DAY), session_id="s")
    for second in range(3):
        ledger.record(db, "one", 1, at(FIRST_DAY + 1, second), session_id="s")

    assert reviews.card(db, "one").lapses == 1


def test_cramming_makes_no_leech(fresh):
    db = fresh()
    ledger.record(db, "one", 3, at(FIRST_DAY), session_id="s")
    for number in range(20):
        ledger.record(db, "one", 1, at(FIRST_DAY + 1 + number), session_id="s", kind="cram")

    assert reviews.card(db, "one").lapses == 0


steps = st.lists(
    st.tuples(st.sampled_from(["miss", "miss", "miss", "miss", "right", "undo", "unsuspend", "suspend"]), st.integers(0, 2)),
    min_size=10, max_size=40,
)  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
@pytest.mark.invariant("quiz", 2)
def test_the_cache_is_the_replay_through_leeches(fresh, history):
    """invariant 2, where cards are put aside and brought back."""
    db, day = fresh(), FIRST_DAY
    for action, days in history:
        day += days
        if action == "undo":
            ledger.undo(db, at(day))
        elif action in ("miss", "right"):
            ledger.record(db, "one", 1 if action == "miss" else 3, at(day), session_id="s")
        else:
            ledger.mark(db, action, "one", at(day))

    assert ledger.audit(db) == []
