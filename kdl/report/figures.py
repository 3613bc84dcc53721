"""The pictures of a report, drawn by hand as SVG: bars of days, a heatmap, shares with intervals, a forgetting curve.

No plotting library: these four shapes need none, the page stays small, opens without its fonts, and the same numbers give
the same bytes. Figures as wide as the page come in two shapes, for a wide and for a narrow window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kdl.quiz.forecast import WEEK, Forecast, shade_steps
from kdl.quiz.forgetting import Dot, Forgetting
from kdl.report.svg import Sheet, ticks

WIDE, NARROW, HALF = 960, 300, 440
LETTER = 6.7  # width of one in a label, about
POINTS = 80  # of one fall in a forgetting curve


def day_name(day: int) -> str:
    """`7 Oct 2026`."""
    when = date.fromordinal(day)
    return f"{when.day} {when:%b} {when.year}"


def day_short(day: int) -> str:
    """`7 Oct`."""
    when = date.fromordinal(day)
    return f"{when.day} {when:%b}"


# ---- days ------------------------------------------------------------------------------------------------------------


def due_bars(found: Forecast) -> str:
    """One bar a day, what is overdue marked on the first; wide and narrow."""
    return _due_bars(found, "wide", WIDE, 230) + _due_bars(found, "narrow", NARROW, 210)


def _due_bars(found: Forecast, shape: str, width: int, height: int) -> str:
    desc = f"{found.total} cards fall due in {len(found.days)} days, {found.days[0]} of them today, {found.later} later."
    sheet = Sheet(f"due-{shape}", "Cards due a day", desc, (width, height), shape)
    left, top, bottom = 30, 18, height - 26
    marks = ticks(max(found.days))
    step = (width - left) / len(found.days)
    for mark in marks:
        y = bottom - (bottom - top) * mark / marks[-1]
        sheet.line(left, y, width, y, "axis" if mark == 0 else "grid")
        sheet.text(left - 6, y + 4, str(mark), "small", "end")
    for number, count in enumerate(found.days):
        day, x, tall = found.today + number, left + number * step, (bottom - top) * count / marks[-1]
        box = (x + step * 0.12, bottom - tall, step * 0.76, tall)
        if count:
            sheet.rect(*box, "bar", f"{date.fromordinal(day):%A} {day_name(day)}: {count} due", round=min(2, tall / 2))
        if number == 0 and found.overdue:
            late = tall * found.overdue / count
            sheet.rect(box[0], bottom - late, box[2], late, "late", f"{found.overdue} of them overdue", round=min(2, late / 2))
        if count and shape == "wide":
            sheet.text(x + step / 2, bottom - tall - 5, str(count), "small", "middle")
        if number == 0 or (day - 1) % WEEK == 0 and WEEK / 2 <= number <= len(found.days) - 2:
            words = "today" if number == 0 else day_short(day)
            sheet.text(x + step / 2, height - 8, words, "small", "start" if number == 0 and shape == "narrow" else "middle")
    return sheet.svg()


def year(days: Mapping[int, int]) -> str:
    """Answers of each study day, a column a week; the narrow shape folds the year in two."""
    total, active = sum(days.values()), sum(count > 0 for count in days.values())
    desc = f"{total} answers on {active} days from {day_name(min(days))} to {day_name(max(days))}."
    weeks = -(-len(days) // WEEK)
    wide = Sheet("year-wide", "Answers a day for a year", desc, (WIDE, 150), "wide")
    _weeks(wide, days, range(weeks), (34, 18), (WIDE - 34) / weeks)
    half = -(-weeks // 2)
    size = (NARROW - 30) / half
    narrow = Sheet("year-narrow", "Answers a day for a year", desc, (NARROW, 2 * (size * WEEK + 26)), "narrow")
    _weeks(narrow, days, range(half), (30, 16), size)
    _weeks(narrow, days, range(half, weeks), (30, size * WEEK + 42), size)
    return wide.svg() + narrow.svg()


def _weeks(sheet: Sheet, days: Mapping[int, int], weeks: range, corner: tuple[float, float], size: float) -> None:
    first, steps = min(days), shade_steps(days.values())
    left, top = corner
    gap = size * 0.14
    for weekday, name in ((0, "Mon"), (2, "Wed"), (4, "Fri")):
        sheet.text(left - 6, top + weekday * size + size * 0.75, name, "tiny", "end")
    month, free = "", 0.0
    for column, week in enumerate(weeks):
        x, monday = left + column * size, first + week * WEEK
        name = f"{date.fromordinal(monday):%b}"
        if name != month and x >= free and date.fromordinal(monday).day <= WEEK + 1:
            sheet.text(x, top - 5, name, "tiny")
            free = x + 3 * LETTER + 4
        month = name
        for weekday in range(WEEK):
            count = days.get(monday + weekday)
            if count is not None:
                shade = 0 if count == 0 else next((number for number, most in enumerate(steps, 1) if count <= most), 4)
                tip = f"{day_name(monday + weekday)}: {count} answers" if count else ""
                sheet.rect(x, top + weekday * size, size - gap, size - gap, f"h{shade}", tip, round=size * 0.15)


# ---- shares ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One line of `intervals`: an observed share with its interval, beside what was predicted; None for too few answers."""

    label: str
    count: int
    observed: float | None
    low: float | None = None
    high: float | None = None
    predicted: float | None = None
    missing: str = ""


def intervals(name: str, title: str, desc: str, rows: Sequence[Row], head: str = "") -> str:
    """Shares as dots with whiskers and predictions as diamonds, a line each; the number of answers at the right.

    Args:
        head: what stands above the labels.
    """
    return "".join(_intervals(name, title, desc, rows, head, *shape) for shape in (("roomy", HALF), ("tight", NARROW)))


def _intervals(name: str, title: str, desc: str, rows: Sequence[Row], head: str, shape: str, width: float) -> str:
    pitch, top = 27, 24
    height = top + pitch * len(rows) + 22
    sheet = Sheet(f"{name}-{shape}", title, desc, (width, height), shape)
    left = max(len(row.label) for row in rows) * LETTER + 14
    right = width - (50 if shape == "roomy" else 40)
    floor = _floor(value for row in rows for value in (row.low, row.predicted))

    def place(share: float) -> float:
        return left + (right - left) * (share - floor) / (1 - floor)

    sheet.text(0, 12, head, "small")
    sheet.text(width, 12, "answers", "small", "end")
    for tenths in _tenths(floor, 4 if shape == "tight" else 6):
        x = place(tenths / 10)
        sheet.line(x, top - 4, x, height - 20, "grid")
        sheet.text(x, height - 5, f"{10 * tenths}%", "small", "middle")
    for number, row in enumerate(rows):
        y = top + pitch * number + pitch / 2
        sheet.text(0, y + 4, row.label, "label")
        sheet.text(width, y + 4, str(row.count), "label", "end")
        if row.observed is None:
            sheet.text(left + 4, y + 4, row.missing, "small")
            continue
        sheet.line(place(row.low), y, place(row.high), y, "whisker")
        tip = f"observed {row.observed:.0%} of {row.count} ({row.low:.0%} to {row.high:.0%})"
        sheet.dot(place(row.observed), y, 5, "seen", tip)
        if row.predicted is not None:
            sheet.diamond(place(row.predicted), y, 5.5, "said", f"predicted {row.predicted:.0%}")
    return sheet.svg()


def _tenths(floor: float, most: int) -> range:
    """Marks from `floor` to 1, in tenths, at most `most` of them: every one, or every second or third; 1 is among them."""
    lowest = round(floor * 10)
    step = -(-(10 - lowest) // (most - 1))
    return range(10, lowest - 1, -step)


def _floor(values) -> float:
    """The tenth below the lowest share, at most 0.8."""
    return min(0.8, int(min((value for value in values if value is not None), default=0.8) * 10) / 10)


# ---- one card --------------------------------------------------------------------------------------------------------


def forgetting_curve(name: str, story: Forgetting, target: float) -> str:
    """The chance of recall over time, dots and crosses where it was asked, dashed from today on.

    Args:
        target: the desired retention, drawn as a line.
    """
    return "".join(_forgetting_curve(name, story, target, *shape) for shape in (("roomy", HALF), ("tight", NARROW)))


def _forgetting_curve(name: str, story: Forgetting, target: float, shape: str, width: float) -> str:
    first, last, height = story.stretches[0].day, max(story.last_day, story.stretches[0].day + 1), 210
    missed = sum(not dot.recalled for dot in story.dots)
    desc = (
        f"Answered {len(story.dots)} times since {day_name(first)}, {missed} of them not recalled. The chance of recall is"
        f" {story.now:.0%} today; the memory's stability is {story.card.stability:.1f} days."
    )
    sheet = Sheet(f"{name}-{shape}", f"Forgetting curve of {story.card.card_id}", desc, (width, height), shape)
    left, right, top, bottom = 40, width - 8, 22, height - 26
    chances = [stretch.chances[-1] for stretch in story.stretches] + [dot.chance for dot in story.dots]
    floor = _floor(chances)

    def place(day: float, chance: float) -> tuple[float, float]:
        return left + (right - left) * (day - first) / (last - first), bottom - (bottom - top) * (chance - floor) / (1 - floor)

    for tenths in _tenths(floor, 6):
        y = place(first, tenths / 10)[1]
        sheet.line(left, y, right, y, "grid")
        sheet.text(left - 6, y + 4, f"{10 * tenths}%", "small", "end")
    y = place(first, target)[1]
    sheet.line(left, y, right, y, "target")
    _falls(sheet, story, place)
    for dot in story.dots:
        _answer(sheet, dot, place)
    x = place(story.today, 1)[0]
    if story.today < last:
        sheet.line(x, top - 6, x, bottom, "now")
        near = x > width / 2
        sheet.text(x + (-5 if near else 5), top - 7, "today", "small", "end" if near else "start")
    sheet.text(left, height - 8, day_name(first), "small")
    sheet.text(right, height - 8, day_name(last) + (", due" if last == story.card.due_day else ""), "small", "end")
    return sheet.svg()


def _falls(sheet: Sheet, story: Forgetting, place) -> None:
    """Each fall as a line, the future dashed, and the rise between two falls."""
    for number, stretch in enumerate(story.stretches):
        days = list(range(stretch.day, stretch.day + len(stretch.chances)))
        past = [day for day in days if day <= story.today]
        for part, css in ((past, "fall"), (days[max(0, len(past) - 1) :], "coming")):
            kept = part[:: max(1, len(part) // POINTS)] + part[-1:]
            if len(part) > 1:
                sheet.path([place(day, stretch.chances[day - stretch.day]) for day in kept], css)
        if number:
            before = story.stretches[number - 1].chances[-1]
            sheet.path([place(stretch.day, before), place(stretch.day, stretch.chances[0])], "rise")


def _answer(sheet: Sheet, dot: Dot, place) -> None:
    x, y = place(dot.day, 1 if dot.chance is None else dot.chance)
    said = "first answer" if dot.chance is None else f"predicted {dot.chance:.0%}"
    tip = f"{day_name(dot.day)}: {said}, {'recalled' if dot.recalled else 'not recalled'}"
    if dot.recalled:
        sheet.dot(x, y, 4, "seen", tip)
    else:
        sheet.cross(x, y, 4, "missed", tip)
