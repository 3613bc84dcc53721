"""Fuzz: the same history gives the same day, within the ranges that Anki uses, without bias."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdl.memory import fuzz

intervals = st.integers(1, 3650)


def reach(days):
    """Anki's range by its own words: 1 day, 15 % from 2.5 to 7, 10 % from 7 to 20, 5 % above."""
    return 1 + 0.15 * (min(days, 7) - 2.5) + 0.10 * max(0, min(days, 20) - 7) + 0.05 * max(0, days - 20)


@given(intervals, st.text(max_size=20), st.integers(0, 100))
@pytest.mark.invariant("quiz", 10)
def test_the_same_card_and_count_give_the_same_day(days, card, reps):
    assert fuzz.spread(days, card, reps) == fuzz.spread(days, card, reps)


@given(intervals, st.text(max_size=20), st.integers(0, 100))
@pytest.mark.invariant("quiz", 10)
def test_the_day_stays_within_the_range(days, card, reps):
    spread = fuzz.spread(days, card, reps)

    assert abs(spread - days) <= (reach(days) + 0.5 if days >= 3 else 0)
    assert 1 <= spread <= 3650


@pytest.mark.invariant("quiz", 10)
def test_short_intervals_are_left_alone():
    assert [fuzz.bounds(days) for days in (1, 2)] == [(1, 1), (2, 2)]


def test_known_ranges():
    """3 days may become 2 to 4, 10 days 8 to 12; the fsrs package gives 5 and 13 as well."""
    assert fuzz.bounds(3) == (2, 4)
    assert fuzz.bounds(10) == (8, 12)


@pytest.mark.invariant("quiz", 10)
def test_there_is_no_bias_and_every_day_is_as_likely():
    days = [fuzz.spread(10, f"card-{number}", number % 7) for number in range(10_000)]

    assert abs(sum(days) / len(days) - 10) < 0.05
    shares = [days.count(day) / len(days) for day in range(8, 13)]
    assert all(abs(share - 0.2) < 0.02 for share in shares)


@given(st.lists(st.one_of(st.text(max_size=5), st.integers()), min_size=1, max_size=4))
def test_a_share_lies_in_zero_to_one(key):
    assert 0 <= fuzz.share(*key) < 1
