"""What the progress page shows, section by section: the numbers of `kdl.report.learner` and their figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kdl.memory.replay import LEECH_AFTER
from kdl.quiz import calibration, statistics
from kdl.quiz.forecast import Forecast, activity, forecast, shade_steps
from kdl.quiz.forgetting import Forgetting
from kdl.report import figures, page
from kdl.report.figures import Row, day_name
from kdl.report.learner import Learner, Memory, examples
from kdl.store import predictions

DAYS = 30
STATES = {"new": 0, "started": 1, "attempted": 2, "solved": 3, "mastered": 4}
SHOWN_PREDICTIONS = 12
RATINGS = ("", "again", "hard", "good", "easy")


@dataclass(frozen=True)
class Story:
    """One forgetting curve of the page: why it is there, the card and its figure."""

    reason: str
    name: str
    story: Forgetting
    figure: str


def progress_page(learner: Learner) -> str:
    """The page as HTML; the same bytes for the same learner."""
    memory = learner.memory
    numbers = memory.statistics()
    return page.render(
        "progress.html.jinja",
        today=day_name(memory.today),
        numbers=numbers,
        retained_days=statistics.RETAINED_DAYS,
        leech_after=LEECH_AFTER,
        units=[unit for unit in learner.units if unit.with_content],
        empty_units=sum(not unit.with_content for unit in learner.units),
        due=_due(memory),
        year=_year(memory),
        retention=_retention(memory),
        fit=_calibration(memory),
        stories=_stories(memory),
        target=memory.retention,
        max_due=memory.max_due,
        ratings=RATINGS,
        day_name=day_name,
        exercises=learner.exercises,
        states=STATES,
        predictions=_predictions(learner),
    )


def _due(memory: Memory) -> dict:
    found = forecast(memory.cards, memory.today, DAYS)
    rows = [(_weekday(found, number), count) for number, count in enumerate(found.days)]
    return {"found": found, "rows": rows, "figure": figures.due_bars(found)}


def _weekday(found: Forecast, number: int) -> str:
    day = found.today + number
    return f"{date.fromordinal(day):%A}, {day_name(day)}"


def _year(memory: Memory) -> dict:
    days = activity(memory.rows, memory.today)
    steps = shade_steps(days.values())
    spans = zip((1, *(step + 1 for step in steps)), steps, strict=False)
    ranges = ["none", *(f"{low}" if low == high else f"{low} to {high}" for low, high in spans), f"over {steps[-1]}"]
    months: dict[str, list[int]] = {}
    for day, count in days.items():
        months.setdefault(f"{date.fromordinal(day):%B %Y}", []).append(count)
    rows = [(name, sum(counts), sum(count > 0 for count in counts)) for name, counts in months.items()]
    return {
        "total": sum(days.values()),
        "active": sum(count > 0 for count in days.values()),
        "ranges": ranges,
        "rows": rows,
        "figure": figures.year(days),
    }


def _retention(memory: Memory) -> dict:
    shares = statistics.shares(memory.tested, memory.today)
    rows = [
        Row(
            name.replace(">=", "≥"),
            one.spaced,
            one.retention,
            one.low,
            one.high,
            one.predicted,
            f"too few: {one.spaced} of {statistics.ENOUGH}",
        )
        for name, one in shares.items()
    ]
    total = next(iter(shares.values()))
    told = total.retention is not None
    desc = "" if not told else (
        f"{total.recalled} of {total.spaced} answers after a day or more were right: {total.retention:.1%},"
        f" 95% interval {total.low:.1%} to {total.high:.1%}; predicted {total.predicted:.1%}."
    )  # fmt: skip
    figure = figures.intervals("retention", "True retention, predicted and observed", desc, rows) if told else ""
    return {"shares": shares, "total": total, "enough": statistics.ENOUGH, "figure": figure}


def _calibration(memory: Memory) -> dict:
    found = calibration.calibration(memory.tested)
    shown = {"found": found, "count": len(memory.tested), "enough": calibration.ENOUGH, "figure": ""}
    if found is not None:
        rows = [Row(f"{one.predicted:.1%}", one.count, one.observed, one.low, one.high, one.predicted) for one in found.bins]
        desc = (
            f"{found.count} answers in {len(found.bins)} groups of equal size, by the chance of recall that was predicted."
            f" The error over the groups is {found.rmse:.3f}; chance alone explains {found.chance:.3f}."
        )
        shown["figure"] = figures.intervals("calibration", "Recall predicted and observed", desc, rows, "predicted")
    return shown


def _stories(memory: Memory) -> list[Story]:
    stories = []
    for number, (reason, card) in enumerate(examples(memory.cards, memory.today).items(), 1):
        story = memory.story(card.card_id)
        if story.stretches:
            drawn = figures.forgetting_curve(f"forgetting-{number}", story, memory.retention)
            stories.append(Story(reason, card.card_id, story, drawn))
    return stories


def _predictions(learner: Learner) -> dict:
    settled = [one for one in learner.predictions if one.penalty is not None]
    return {
        "made": len(learner.predictions),
        "scored": len(settled),
        "right": sum(one.right for one in settled),
        "brier": predictions.brier(learner.predictions),
        "rows": list(reversed(learner.predictions))[:SHOWN_PREDICTIONS],
    }
