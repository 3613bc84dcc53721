"""Load balancing: within the range that fuzz allows, the day on which the least is due."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulated_learner import FIRST_DAY, at

from kdl.memory import fuzz, ledger
from kdl.store import database, reviews

days = st.integers(1, 3650)
loads = st.dictionaries(st.integers(1, 400), st.integers(1, 50), max_size=60)


@pytest.fixture
def db(tmp_path):
    db = database.connect(tmp_path / "x.db")
    db.execute("PRAGMA synchronous=OFF")
    yield db
    db.close()


@given(days, loads, st.sets(st.integers(1, 400), max_size=10), st.integers(0, 20))
@pytest.mark.invariant("quiz", 10)
def test_the_day_stays_within_the_range_and_away_from_siblings(wanted, load, apart, reps):
    """invariant 10: never outside the bounds of fuzz; nothing on a sibling's day where another is free; no dice."""
    low, high = fuzz.bounds(wanted)
    chosen = fuzz.balanced(wanted, "card", reps, load, apart)

    assert chosen in ([day for day in range(low, high + 1) if day not in apart] or range(low, high + 1))
    assert chosen == fuzz.balanced(wanted, "card", reps, load, apart), "the same history gives the same day"


@given(st.integers(3, 200), loads, st.integers(0, 20))
def test_the_least_loaded_day_is_taken_where_the_load_has_no_slope(wanted, load, reps):
    low, high = fuzz.bounds(wanted)
    level = {day: load.get(day, 0) + load.get(low + high - day, 0) for day in range(low, high + 1)}
    chosen = fuzz.balanced(wanted, "card", reps, level)

    assert level[chosen] == min(level.values())


@given(st.integers(3, 200), loads, st.integers(0, 20), st.integers(0, 30))
def test_a_slope_changes_nothing(wanted, load, reps, slope):
    """Later days are emptier because they are later; that must not lengthen every interval."""
    low, high = fuzz.bounds(wanted)
    falling = {day: load.get(day, 0) + slope * (high - day) for day in range(low, high + 1)}

    assert fuzz.balanced(wanted, "card", reps, falling) == fuzz.balanced(wanted, "card", reps, load)


@pytest.mark.invariant("quiz", 10)
def test_where_all_days_are_equal_the_choice_is_even():
    """No bias: over 10,000 cards the mean shift is below 0.05 days, and every day of the range is taken."""
    shifts = Counter(fuzz.balanced(10, f"card-{number}", 3, {}) - 10 for number in range(10_000))
    low, high = fuzz.bounds(10)

    assert set(shifts) == set(range(low - 10, high - 10 + 1))
    assert abs(sum(shift * count for shift, count in shifts.items()) / 10_000) < 0.05


def test_cards_learned_on_one_day_spread_evenly(db):
    """70 cards with an interval of 8 days (range 6 to 10): 14 on each of the five days, where chance alone gives 8 to 20."""
    for number in range(70):
        ledger.record(db, f"card-{number}", 4, at(FIRST_DAY, number), session_id="s")
    due = Counter(card.due_day - FIRST_DAY for card in reviews.cards(db).values())

    assert fuzz.bounds(8) == (6, 10)
    assert due == dict.fromkeys(range(6, 11), 14)
    assert ledger.audit(db) == []


def test_a_sibling_and_a_named_item_keep_their_days_to_themselves(db):
    first = ledger.record(db, "cloze#c1", 4, at(FIRST_DAY), session_id="s")
    second = ledger.record(db, "cloze#c2", 4, at(FIRST_DAY, 1), session_id="s")
    third = ledger.record(db, "other", 4, at(FIRST_DAY, 2), session_id="s", apart=["cloze"])

    assert len({first.due_day, second.due_day, third.due_day}) == 3


def test_a_suspended_card_is_no_load(db):
    """Five of seven cards are suspended on their days; the next ones take those days."""
    for number in range(5):
        ledger.record(db, f"gone-{number}", 4, at(FIRST_DAY, number), session_id="s")
        ledger.mark(db, "suspend", f"gone-{number}", at(FIRST_DAY, number))
    for number in range(5):
        ledger.record(db, f"card-{number}", 4, at(FIRST_DAY, 10 + number), session_id="s")

    assert sorted(card.due_day - FIRST_DAY for card in reviews.cards(db).values() if not card.suspended) == [6, 7, 8, 9, 10]


def test_an_interval_of_a_day_or_two_is_never_moved(db):
    for number in range(30):
        row = ledger.record(db, f"card-{number}", 3, at(FIRST_DAY, number), session_id="s")
        assert row.due_day == FIRST_DAY + 2
