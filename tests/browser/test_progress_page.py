"""The progress page in a real browser: nothing goes wrong, nothing is asked for, the numbers are the database's, all can be
reached by keyboard and read at 360 and 1280 pixels, in light and in dark."""

import json
import os
import re
import sqlite3
from datetime import date

import lived_home
import page_checks
import pytest
from page_checks import MODES, WIDTHS

from kdl.memory.study_day import moment
from kdl.store import database

pytestmark = [pytest.mark.requires("chromium"), pytest.mark.slow]
COUNTS = "kind IN ('review', 'exercise') AND uuid NOT IN (SELECT review_uuid FROM event WHERE kind = 'undo')"


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """The page of a home with some hundreds of answers, some cards overdue, and its database."""
    from datetime import datetime

    from click.testing import CliRunner

    from kdl.cli import cli

    folder = tmp_path_factory.mktemp("lived")
    today = moment(datetime.now().astimezone()).day
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KDL_HOME", str(folder))
        db = database.connect()
        lived_home.live(db, today - 4, days=150, extra=40)
        lived_home.work(db)
        db.close()
        done = CliRunner().invoke(cli, ["report", "--json"])
    path = json.loads(done.stdout)["path"]
    rows = sqlite3.connect(folder / "progress.db")
    yield f"file://{path}", rows, today
    rows.close()


@pytest.fixture
def opened(show, lived):
    """A function: width and mode -> the page, opened from the disk; whatever goes wrong is collected in `page.wrong`."""
    return lambda width=1280, mode="light", address=lived[0]: show(address, width, mode)


def one(rows, query, *values):
    return rows.execute(query, values).fetchone()[0]


def told(page, name):
    """A number as the page shows it."""
    return page.locator(f'[data-number="{name}"]').first.inner_text()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_goes_wrong_and_nothing_is_asked_for(opened, lived, width, mode):
    page = opened(width, mode)
    page_checks.unfold(page)

    assert page.wrong == []
    assert [address for address in page.asked if not address.startswith("data:")] == [lived[0]]


def test_the_numbers_are_those_of_the_database(opened, lived):
    page, (_, rows, today) = opened(), lived
    spaced = f"{COUNTS} AND elapsed_days > 0"

    assert int(told(page, "reviews")) == one(rows, f"SELECT count(*) FROM review WHERE {COUNTS}") > 300
    assert int(told(page, "cards")) == one(rows, "SELECT count(*) FROM card WHERE reps > 0")
    assert int(told(page, "retained")) == one(rows, "SELECT count(*) FROM card WHERE stability >= 30")
    assert int(told(page, "suspended")) == one(rows, "SELECT count(*) FROM card WHERE suspended")
    assert int(told(page, "leeches")) == one(rows, "SELECT count(*) FROM card WHERE leech")
    recalled = one(rows, f"SELECT count(*) FROM review WHERE {spaced} AND rating > 1")
    total = one(rows, f"SELECT count(*) FROM review WHERE {spaced}")
    assert (int(told(page, "recalled")), int(told(page, "spaced"))) == (recalled, total)
    assert told(page, "retention") == f"{100 * recalled / total:.0f}%"
    assert told(page, "predicted") == f"{100 * one(rows, f'SELECT avg(r_pred) FROM review WHERE {spaced}'):.1f}%"
    first = today - (today - 1) % 7 - 52 * 7
    assert int(told(page, "year-total")) == one(rows, f"SELECT count(*) FROM review WHERE {COUNTS} AND study_day >= ?", first)
    days = one(rows, f"SELECT count(DISTINCT study_day) FROM review WHERE {COUNTS} AND study_day >= ?", first)
    assert int(told(page, "year-active")) == days
    score = "SELECT avg(p) FROM (SELECT (a.confidence - (a.choice = b.outcome)) * (a.confidence - (a.choice = b.outcome)) AS p"
    assert told(page, "brier") == f"{one(rows, score + ' FROM prediction a JOIN prediction b ON b.answers = a.uuid)'):.3f}"


def test_what_is_due_is_what_the_cards_say(opened, lived):
    page, (_, rows, today) = opened(), lived
    due = "SELECT count(*) FROM card WHERE suspended = 0 AND due_day"
    table = [int(cell) for cell in page.locator("#due-table td").all_text_contents()]

    assert int(told(page, "due")) == table[0] == one(rows, f"{due} <= ?", today) > 0
    assert int(told(page, "overdue")) == one(rows, f"{due} < ?", today) > 0
    assert table[1:] == [one(rows, f"{due} = ?", today + day) for day in range(1, 30)]
    assert int(told(page, "due-total")) == sum(table)
    assert int(told(page, "due-later")) == one(rows, f"{due} >= ?", today + 30)
    tips = page.locator("svg.wide .bar > title").all_text_contents()
    assert [int(re.search(r": (\d+) due", tip)[1]) for tip in tips] == [count for count in table if count]


def test_every_day_of_the_year_is_the_logs(opened, lived):
    page, (_, rows, _) = opened(), lived
    shown = {}
    for tip in page.locator(
        "svg.wide rect.h1 > title, svg.wide rect.h2 > title, svg.wide rect.h3 > title, svg.wide rect.h4 > title"
    ).all_text_contents():
        name, _, count = tip.partition(": ")
        shown[name] = int(count.split()[0])
    log = rows.execute(f"SELECT study_day, count(*) FROM review WHERE {COUNTS} GROUP BY study_day").fetchall()

    def name(day):
        when = date.fromordinal(day)
        return f"{when.day} {when:%b} {when.year}"

    assert shown == {name(day): count for day, count in log}


def test_the_groups_of_the_calibration_hold_every_spaced_answer(opened):
    page = opened()
    page.locator("#calibration summary").click()
    counts = page.locator("#calibration-table td:nth-child(3)").all_text_contents()
    recalled = page.locator("#calibration-table td:nth-child(4)").all_text_contents()

    assert sum(map(int, counts)) == int(told(page, "spaced")) and max(map(int, counts)) - min(map(int, counts)) <= 1
    assert sum(map(int, recalled)) == int(told(page, "recalled"))
    assert {told(page, name).count(".") for name in ("rmse", "chance", "log-loss", "average-so-far", "moving-average")} == {1}


def test_units_and_exercises_are_those_of_the_commands(opened, lived, kdl, monkeypatch):
    page = opened()
    monkeypatch.setenv("KDL_HOME", os.path.dirname(os.path.dirname(lived[0].removeprefix("file://"))))
    units = [unit for unit in json.loads(kdl("progress", "--json").out)["units"] if unit["with_content"]]

    assert page.locator("[data-unit]").count() == len(units) >= 1
    for unit in units:
        counts = page.locator(f'[data-unit="{unit["unit"]}"] .bar-count').all_text_contents()
        assert counts == [f"{unit[name]} of {unit['with_content']}" for name in ("covered", "retained")]
        fill = page.locator(f'[data-unit="{unit["unit"]}"] .bar-fill').first
        track = fill.evaluate("one => one.clientWidth / one.parentElement.clientWidth")
        assert track == pytest.approx(unit["covered"] / unit["with_content"], abs=0.01)
    for exercise in json.loads(kdl("exercise", "list", "--json").out)["exercises"]:
        assert page.locator(f'[data-exercise="{exercise["id"]}"]').inner_text().split()[-1] == exercise["state"]


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_window(opened, width):
    page = opened(width)
    page_checks.unfold(page)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page_checks.outside(page) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_every_figure_has_a_name_a_description_and_a_table_and_is_shown_in_one_shape(opened, width):
    page = opened(width)
    shown = page.evaluate(
        """() => [...document.querySelectorAll('svg')].filter(one => one.getClientRects().length).map(one => [
            one.querySelector(':scope > title')?.textContent, one.querySelector(':scope > desc')?.textContent,
            one.getAttribute('aria-labelledby').split(' ').every(id => document.getElementById(id)),
            one.closest('section').querySelectorAll('table').length])"""
    )
    assert len(shown) == 8, "due, year, retention, calibration and four cards"
    assert all(title and desc and named and tables for title, desc, named, tables in shown)
    assert page_checks.smallest_letters(page) >= 9.5, "text in figures can be read"


def test_labels_of_a_figure_do_not_cover_each_other(opened):
    assert [page_checks.labels_that_meet(opened(width)) for width in WIDTHS] == [[], []]


def test_headings_and_landmarks_make_an_outline(opened):
    page = opened()
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map(one => +one.tagName[1])")

    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
    assert [page.locator(name).count() for name in ("header", "nav[aria-label]", "main", "footer")] == [1, 1, 1, 1]
    sections = page.evaluate(
        """() => [...document.querySelectorAll('section')]
            .map(one => document.getElementById(one.getAttribute('aria-labelledby'))?.textContent)"""
    )
    assert len(sections) == 9 and all(sections)
    targets = page.evaluate(
        "[...document.querySelectorAll('a')].map(one => !!document.querySelector(one.getAttribute('href')))"
    )
    assert len(targets) == 9 and all(targets)
    assert page.locator("html").get_attribute("lang") == "en" and page.title().startswith("Progress, ")


def test_everything_can_be_reached_and_opened_by_keyboard(opened):
    page = opened(360)
    wanted = page.evaluate("document.querySelectorAll('a, summary').length")
    reached, outlines = page_checks.reached_by_tab(page)

    assert reached[0] == "A:Skip to the content"
    assert sum(name.startswith(("A:", "SUMMARY:")) for name in reached) == wanted
    assert outlines == {"solid"}

    page.locator("#calibration summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#calibration-table").is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "region"


@pytest.mark.parametrize("mode", MODES)
def test_all_text_stands_out_in_light_and_in_dark(opened, mode):
    """4.5 to 1, the least that WCAG 2 asks of text; 3 to 1 for what figures are drawn with."""
    page = opened(1280, mode)
    assert page_checks.faint_text(page) == []
    ground = page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor")
    strokes = page.evaluate(
        "['.bar', '.late', '.seen'].map(name => getComputedStyle(document.querySelector(name)).fill)"
        ".concat(['.fall', '.said', '.missed', '.whisker'].map(name => getComputedStyle(document.querySelector(name)).stroke))"
    )
    assert all(page_checks.contrast(stroke, ground) >= 3 for stroke in strokes)


def test_dark_is_dark_and_light_is_light(opened):
    grounds = [opened(1280, mode).evaluate("getComputedStyle(document.body).backgroundColor") for mode in MODES]

    assert page_checks.luminance(grounds[0]) > 0.8 and page_checks.luminance(grounds[1]) < 0.05


def test_the_page_of_an_empty_home_is_sound_too(opened, kdl, home):
    kdl("report")
    for width in WIDTHS:
        page = opened(width, address=(home / "reports" / "progress.html").as_uri())
        assert page.wrong == [] and page.evaluate("document.documentElement.scrollWidth") <= width
        assert told(page, "reviews") == "0" and page.locator(".empty").count() == 6
