"""The numbers on the home screen and in `kdl quiz stats`, checked where the truth is known."""

import random
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_items import mcq

from kdl.memory import ledger, queue
from kdl.memory.study_day import moment
from kdl.quiz import library, summary
from kdl.quiz.agenda import Plan
from kdl.quiz.session import Session
from kdl.quiz.statistics import ENOUGH, share, shares, spaced, statistics, wilson
from kdl.store import database
from kdl.store.reviews import Card, Event, Review

DAY = 739_000


def row(number, rating=3, *, elapsed=5, kind="review", r=0.9, day=DAY):
    values = dict.fromkeys((field.name for field in fields(Review)), None)
    given = {
        "uuid": f"u{number}",
        "card_id": "one",
        "study_day": day,
        "elapsed_days": elapsed,
        "kind": kind,
        "rating": rating,
        "r_pred": r,
    }
    return Review(**(values | given))


def told(rows, events=(), cards=()):
    return statistics(rows, events, cards, DAY)


def test_retention_is_the_share_recalled_after_a_day_or_more():
    rows = [row(n) for n in range(18)] + [row(n, rating=1) for n in range(18, 20)]
    found = told(rows + [row(90, elapsed=0, rating=1), row(91, elapsed=None, rating=1)])

    assert (found.spaced, found.recalled, found.retention) == (20, 18, 0.9)
    assert found.predicted == pytest.approx(0.9)
    assert found.reviews == 22


@pytest.mark.invariant("quiz", 17)
def test_cramming_imports_and_what_was_undone_do_not_count():
    rows = [row(n) for n in range(ENOUGH)]
    noise = [row(50, rating=1, kind="cram"), row(51, rating=1, kind="import"), row(52, rating=1)]
    events = [Event("e", 1, "d", "undo", "one", "u52")]

    assert told(rows + noise, events) == told(rows)


def test_too_little_data_gives_no_percentage():
    found = told([row(n) for n in range(ENOUGH - 1)])

    assert (found.retention, found.low, found.high, found.predicted) == (None, None, None, None)


@given(st.integers(1, 500), st.data())
def test_the_interval_holds_the_share_and_stays_between_0_and_1(count, data):
    hits = data.draw(st.integers(0, count))
    low, high = wilson(hits, count)

    assert 0 <= low <= hits / count + 1e-12 and hits / count - 1e-12 <= high <= 1


def test_wilson_by_a_known_value():
    """81 of 263, Newcombe 1998, table I, method 3: 0.2553 to 0.3662."""
    assert [round(end, 4) for end in wilson(81, 263)] == [0.2553, 0.3662]


def test_cards_are_counted_by_their_state():
    cards = [
        Card("a", "a", 40.0, 5.0, 3, 0, DAY - 60, DAY - 9, DAY + 31),
        Card("b", "b", 2.0, 5.0, 1, 0, DAY - 2, DAY - 2, DAY),
        Card("c", "c", suspended=1),
        Card("d", "d", 1.0, 9.0, 12, 8, DAY - 90, DAY - 1, DAY, suspended=1, leech=1),
    ]
    found = told([], cards=cards)

    assert (found.cards, found.due, found.suspended, found.leeches, found.retained) == (3, 1, 2, 1, 1)


@pytest.mark.invariant("quiz", 17)
def test_true_retention_is_told_apart_by_time_and_by_strength():
    """invariant 17: each share is that of its own answers."""
    old_young = [replace(row(n, rating=1 if n < 10 else 3, day=DAY - 90), s0=5.0) for n in range(40)]
    new_strong = [replace(row(100 + n, rating=1 if n < 3 else 3, day=DAY - 29), s0=30.0) for n in range(30)]
    found = shares(spaced(old_young + new_strong), DAY)

    assert [(one.recalled, one.spaced) for one in found.values()] == [(57, 70), (27, 30), (30, 40), (27, 30)]
    assert list(found) == ["all answers", "last 30 days", "stability < 30 days", "stability >= 30 days"]


@pytest.mark.invariant("quiz", 17)
def test_the_interval_covers_the_truth_as_often_as_it_says():
    """invariant 17: of 400 logs with a known retention, about 95 % have it inside their interval."""
    dice, truth, inside = random.Random(5), 0.87, 0
    for _ in range(400):
        found = share([row(n, rating=3 if dice.random() < truth else 1) for n in range(150)])
        inside += found.low <= truth <= found.high

    assert 0.92 <= inside / 400 <= 0.98


def test_asking_for_the_summary_makes_no_database(home):
    found = summary.summary()

    assert found["due"] == found["cards"] == 0 and found["new"] == 10
    assert not home.exists()


def test_a_topic_whose_new_questions_wait_for_a_missed_one_cannot_begin(monkeypatch):
    """The second question of `a` needs the first, which was missed today; a sitting on `a` alone has nothing to ask."""
    from datetime import datetime

    made = [mcq("a1", "a"), mcq("a2", "a", needs=("a1",)), mcq("b1", "b")]
    monkeypatch.setattr(library, "items", lambda: made)
    db = database.connect()
    assert summary.topics() == summary.topics(db) == {"a", "b"}
    for rating, can_begin in ((1, {"b"}), (3, {"a", "b"})):
        ledger.record(db, made[0].cards[0], rating, moment(datetime.now().astimezone()), session_id="s")
        sitting = Session(db, made[:2], Plan(), lambda: datetime.now().astimezone(), lambda: 1)
        assert summary.topics(db) == can_begin and (sitting.counts()["new"] > 0) == ("a" in can_begin)
    monkeypatch.setattr(queue, "NEW_PER_DAY", 1)
    assert summary.topics(db) == set()
    db.close()


def test_the_summary_follows_what_is_done():
    from datetime import datetime

    item = library.items()[0]
    db = database.connect()
    ledger.record(db, item.cards[0], 3, moment(datetime.now().astimezone()), session_id="s")
    found = summary.summary(db)
    db.close()

    assert (found["new"], found["reviewed_today"], found["reviews"], found["cards"], found["retained"]) == (9, 1, 1, 1, 0)
    assert summary.summary() == found
