"""FSRS behind its port: the golden numbers that `fsrs` and `fsrs-rs-python` both give, and the laws of the formulas."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdl.memory import scheduler
from kdl.memory.scheduler import AGAIN, EASY, GOOD, HARD, Memory

RATINGS = (AGAIN, HARD, GOOD, EASY)
ratings = st.sampled_from(RATINGS)
memories = st.builds(Memory, st.floats(0.01, 3000), st.floats(1, 10))
retentions = st.floats(*scheduler.RETENTION_RANGE)

# Rated on the day it is due, Good x 4, Again, Good x 2, no fuzz: days between the answers, by desired retention.
GOLDEN = {
    0.80: [8, 75, 521, 2762, 32, 120, 389],
    0.85: [4, 31, 173, 773, 13, 42, 116],
    0.90: [2, 11, 46, 163, 5, 12, 28],
    0.95: [1, 3, 8, 19, 1, 2, 3],
}


@pytest.mark.parametrize("retention", GOLDEN)
@pytest.mark.invariant("quiz", 9)
def test_the_golden_sequence(retention):
    memory, days, intervals = None, 0, []
    for rating in (GOOD, GOOD, GOOD, GOOD, AGAIN, GOOD, GOOD):
        memory = scheduler.next_state(memory, rating, days)
        days = scheduler.whole_days(scheduler.interval(memory.stability, retention))
        intervals.append(days)

    assert intervals == GOLDEN[retention]


def test_the_first_answer():
    first = [scheduler.next_state(None, rating, 0) for rating in RATINGS]

    assert [round(memory.stability, 4) for memory in first] == [0.212, 1.2931, 2.3065, 8.2956]
    assert [round(memory.difficulty, 4) for memory in first] == [6.4133, 5.1122, 2.1181, 1.0]
    assert [scheduler.whole_days(scheduler.interval(memory.stability)) for memory in first] == [1, 1, 2, 8]


@given(memories, ratings, st.integers(0, 400), retentions)
def test_our_interval_is_the_packages_interval(memory, rating, elapsed, retention):
    """The package gives an interval only as the due date of a whole review; the formula of the port must be the same."""
    from datetime import UTC, datetime, timedelta

    from fsrs import Card, Rating, Scheduler, State

    start = datetime(2024, 1, 1, tzinfo=UTC)
    package = Scheduler(
        learning_steps=(), relearning_steps=(), enable_fuzzing=False, desired_retention=retention, maximum_interval=3650
    )
    card = Card(1, State.Review, None, memory.stability, memory.difficulty, start, start)
    after, _ = package.review_card(card, Rating(rating), start + timedelta(days=elapsed))

    ours = scheduler.next_state(memory, rating, elapsed)
    assert ours == Memory(after.stability, after.difficulty)
    assert scheduler.whole_days(scheduler.interval(ours.stability, retention)) == (after.due - after.last_review).days


@given(memories, st.integers(0, 1000))
@pytest.mark.invariant("quiz", 11)
def test_better_ratings_never_give_shorter_intervals(memory, elapsed):
    intervals = [scheduler.interval(scheduler.next_state(memory, rating, elapsed).stability) for rating in RATINGS]

    assert intervals == sorted(intervals)


@given(memories, retentions, retentions)
@pytest.mark.invariant("quiz", 11)
def test_wishing_for_more_retention_never_lengthens_the_interval(memory, one, other):
    high, low = max(one, other), min(one, other)

    assert scheduler.interval(memory.stability, high) <= scheduler.interval(memory.stability, low)


@given(memories, st.integers(0, 2000), st.integers(0, 2000))
@pytest.mark.invariant("quiz", 11)
def test_retrievability_falls_with_time(memory, one, other):
    early, late = sorted((one, other))

    assert 0 <= scheduler.retrievability(memory, late) <= scheduler.retrievability(memory, early) <= 1


@given(st.integers(1, 3000), st.floats(1, 10))
@pytest.mark.invariant("quiz", 11)
def test_stability_is_the_time_after_which_nine_in_ten_are_recalled(days, difficulty):
    assert scheduler.retrievability(Memory(float(days), difficulty), days) == pytest.approx(0.9)
    assert scheduler.interval(float(days), 0.9) == pytest.approx(days)


def test_the_same_study_day_uses_the_short_term_formula():
    memory = Memory(10.9643, 2.1)

    assert scheduler.next_state(memory, GOOD, 0).stability < scheduler.next_state(memory, GOOD, 1).stability


@pytest.mark.parametrize("retention", [0.7, 0.79, 0.98, 1.0, 1.5])
def test_a_retention_that_the_package_accepts_silently_is_refused(retention):
    with pytest.raises(ValueError, match="desired_retention"):
        scheduler.interval(10.0, retention)


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="negative"):
        scheduler.next_state(Memory(1.0, 5.0), GOOD, -1)
    with pytest.raises(ValueError, match="0 is not a valid Rating"):
        scheduler.next_state(None, 0, 0)


def test_no_card_is_made_without_an_id(monkeypatch):
    """The package's constructor sleeps a millisecond to make one up."""

    def slept(seconds):
        raise AssertionError("time.sleep was called")

    monkeypatch.setattr(time, "sleep", slept)
    memory = scheduler.next_state(None, GOOD, 0)
    scheduler.next_state(memory, GOOD, 2)
    assert 0 < scheduler.retrievability(memory, 3) < 1


@pytest.mark.parametrize(("raw", "days"), [(0.2, 1), (1.49, 1), (2.5, 2), (3.5, 4), (1e9, 3650)])
def test_intervals_are_whole_days_from_one_to_ten_years(raw, days):
    assert scheduler.whole_days(raw) == days
