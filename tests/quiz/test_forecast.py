"""What will be due, what was answered, and how one card is forgotten: equal to the cards and to the log."""

import math
from collections import Counter
from dataclasses import fields
from datetime import date

import lived_home
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdl.memory import ledger, queue, replay, scheduler
from kdl.quiz.forecast import WEEK, WEEKS, activity, forecast, shade_steps
from kdl.quiz.forgetting import forgetting
from kdl.quiz.statistics import counting
from kdl.report import learner
from kdl.store import database, reviews
from kdl.store.reviews import Card, Review

DAY = 739_000
BLANK = dict.fromkeys(field.name for field in fields(Review))

cards = st.lists(
    st.builds(
        Card,
        card_id=st.text("abc", min_size=1, max_size=6),
        item_id=st.just("item"),
        due_day=st.none() | st.integers(DAY - 40, DAY + 80),
        suspended=st.integers(0, 1),
        buried_until=st.none() | st.integers(DAY - 3, DAY + 3),
    ),
    max_size=60,
)


@given(cards, st.integers(1, 60))
@pytest.mark.invariant("quiz", 8)
def test_the_forecast_counts_every_card_once_and_today_counts_those_that_are_due(many, days):
    """invariant 8: today's count is that of the due cards."""
    found = forecast(many, DAY, days)
    open_ = [card for card in many if card.due_day is not None and not card.suspended]

    assert found.total + found.later == len(open_) and len(found.days) == days
    assert found.days[0] == sum(queue.is_due(card, DAY) for card in many)
    assert found.overdue == sum(queue.is_due(card, DAY) and card.due_day < DAY for card in many)


def test_a_buried_card_is_due_on_its_day():
    found = forecast([Card("a", "a", due_day=DAY - 5, buried_until=DAY + 1)], DAY, 3)

    assert found.days == (0, 1, 0) and found.overdue == 0


def answered(day, number=0, kind="review"):
    return Review(**BLANK | {"uuid": f"{day}-{number}-{kind}", "card_id": "a", "study_day": day, "kind": kind, "rating": 3})


@given(st.dictionaries(st.integers(DAY - 500, DAY), st.integers(1, 9), max_size=40), st.integers(0, 6))
@pytest.mark.invariant("quiz", 17)
def test_the_year_holds_every_answer_of_its_days(counts, later):
    """invariant 17: the heatmap is a count of the log."""
    today = DAY + later
    days = activity([answered(day, n) for day, count in counts.items() for n in range(count)], today)

    assert date.fromordinal(min(days)).weekday() == 0 and max(days) == today
    assert list(days) == list(range(min(days), today + 1)) and math.ceil(len(days) / WEEK) == WEEKS
    assert {day: count for day, count in days.items() if count} == {day: n for day, n in counts.items() if day >= min(days)}


def test_the_year_leaves_out_what_does_not_count():
    rows = [answered(DAY), answered(DAY, 1, "cram"), answered(DAY, 2, "import")]

    assert activity(counting(rows, []), DAY)[DAY] == 1


@given(st.lists(st.integers(0, 500), max_size=30))
def test_shades_are_equal_steps_that_fit_nine_of_ten_days(counts):
    first, second, third = shade_steps(counts)
    active = [count for count in counts if count]

    assert (second, third) == (2 * first, 3 * first) and first >= 1
    assert sum(count > 4 * first for count in active) <= len(active) / 10
    assert first == 1 or sum(count > 4 * (first - 1) for count in active) >= len(active) / 10


def test_one_long_day_does_not_change_the_shades():
    assert shade_steps([8] * 30 + [200]) == shade_steps([8] * 30) == (2, 4, 6)


# ---- one card --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """The memory of a simulated learner, and the day."""
    db = database.connect(tmp_path_factory.mktemp("lived") / "x.db")
    lived_home.live(db, DAY, days=90)
    memory = learner.memory(db, DAY)
    yield db, memory
    db.close()


@pytest.mark.invariant("quiz", 2)
def test_the_curve_of_every_card_ends_in_its_cached_state(lived):
    """invariant 2: the picture is a replay of the log, as the cache is."""
    db, memory = lived
    kept = reviews.cards(db)
    assert len(kept) > 20
    for name, card in kept.items():
        assert memory.story(name).card == card


def test_every_dot_lies_on_the_curve_before_it(lived):
    """The chance that the log predicted is where the fall before the answer ends."""
    _, memory = lived
    checked = 0
    for name in memory.by_card:
        story = memory.story(name)
        for stretch, dot in zip(story.stretches, story.dots[1:], strict=False):
            assert dot.chance == pytest.approx(stretch.chances[-1], abs=1e-9)
            checked += 1
    assert checked > 100


def test_the_dots_are_the_answers_that_count(lived):
    _, memory = lived
    dots = Counter(dot.day for name in memory.by_card for dot in memory.story(name).dots)

    assert dots == Counter(row.study_day for row in memory.rows)


def at(day, number=0):
    return lived_home.at(day, number)


def test_the_curve_is_the_forgetting_function_of_the_state(tmp_path):
    db = database.connect(tmp_path / "x.db")
    ledger.record(db, "one", 3, at(DAY), session_id="s")
    card = reviews.card(db, "one")
    story = forgetting("one", reviews.reviews(db), reviews.events(db), DAY + 10)
    db.close()

    memory = scheduler.Memory(card.stability, card.difficulty)
    assert story.at(DAY) == 1.0 and story.at(DAY - 1) is None
    assert story.at(DAY + 7) == scheduler.retrievability(memory, 7)
    assert story.now == story.at(DAY + 10) and story.last_day == max(DAY + 10, card.due_day)


def test_undo_cram_and_reset_leave_no_trace(tmp_path):
    db = database.connect(tmp_path / "x.db")
    ledger.record(db, "one", 3, at(DAY), session_id="s")
    ledger.record(db, "one", 3, at(DAY + 2), session_id="s")
    before = forgetting("one", reviews.reviews(db), reviews.events(db), DAY + 5)
    ledger.record(db, "one", 1, at(DAY + 3), session_id="s", kind="cram")
    ledger.record(db, "one", 1, at(DAY + 4), session_id="s")
    ledger.undo(db, at(DAY + 4, 1))
    assert forgetting("one", reviews.reviews(db), reviews.events(db), DAY + 5) == before

    ledger.mark(db, "reset", "one", at(DAY + 5))
    assert forgetting("one", reviews.reviews(db), reviews.events(db), DAY + 5).dots == ()
    ledger.record(db, "one", 3, at(DAY + 6), session_id="s")
    story = forgetting("one", reviews.reviews(db), reviews.events(db), DAY + 6)
    db.close()
    assert [dot.chance for dot in story.dots] == [None] and story.stretches[0].day == DAY + 6


def test_a_card_without_answers_has_no_story():
    story = forgetting("one", [], [], DAY, replay.DEFAULT_SETS)

    assert (story.dots, story.stretches, story.now) == ((), (), None)


def test_a_few_cards_worth_a_look_are_all_different(lived):
    _, memory = lived
    chosen = learner.examples(memory.cards, DAY)

    assert len({card.card_id for card in chosen.values()}) == len(chosen) == 4
    assert chosen["forgotten most often"].lapses == max(card.lapses for card in memory.cards if not card.suspended)
    assert all(card.reps > 1 for card in chosen.values())
