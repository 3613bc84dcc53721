"""`kdl quiz stats` and `kdl quiz forecast`: what the answers so far say of the memory, and what the days to come ask."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import click

from kdl.cli import render
from kdl.cli.quiz_cards import now_of, opened
from kdl.errors import NotFound


def add_to(group: click.Group) -> None:
    """Make them subcommands of `kdl quiz`."""
    for one in (stats, forecast):
        group.add_command(one)


@click.command()
@click.argument("card", required=False)
@render.json_option
def stats(card, as_json):
    """What you remember, by your own answers; with CARD, the forgetting curve of one.

    \b
    kdl quiz stats
    kdl quiz stats lstm-gate-inputs
    kdl quiz stats --json
    """
    from kdl.report import learner

    with opened() as db:
        memory = learner.memory(db, now_of(db).day)
    if card is None:
        _all(memory, as_json)
    else:
        _cards(memory, _named(memory, card), as_json)


def _all(memory, as_json: bool) -> None:
    from kdl.cli.show import quiz_statistics as screen
    from kdl.quiz import calibration, forecast, statistics

    found = memory.statistics()
    shares = statistics.shares(memory.tested, memory.today)
    fit = calibration.calibration(memory.tested)
    days = forecast.activity(memory.rows, memory.today)
    if as_json:
        render.emit(
            {
                "schema": "kdl.stats/1",
                **asdict(found),
                "shares": [{"of": name, **asdict(one)} for name, one in shares.items()],
                "calibration": None if fit is None else asdict(fit),
                "activity": [{"date": _date(day), "answers": count} for day, count in days.items() if count],
            }
        )
        return
    screen.numbers(found)
    screen.retention(shares)
    screen.calibration(fit, len(memory.tested))
    screen.heatmap(days)
    render.next_step("kdl quiz stats CARD     one card's forgetting curve", "kdl quiz forecast       what will be due",
                     "kdl report progress     the same as a page")  # fmt: skip


def _named(memory, name: str) -> list[str]:
    """The card called `name`, or the cards of the item called so."""
    from kdl.quiz import library

    if name in memory.by_card:
        return [name]
    item = library.find_item(name)
    if "#" in name and name not in item.cards:
        raise NotFound("card", name, item.cards, fix=f"{item.id} has the cards {', '.join(item.cards)}.")
    return [name] if name in item.cards else list(item.cards)


def _cards(memory, names: list[str], as_json: bool) -> None:
    from kdl.cli.show import quiz_statistics as screen

    stories = {name: memory.story(name) for name in names}
    if as_json:
        render.emit({"schema": "kdl.forgetting/1", "cards": [_story(name, story) for name, story in stories.items()]})
        return
    for number, (name, story) in enumerate(stories.items()):
        if number:
            render.say()
        screen.forgetting(name, story)
    render.next_step(f"kdl quiz show {names[0].partition('#')[0]}     what it asks, and where it stands in the notes")


def _story(name: str, story) -> dict:
    days = range(story.stretches[0].day, story.last_day + 1) if story.stretches else ()
    return {
        "card": name,
        "state": asdict(story.card),
        "chance": story.now,
        "answers": [{"date": _date(dot.day), **asdict(dot)} for dot in story.dots],
        "curve": [{"date": _date(day), "chance": story.at(day)} for day in days],
    }


@click.command()
@click.option("--days", type=click.IntRange(1, 365), default=30, show_default=True, help="How far to look.")
@render.json_option
def forecast(days, as_json):
    """How many cards will be due, day by day.

    \b
    kdl quiz forecast
    kdl quiz forecast --days 7
    """
    from kdl.cli.show import quiz_statistics as screen
    from kdl.quiz.forecast import forecast as look
    from kdl.report import learner

    with opened() as db:
        memory = learner.memory(db, now_of(db).day)
    found = look(memory.cards, memory.today, days)
    suspended = sum(card.suspended for card in memory.cards)
    if as_json:
        rows = [{"date": _date(found.today + n), "due": count} for n, count in enumerate(found.days)]
        counts = {
            "overdue": found.overdue,
            "total": found.total,
            "later": found.later,
            "suspended": suspended,
            "max_due": memory.max_due,
        }
        render.emit({"schema": "kdl.forecast/1", **counts, "days": rows})
        return
    screen.forecast(found, suspended, memory.max_due)
    render.next_step("kdl quiz     answer what is due")


def _date(day: int) -> str:
    return date.fromordinal(day).isoformat()
