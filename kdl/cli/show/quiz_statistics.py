"""How the statistics of the quiz look on a terminal: tables, bars, a heatmap, a forgetting curve."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kdl.cli import render
from kdl.memory.replay import LEECH_AFTER
from kdl.quiz import calibration as fit
from kdl.quiz.calibration import Calibration
from kdl.quiz.forecast import WEEK, Forecast, shade_steps
from kdl.quiz.forgetting import Forgetting
from kdl.quiz.statistics import ENOUGH, RETAINED_DAYS, Share, Statistics
from kdl.report import terminal

RATINGS = ("", "again", "hard", "good", "easy")
DAILY_ROWS = 45  # a forecast of more days is told by weeks
SCALE = 24  # characters of the calibration plot
BAR = 40


def numbers(found: Statistics) -> None:
    """The counts at the head."""
    render.fields(
        [
            ("answers", f"{found.reviews}, {found.today} of them today"),
            ("cards seen", found.cards),
            ("due now", found.due),
            ("suspended", f"{found.suspended}, {found.leeches} of them after {LEECH_AFTER} misses"),
            (f"retained {RETAINED_DAYS} days or more", found.retained),
        ]
    )


def retention(shares: Mapping[str, Share]) -> None:
    """True retention, as a table."""
    total = next(iter(shares.values()))
    _section("Recalled after a day or more, with the 95% interval")
    if total.retention is None:
        render.say(f"not enough data yet: {total.spaced} of {ENOUGH} answers after a day or more")
        return
    rows = []
    for name, one in shares.items():
        told = one.retention is not None
        interval = f"{100 * one.low:.0f}-{one.high:.0%}" if told else "-"
        shown = (f"{one.retention:.0%}", interval, f"{one.predicted:.0%}") if told else ("-", "-", "-")
        rows.append((name, one.spaced, *shown))
    render.table(rows, ["of", "answers", "recalled", "interval", "predicted"])
    if any(one.retention is None for one in shares.values()):
        render.say(f"- needs {ENOUGH} answers.")


def calibration(found: Calibration | None, count: int) -> None:
    """Predicted against observed: one line a bin, then the errors."""
    _section("Predicted against observed")
    if found is None:
        render.say(f"not enough data yet: {count} of {fit.ENOUGH} answers after a day or more")
        return
    ascii_only = render.ascii_only()
    low = min(min(one.predicted, one.observed) for one in found.bins)
    floor = min(0.9, int(low * 10) / 10)
    rows = [
        (f"{one.predicted:.0%}", f"{one.observed:.0%}", one.count, _dots(one.predicted, one.observed, floor, ascii_only))
        for one in found.bins
    ]
    predicted, observed = ("o", "*") if ascii_only else ("○", "●")
    scale = f"{floor:.0%}".ljust(SCALE - 3) + "100%"
    render.table(rows, ["predicted", "observed", "answers", scale])
    render.say(f"{predicted} predicted   {observed} observed   (one sign where they meet)")
    render.say()
    render.fields(
        [
            ("error (RMSE)", f"{found.rmse:.3f}"),
            ("  by chance alone", f"{found.chance:.3f}"),
            ("log-loss", f"{found.log_loss:.3f}; lower is better"),
            ("  of your average so far", f"{found.average_so_far:.3f}"),
            ("  of your recent average", f"{found.moving_average:.3f}"),
        ]
    )


def _dots(predicted: float, observed: float, floor: float, ascii_only: bool) -> str:
    """Both shares on one line from `floor` to 1."""
    cells = [" "] * (SCALE + 1)
    for value, mark in ((predicted, "o" if ascii_only else "○"), (observed, "*" if ascii_only else "●")):
        cells[int((max(value, floor) - floor) / (1 - floor) * SCALE + 0.5)] = mark
    return ("|" if ascii_only else "│") + "".join(cells)


def heatmap(days: Mapping[int, int]) -> None:
    """A year of study days, a column a week, as far as the terminal is wide."""
    if not any(days.values()):
        _section("Answers a day")
        render.say("not enough data yet: 0 of 1 answers")
        return
    mondays = [day for day in days if (day - 1) % WEEK == 0][-(render.width() - 5) :]
    cells = [[days.get(monday + weekday) for monday in mondays] for weekday in range(WEEK)]
    months = [f"{date.fromordinal(day):%b}" for day in mondays]
    columns = [name if number == 0 or months[number - 1] != name else "" for number, name in enumerate(months)]
    total = sum(days.get(day, 0) for day in range(mondays[0], max(days) + 1))
    render.say()
    lines = terminal.heatmap(
        cells,
        title=f"Answers a day: {total} in {len(mondays)} weeks",
        rows=["Mon", "", "Wed", "", "Fri", "", "Sun"],
        columns=columns,
        steps=shade_steps(days.values()),
        ascii=render.ascii_only(),
    )
    render.heading(lines[0])
    for line in lines[1:]:
        render.say(line)


def forgetting(name: str, story: Forgetting) -> None:
    """One card: where it stands, its curve, its answers."""
    card = story.card
    if story.now is None:
        render.heading(f"{name}: new")
        render.say("not enough data yet: 0 of 1 answers")
        return
    days = card.due_day - story.today
    due = "suspended" if card.suspended else "due now" if days <= 0 else f"due in {days} days"
    render.heading(name)
    render.say(f"{story.now:.0%} likely to be recalled today, {due}")
    first = story.stretches[0].day
    chances = [100 * story.at(day) for day in range(first, story.last_day + 1)]
    if len(chances) > 1:
        ends = (_day(first), _day(story.last_day) + (" (due)" if story.last_day == card.due_day else " (today)"))
        for line in terminal.curve(
            {"chance of recall in %; it rises where you answered": chances},
            title=f"Stability {card.stability:.1f} days: after them the chance is 90%",
            width=render.width(80) - 1,
            height=8,
            x=ends,
            ascii=render.ascii_only(),
        ):
            render.say(line)
    rows, before = [], None
    for dot in story.dots:
        since = "-" if before is None else f"{dot.day - before}"
        chance = "-" if dot.chance is None else f"{dot.chance:.0%}"
        rows.append((_day(dot.day), since, chance, RATINGS[dot.rating], f"{dot.stability:.1f}"))
        before = dot.day
    render.table(rows, ["answered", "days since", "predicted", "answer", "stability after"])


def forecast(found: Forecast, suspended: int, most: int) -> None:
    """Bars: a day a line, or a week a line where there are many days."""
    step = 1 if len(found.days) <= DAILY_ROWS else WEEK
    counts = [sum(found.days[start : start + step]) for start in range(0, len(found.days), step)]
    unit = "a day" if step == 1 else "a week"
    render.heading(f"Due {unit}, if nothing else is answered")
    size = min(BAR, render.width() - 32)
    highest = max(max(counts), size // 2)  # a single card is a short bar
    for number, count in enumerate(counts):
        day = date.fromordinal(found.today + number * step)
        blocks = max(1, int(count / highest * size + 0.5)) if count else 0
        note = f"  {found.overdue} of them overdue" if number == 0 and found.overdue else ""
        render.say(f"{day:%a %d %b}  {'█' * blocks}{' ' if blocks else ''}{count}{note}")
    render.say()
    render.say(f"{found.total} due in {len(found.days)} days, {found.later} later, {suspended} suspended.")
    render.say(f"Asked are at most {most} a day, of one item one card.")
    render.say("New cards come on top.")


def _day(day: int) -> str:
    return date.fromordinal(day).isoformat()


def _section(title: str) -> None:
    render.say()
    render.heading(title)
