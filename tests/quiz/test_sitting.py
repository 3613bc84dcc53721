"""A session without a terminal: what is asked when, what an answer stores, what can be taken back."""

from datetime import UTC, datetime

import pytest
from made_items import cloze, go, mcq, typed

from kdl.memory import ledger
from kdl.memory.study_day import moment
from kdl.quiz.item import Unreadable
from kdl.quiz.session import TURNS
from kdl.store import reviews


@pytest.mark.invariant("quiz", 1)
def test_an_answer_is_on_the_disk_before_its_feedback(sit, db):
    session = sit(mcq("one"))
    session.next()
    feedback = session.answer(typed(session, "wrong"))

    (row,) = reviews.reviews(db)
    assert feedback.review == row and (row.rating, row.correct, row.kind) == (1, 0, "review")
    assert (row.answer, row.draw_seed, row.option_order) == (typed_letter(row), TURNS, row.option_order)
    assert (row.body_fp, row.answer_fp, row.session_id) == ("body", "fp", session.id)


def typed_letter(row):
    return "ab"[row.option_order.split().index("1")]


def test_right_is_good_wrong_is_again_and_right_after_a_hint_is_hard(sit):
    session = sit(mcq("one"), mcq("two"), mcq("three"))
    ratings = []
    for answer, hinted in (("right", False), ("wrong", False), ("right", True)):
        session.next()
        if hinted:
            assert session.hint() == "look"
        ratings.append(session.answer(typed(session, answer)).rating)

    assert ratings == [3, 1, 2]


def test_asking_for_a_hint_that_is_not_there_costs_nothing(sit):
    session = sit(mcq("one", hint=""))
    session.next()

    assert session.hint() == "" and session.answer(typed(session, "right")).rating == 3


def test_not_knowing_is_a_wrong_answer(sit, db):
    session = sit(mcq("one"))
    session.next()
    feedback = session.answer("?")

    assert feedback.rating == 1 and feedback.verdict.answer.endswith("right") and reviews.reviews(db)[0].answer == "?"


def test_what_cannot_be_read_stores_nothing(sit, db):
    session = sit(mcq("one"))
    session.next()
    with pytest.raises(Unreadable):
        session.answer("zzz")

    assert reviews.reviews(db) == [] and session.asked is not None


def test_the_learner_judges_what_only_the_learner_can(sit):
    session = sit(mcq("one", kind="basic", answer="so"), mcq("two", kind="basic", answer="so"))
    session.next()
    assert session.answer("", right=True).rating == 3
    session.next()
    assert session.answer("", right=False).rating == 1


def test_due_cards_come_before_new_ones(sit, clock):
    old, fresh = mcq("old"), mcq("fresh")
    go(sit(old), ["right"])
    clock.later(days=5)
    session = sit(fresh, old)

    assert session.agenda.counts() == {"due": 1, "new": 1}
    assert (session.next().card_id, session.asked.state) == ("old", "due")
    session.answer(typed(session, "right"))
    assert (session.next().card_id, session.asked.state) == ("fresh", "new")


@pytest.mark.invariant("quiz", 8)
def test_the_count_of_due_cards_is_the_number_served(sit, clock):
    items = [*(mcq(f"q{number}", topic=f"t{number % 2}") for number in range(7)), cloze("words")]
    for days in (0, 1, 3, 9):
        clock.later(days=days)
        session = sit(*items)
        told, served = session.agenda.counts()["due"], 0
        while session.next():
            served += session.asked.state == "due"
            session.answer(typed(session, "right"))
        assert told == served


def test_a_missed_card_comes_back_after_three_others_and_at_most_twice(sit):
    items = [mcq(f"q{number}") for number in range(6)]
    asked = go(sit(*items), ["wrong"] + ["right"] * 20)
    assert asked == ["q0", "q1", "q2", "q3", "q0", "q4", "q5"]


def test_a_card_that_is_always_missed_is_asked_three_times(sit):
    assert go(sit(mcq("one")), ["wrong"] * 9) == ["one"] * 3


def test_ten_new_cards_a_day(sit, clock):
    items = [mcq(f"q{number:02}") for number in range(25)]

    assert len(go(sit(*items), ["right"] * 30)) == 10
    assert go(sit(*items), ["right"]) == [], "the day's share is used up, in another session too"
    assert len(go(sit(*items, new=12), ["right"] * 30)) == 2
    clock.later(days=1)
    assert len(go(sit(*items), ["right"] * 30)) == 10


@pytest.mark.invariant("quiz", 15)
def test_a_new_item_waits_for_its_need_and_comes_in_the_same_session(sit):
    base, upper = mcq("base"), mcq("upper", needs=["base"])

    assert go(sit(upper, base), ["right"] * 5) == ["base", "upper"]


@pytest.mark.invariant("quiz", 15)
def test_a_missed_need_holds_back_what_builds_on_it(sit):
    base, upper = mcq("base"), mcq("upper", needs=["base"])

    assert go(sit(upper, base), ["wrong"] * 9) == ["base"] * 3


@pytest.mark.invariant("quiz", 15)
def test_the_parts_of_an_item_come_on_different_days(sit, clock):
    item = cloze("words")

    assert go(sit(item), ["right"] * 5) == ["words#c1"]
    clock.later(days=1)
    assert go(sit(item), ["right"] * 5) == ["words#c2"]


def test_limit_and_minutes_end_a_session(sit, clock):
    items = [mcq(f"q{number}") for number in range(9)]

    assert len(go(sit(*items, limit=2), ["right"] * 9)) == 2
    session = sit(*items, minutes=5)
    session.next()
    clock.later(minutes=6)
    session.answer(typed(session, "right"))
    assert session.next() is None


@pytest.mark.invariant("quiz", 16)
def test_cramming_asks_everything_once_and_moves_nothing(sit, db):
    items = [mcq("one"), mcq("two"), cloze("words")]
    go(sit(items[0]), ["right"])
    before = reviews.cards(db)

    asked = go(sit(*items, cram=True), ["right", "wrong", "right", "right", "right"])
    assert asked == ["one", "two", "words#c1", "words#c2"]
    assert reviews.cards(db) == before
    assert [row.kind for row in reviews.reviews(db)] == ["review"] + ["cram"] * 4


def test_an_item_whose_answer_changed_is_asked_at_once(sit, clock):
    go(sit(mcq("one")), ["right"])
    clock.later(days=1)
    session = sit(mcq("one", answer_fp="other"))

    assert session.agenda.counts()["due"] == 1
    assert session.next().state == "changed"
    session.answer(typed(session, "right"))
    assert session.next() is None, "once"


def test_undo_takes_back_the_last_answer_and_asks_it_again(sit, db):
    session = sit(mcq("one"), mcq("two"))
    go(session, ["wrong"])
    session.next()

    assert session.asked.card_id == "two"
    assert session.undo().card_id == "one"
    assert reviews.cards(db) == {} and session.tally.answered == 0 and session.tally.missed == []
    assert go(session, ["right"] * 9) == ["one", "two"]
    assert ledger.audit(db) == []


@pytest.mark.invariant("quiz", 3)
def test_an_undone_new_card_is_new_again(sit):
    """In the tally at the end, and in what is left for today."""
    session = sit(mcq("one"), mcq("two"))
    go(session, ["right"])
    session.next()
    session.undo()
    assert session.tally.first_seen == 0 and session.agenda.left()["new"] == 2

    assert go(session, ["right"] * 9) == ["one", "two"]
    assert (session.tally.answered, session.tally.first_seen) == (2, 2)


@pytest.mark.invariant("quiz", 3)
def test_an_item_of_which_another_part_was_answered_today_stays_seen_after_an_undo(sit, clock):
    item = cloze("one")
    go(sit(item), ["right"])
    clock.later(days=1)
    go(sit(item), ["right"])
    clock.later(days=4)
    session = sit(item)
    asked = go(session, ["right"] * 2)
    assert len(asked) == 2
    session.undo()

    assert session.agenda.seen == {"one"}


@pytest.mark.invariant("quiz", 3)
def test_undo_after_a_rename_asks_the_card_under_its_new_id(sit, clock, db):
    go(sit(mcq("old")), ["right"])
    ledger.move(db, "old", "new", moment(clock()))
    session = sit(mcq("new"), mcq("two"))
    session.next()

    assert session.undo().card_id == "old"
    assert session.next().card_id == "new" and reviews.cards(db) == {}


@pytest.mark.invariant("quiz", 3)
def test_undo_reaches_into_an_earlier_session(sit, db):
    go(sit(mcq("one")), ["right"])

    assert sit(mcq("one"), mcq("two")).undo().card_id == "one"
    assert reviews.cards(db) == {}


@pytest.mark.invariant("quiz", 3, 16)
def test_undo_in_cram_changes_no_schedule(sit, db):
    go(sit(mcq("one")), ["right"])
    before = reviews.cards(db)
    session = sit(mcq("one"), cram=True)
    go(session, ["wrong"])

    assert session.undo().kind == "cram" and reviews.cards(db) == before


def test_skip_suspend_and_tomorrow_take_a_card_off_the_screen(sit, clock, db):
    items = [mcq("skipped"), mcq("suspended"), mcq("later"), mcq("asked")]
    session = sit(*items)
    session.next()
    session.skip()
    session.next()
    session.mark("suspend", "suspended")
    session.next()
    session.mark("tomorrow", "later")

    assert go(session, ["right"] * 9) == ["asked"]
    assert go(sit(*items), ["right"] * 9) == ["skipped"]
    clock.later(days=1)
    assert go(sit(*items), ["right"] * 9) == ["later"]
    assert ledger.audit(db) == []


def test_a_session_past_midnight_stays_on_its_day(sit, clock, db):
    items = [mcq(f"q{number}") for number in range(2)]
    clock.now = datetime(2024, 5, 10, 23, 50, tzinfo=UTC)
    session = sit(*items)
    go(session, ["right"])
    clock.later(hours=3)
    go(session, ["right"])

    assert len({row.study_day for row in reviews.reviews(db)}) == 1


def test_what_is_left_is_what_a_new_session_would_say(sit):
    items = [mcq(f"q{number:02}") for number in range(15)]
    session = sit(*items, limit=3)
    go(session, ["right"] * 9)

    assert session.agenda.left() == sit(*items).agenda.counts() == {"due": 0, "new": 7}


@pytest.mark.parametrize(("limit", "comes_back"), [(1, False), (3, False), (4, False), (5, True), (None, True)])
def test_a_miss_is_said_to_come_back_only_where_it_does(sit, limit, comes_back):
    """It comes after three others: the fifth question is the first that can be it."""
    session = sit(*(mcq(f"q{number}") for number in range(9)), limit=limit)
    session.next()
    said = session.answer(typed(session, "wrong")).comes_back

    assert said is comes_back is ("q0" in go(session, ["right"] * 20))


def test_with_nothing_else_to_ask_a_miss_comes_back_at_once(sit):
    session = sit(mcq("one"), limit=2)
    session.next()

    assert session.answer(typed(session, "wrong")).comes_back and go(session, ["right"]) == ["one"]


def test_a_miss_after_the_last_minute_does_not_come_back(sit, clock):
    session = sit(mcq("one"), mcq("two"), minutes=5)
    session.next()
    clock.later(minutes=6)

    assert not session.answer(typed(session, "wrong")).comes_back


@pytest.mark.parametrize(("plan", "told"), [({}, (2, 4)), ({"limit": 3}, (2, 1)), ({"limit": 1}, (1, 0)), ({"new": 3}, (2, 3))])
@pytest.mark.invariant("quiz", 8)
def test_the_count_at_the_start_is_what_is_asked(sit, clock, plan, told):
    items = [mcq(f"q{number}") for number in range(6)]
    go(sit(*items[:2]), ["right"] * 2)
    clock.later(days=5)
    session = sit(*items, **plan)
    counts = session.counts()

    assert (counts["due"], counts["new"]) == told
    assert len(go(session, ["right"] * 20)) == sum(told)


def test_the_number_of_a_question_counts_what_was_skipped(sit):
    session = sit(*(mcq(f"q{number}") for number in range(5)))
    numbers = []
    for leave in (session.skip, lambda: session.mark("suspend", "q1"), lambda: session.answer(typed(session, "right")), None):
        session.next()
        numbers.append(session.number)
        if leave:
            leave()

    assert numbers == [1, 2, 3, 4]
    session.undo()
    session.next()
    assert session.number == 3, "the answer that is taken back is given again"
