"""The tables of the reviews and the records that stand for their rows."""

from dataclasses import fields, replace

import pytest

from kdl.store import database, reviews, schedule
from kdl.store.reviews import Card, Event, Review

DAY = 739_000


@pytest.fixture
def db(tmp_path):
    db = database.connect(tmp_path / "x.db")
    yield db
    db.close()


def review(uuid, card="one", *, day=DAY, kind="review", ts=1):
    values = dict.fromkeys((field.name for field in fields(Review)), None)
    given = {
        "uuid": uuid,
        "card_id": card,
        "session_id": "s",
        "device_id": "d",
        "ts": ts,
        "utc_offset_min": 0,
        "study_day": day,
    }
    return Review(**(values | given | {"kind": kind, "rating": 3, "hint_used": 0, "rev": 1, "scheduler": "x", "param_set": 0,
                                       "desired_retention": 0.9}))  # fmt: skip


@pytest.mark.parametrize(("table", "record"), [("review", Review), ("event", Event), ("card", Card)])
def test_a_record_has_the_columns_of_its_table(db, table, record):
    columns = [row["name"] for row in db.execute(f"PRAGMA table_info({table})")]

    assert {field.name for field in fields(record)} == set(columns) - {"seq"}


def test_rows_come_back_as_they_went_in(db):
    row, event = review("u1"), Event("e1", 5, "d", "bury", "one", None, "12")
    card = replace(Card.new("one#c2"), stability=1.25, reps=3, due_day=DAY)
    reviews.add_review(db, row)
    reviews.add_event(db, event)
    reviews.put_card(db, card)

    assert reviews.reviews(db) == [row] and reviews.reviews(db, "other") == []
    assert reviews.events(db) == [event] and reviews.events(db, "one") == [event]
    assert reviews.cards(db) == {"one#c2": card} and reviews.card(db, "one#c2").item_id == "one"


def test_a_card_without_history_is_not_stored(db):
    reviews.put_card(db, replace(Card.new("one"), flagged=1))
    assert list(reviews.cards(db)) == ["one"]

    reviews.put_card(db, Card.new("one"))
    assert reviews.cards(db) == {} and reviews.card(db, "one") == Card.new("one")


def test_due_cards_reads_the_due_ones_alone(db):
    base = Card("due", "due", 1.0, 5.0, 1, 0, DAY, DAY, DAY)
    changes = {
        "due": {},
        "later": {"due_day": DAY + 1},
        "off": {"suspended": 1},
        "put-off": {"buried_until": DAY + 1},
        "back": {"buried_until": DAY},
    }
    for name, change in changes.items():
        reviews.put_card(db, replace(base, card_id=name, item_id=name, **change))

    assert schedule.cards(db, DAY) == [("back", DAY, DAY, 1.0), ("due", DAY, DAY, 1.0)]


def plan(db, query, values):
    return [row["detail"] for row in db.execute(f"EXPLAIN QUERY PLAN {query}", values)]


@pytest.mark.parametrize(
    ("query", "values"), [(schedule.CARDS, (DAY, DAY)), (schedule.LOAD, (DAY, DAY + 9, "one"))], ids=["cards", "load"]
)
def test_what_is_due_is_read_from_its_index_alone(db, query, values):
    """Neither the other cards nor the due ones themselves are read, and nothing is sorted: a search in the index, no more."""
    (step,) = plan(db, query, values)

    assert step.startswith("SEARCH card USING COVERING INDEX card_due (due_day")


def test_what_was_undone_or_crammed_is_not_of_the_day(db):
    for row in (
        review("u1", "one"),
        review("u2", "two"),
        review("u3", "three", kind="cram"),
        review("u4", "four", day=DAY - 1),
    ):
        reviews.add_review(db, replace(row, device_id=database.device_id(db)))
    reviews.add_event(db, Event("e", 9, "d", "undo", "two", "u2"))

    assert reviews.reviewed_on(db, DAY) == ["one"]
    assert reviews.last_review(db).uuid == "u4"


def test_what_came_from_another_device_is_not_the_newest_answer_here(db):
    reviews.add_review(db, replace(review("mine"), device_id=database.device_id(db)))
    reviews.add_review(db, review("theirs"))

    assert reviews.last_review(db).uuid == "mine"


def test_the_newest_time_of_a_card_is_that_of_either_log(db):
    assert reviews.latest_ts(db, "one") == 0
    reviews.add_review(db, review("u1", ts=70))
    assert reviews.latest_ts(db, "one") == 70
    reviews.add_event(db, Event("e", 90, "d", "flag", "one"))
    assert reviews.latest_ts(db, "one") == 90 and reviews.latest_ts(db, "two") == 0


def test_a_uuid_is_stored_once(db):
    reviews.add_review(db, review("u1"))
    with pytest.raises(Exception, match="UNIQUE"):
        reviews.add_review(db, review("u1"))


@pytest.mark.invariant("quiz", 7)
def test_a_merge_or_an_import_does_not_turn_the_study_day_back(db):
    """The rows of other devices are written after this one's, whatever their day; what was imported, too."""
    mine = database.device_id(db)
    assert reviews.last_day(db) is None and reviews.newest_day(db) is None
    reviews.add_review(db, replace(review("u1", day=DAY + 100), device_id=mine))
    reviews.add_review(db, review("u2", day=DAY))
    reviews.add_review(db, replace(review("u3", day=DAY + 3, kind="import"), device_id=mine))
    assert reviews.last_day(db) == reviews.newest_day(db) == DAY + 100

    reviews.add_review(db, review("u4", day=DAY + 101))
    assert (reviews.last_day(db), reviews.newest_day(db)) == (DAY + 100, DAY + 101)
