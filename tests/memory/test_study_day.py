"""The study day: 04:00 by the wall clock, never backwards at a change of daylight saving time."""

import zoneinfo
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kdl.memory.study_day import FURTHEST_TRAVEL, moment, study_day

ZONES = sorted(zoneinfo.available_timezones())
days = st.datetimes(datetime(2005, 1, 1), datetime(2035, 12, 31))


@pytest.mark.parametrize(
    ("wall", "day"),
    [
        (datetime(2024, 3, 1, 3, 59, 59), date(2024, 2, 29)),
        (datetime(2024, 3, 1, 4, 0), date(2024, 3, 1)),
        (datetime(2038, 1, 19, 3, 14, 8), date(2038, 1, 18)),
        (datetime(2024, 12, 31, 23, 59), date(2024, 12, 31)),
    ],
)
@pytest.mark.invariant("quiz", 7)
def test_the_day_turns_at_four(wall, day):
    assert study_day(wall) == day.toordinal()


@given(st.sampled_from(ZONES), days, st.integers(0, 72 * 60))
@example("America/St_Johns", datetime(2006, 10, 29, 1, 0), 120)
@example("Pacific/Apia", datetime(2011, 12, 29, 12, 0), 1500)
@example("Pacific/Chatham", datetime(2020, 4, 5, 3, 0), 90)
@pytest.mark.invariant("quiz", 7)
def test_the_day_never_goes_backwards_in_any_zone(zone, start, minutes):
    """Rollover 4 was chosen because this holds; it fails in some zones for 0 to 3."""
    zone = zoneinfo.ZoneInfo(zone)
    before = start.replace(tzinfo=UTC)
    after = before + timedelta(minutes=minutes)

    assert study_day(before.astimezone(zone)) <= study_day(after.astimezone(zone))


def test_a_rollover_at_midnight_would_go_backwards():
    """The counterexample behind the choice of 04:00: St. John's turned its clock back at 00:01 until 2011."""
    zone = zoneinfo.ZoneInfo("America/St_Johns")
    start = datetime(2006, 10, 29, 1, 0, tzinfo=UTC)
    by_midnight = [study_day((start + timedelta(minutes=m)).astimezone(zone), rollover=0) for m in range(0, 180, 5)]

    assert by_midnight != sorted(by_midnight)


def test_a_traveller_does_not_study_yesterday_again():
    tokyo = datetime(2024, 5, 10, 5, 0, tzinfo=timezone(timedelta(hours=9)))
    hawaii = (tokyo + timedelta(hours=8)).astimezone(timezone(timedelta(hours=-10)))
    first = moment(tokyo)

    assert study_day(hawaii) == first.day - 1
    assert moment(hawaii, last_day=first.day).day == first.day


def test_a_clock_that_was_years_ahead_does_not_stop_the_days():
    now = datetime(2024, 5, 10, 12, 0, tzinfo=UTC)
    today = study_day(now)

    assert moment(now, last_day=today + 2000).day == today
    assert moment(now, last_day=today + FURTHEST_TRAVEL).day == today + FURTHEST_TRAVEL


def test_a_moment_knows_its_offset_and_refuses_a_time_without_one():
    now = datetime(2024, 5, 10, 12, 0, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))

    assert moment(now).utc_offset_min == -210
    assert moment(now).ts == 1715355000000
    with pytest.raises(ValueError, match="time zone"):
        moment(datetime(2024, 5, 10, 12, 0))
