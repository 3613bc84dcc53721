"""The learner's day. It turns at 04:00 by the clock on the wall, so that studying past midnight still counts for today.

With a rollover of 4 the day never goes backwards at a change of daylight saving time, in any zone since 2005; with 0 to 3
it does in some. Only travel and a clock set back can still move it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

ROLLOVER_HOUR = 4
# Local time falls back by 26 hours at most (from UTC+14 to UTC-12), which can cross the rollover twice.
FURTHEST_TRAVEL = 2


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant as the logs keep it: UTC in ms, the local offset in minutes, the study day."""

    ts: int
    utc_offset_min: int
    day: int


def study_day(wall: datetime, rollover: int = ROLLOVER_HOUR) -> int:
    """The proleptic ordinal of the study day that the local wall-clock time `wall` belongs to."""
    return wall.toordinal() - (wall.hour < rollover)


def moment(now: datetime, last_day: int | None = None) -> Moment:
    """The Moment of `now`, an aware local time.

    Args:
        now: as `datetime.now().astimezone()` gives it.
        last_day: study day of the newest review. A traveller whose clock went back stays on that day instead of
            studying yesterday again. A clock that was wrong by more than that is not believed.

    Raises:
        ValueError: `now` has no time zone.
    """
    offset = now.utcoffset()
    if offset is None:
        raise ValueError(f"now must know its time zone. Received: now={now!r}")
    day = study_day(now)
    if last_day is not None and day < last_day <= day + FURTHEST_TRAVEL:
        day = last_day
    return Moment(int(now.timestamp() * 1000), int(offset.total_seconds() // 60), day)
