"""`kdl quiz stats` and `kdl quiz forecast`, as a person and as a script read them; every number is the log's."""

import json
import re
import sys
from datetime import date

import lived_home
import pytest

from kdl.quiz import calibration, forecast, statistics
from kdl.report import learner
from kdl.store import database, reviews

TODAY = date.today().toordinal()


@pytest.fixture
def memory(home, monkeypatch):
    """A home with half a year of answers; what the database says of it."""
    from datetime import UTC, datetime, time

    from kdl.cli import quiz_cards

    lived_home.fill(TODAY, days=170)
    monkeypatch.setattr(quiz_cards, "clock", lambda: datetime.combine(date.fromordinal(TODAY), time(13), UTC))
    db = database.connect()
    yield learner.memory(db, TODAY)
    db.close()


def said(kdl, *words):
    return json.loads(kdl("quiz", *words, "--json").out)


@pytest.mark.invariant("quiz", 17)
def test_the_statistics_are_those_of_the_log(kdl, memory):
    """invariant 17: nothing between the log and the screen changes a number."""
    found = said(kdl, "stats")
    rows = [row for row in memory.reviews if row.kind == "review" and row.uuid not in {e.review_uuid for e in memory.events}]
    tested = [row for row in rows if row.elapsed_days]

    assert found["schema"] == "kdl.stats/1"
    assert (found["reviews"], found["spaced"]) == (len(rows), len(tested))
    assert found["recalled"] == sum(row.rating > 1 for row in tested)
    assert found["predicted"] == pytest.approx(sum(row.r_pred for row in tested) / len(tested))
    assert [one["of"] for one in found["shares"]] == list(statistics.shares([], TODAY))
    assert sum(one["count"] for one in found["calibration"]["bins"]) == len(tested) >= calibration.ENOUGH
    assert sum(one["answers"] for one in found["activity"]) == len(rows)


def test_the_screen_shows_the_same_numbers(kdl, memory):
    out, found = kdl("quiz", "stats").out, said(kdl, "stats")

    assert re.search(rf"^answers +{found['reviews']}, {found['today']} of them today$", out, re.M)
    assert re.search(
        rf"^all answers +{found['spaced']} +{found['retention']:.0%} +{100 * found['low']:.0f}-{found['high']:.0%} +", out, re.M
    )
    fit = found["calibration"]
    assert f"{fit['log_loss']:.3f}" in out and f"{fit['average_so_far']:.3f}" in out and f"{fit['moving_average']:.3f}" in out
    assert re.search(r"Answers a day: \d+ in 53 weeks", out) and "█" in out
    assert max(map(len, out.splitlines())) <= 100


@pytest.mark.parametrize("columns", ["60", "80"])
def test_the_screen_fits_the_terminal(kdl, memory, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    for words in (["stats"], ["forecast"], ["stats", memory.cards[3].card_id]):
        lines = [line for line in kdl("quiz", *words).out.splitlines() if not line.startswith("next")]
        assert [line for line in lines if len(line) > int(columns)] == []


def test_little_data_is_told_in_plain_words(kdl):
    out = kdl("quiz", "stats").out

    assert "not enough data yet: 0 of 20 answers after a day or more" in out
    assert "not enough data yet: 0 of 100 answers after a day or more" in out
    assert said(kdl, "stats")["calibration"] is None and said(kdl, "stats")["activity"] == []


def test_the_forecast_is_that_of_the_cards(kdl, memory):
    found = said(kdl, "forecast", "--days", "60")
    open_ = [card.due_day for card in memory.cards if card.due_day and not card.suspended]

    assert found["schema"] == "kdl.forecast/1" and len(found["days"]) == 60
    assert found["days"][0]["date"] == date.fromordinal(TODAY).isoformat()
    assert [day["due"] for day in found["days"][1:]] == [open_.count(TODAY + n) for n in range(1, 60)]
    assert found["total"] + found["later"] == len(open_)
    assert found["suspended"] == sum(card.suspended for card in memory.cards) >= 1


def test_a_long_forecast_is_told_by_weeks_and_a_short_one_by_days(kdl, memory):
    found = forecast.forecast(memory.cards, TODAY, 180)
    weeks, days = kdl("quiz", "forecast", "--days", "180").out, kdl("quiz", "forecast", "--days", "7").out

    assert "Due a week" in weeks and f"{found.total} due in 180 days, {found.later} later" in weeks
    assert "Due a day" in days and len(re.findall(r"^[A-Z][a-z]{2} \d\d [A-Z]", days, re.M)) == 7


def test_the_story_of_one_card(kdl, memory):
    card = max((card for card in memory.cards if card.reps), key=lambda card: (card.reps, card.card_id))
    found = said(kdl, "stats", card.card_id)["cards"]
    rows = [row for row in memory.rows if row.card_id == card.card_id]

    assert [one["card"] for one in found] == [card.card_id]
    assert [answer["rating"] for answer in found[0]["answers"]] == [row.rating for row in rows]
    assert found[0]["state"]["stability"] == card.stability
    out = kdl("quiz", "stats", card.card_id).out
    assert f"{found[0]['chance']:.0%} likely to be recalled today" in out and "●" in out
    assert out.count("\n" + date.fromordinal(rows[-1].study_day).isoformat()) == 1


def test_an_item_with_parts_tells_the_story_of_each(kdl, memory):
    found = said(kdl, "stats", "lstm-gate-roles")["cards"]

    assert len(found) >= 2 and all(one["card"].startswith("lstm-gate-roles#c") for one in found)


def test_a_card_that_was_never_answered_and_one_that_does_not_exist(kdl):
    out = kdl("quiz", "stats", "lstm-gate-inputs").out
    assert "not enough data yet: 0 of 1 answers" in out
    missing = kdl("quiz", "stats", "lstm-gate-input")
    assert missing.code == 3 and "lstm-gate-inputs" in missing.err
    assert kdl("quiz", "stats", "lstm-gate-roles#c9").code == 3


@pytest.mark.parametrize("words", ["stats", "forecast", "stats lstm-gate-inputs"])
def test_an_ascii_terminal_is_served(kdl_process, memory, words):
    done = kdl_process("quiz", *words.split(), env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})

    assert done.code == 0 and done.out.isascii() and "?" not in done.out


def test_statistics_load_neither_numpy_nor_matplotlib(home):
    import subprocess

    program = (
        "import sys\nfrom kdl.cli import main\nimport lived_home\nlived_home.fill(days=120)\n"
        "try:\n    main(['quiz', 'stats'])\nexcept SystemExit:\n"
        "    print('LOADED', [name for name in ('numpy', 'matplotlib', 'keras', 'markdown_it', 'rich') if name in sys.modules])"
    )
    env_path = [path for path in sys.path if path]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {env_path!r}\n{program}"], capture_output=True, text=True
    )

    assert "LOADED []" in done.stdout, done.stdout + done.stderr


def test_looking_changes_nothing(kdl, memory):
    db = database.connect()
    before = (reviews.reviews(db), reviews.events(db), reviews.cards(db))
    for words in (["stats"], ["forecast"], ["stats", "lstm-gate-inputs"]):
        assert kdl("quiz", *words).code == 0
    assert (reviews.reviews(db), reviews.events(db), reviews.cards(db)) == before
    db.close()
