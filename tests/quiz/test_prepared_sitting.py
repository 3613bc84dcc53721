"""A sitting that works out what an answer would do while the learner thinks: less to do after the key, the rest the same."""

import random
from itertools import count

import pytest
from made_items import mcq, typed

from kdl.memory import ledger
from kdl.memory.study_day import moment
from kdl.quiz.agenda import Plan
from kdl.quiz.item import Unreadable
from kdl.quiz.session import Session
from kdl.store import database, reviews


def week(session_of, clock, prepared):
    """A week of made-up sittings: right and wrong answers, hints, flags, undos; the same ones each time."""
    chance = random.Random(3)
    for _ in range(7):
        session = session_of(*(mcq(f"q{n}", f"t{n % 2}") for n in range(8)), new=3)
        while session.next() is not None:
            if prepared:
                session.prepare()
            clock.later(seconds=4)
            if chance.random() < 0.2:
                session.hint()
            if chance.random() < 0.2:
                session.mark("flag", session.asked.card_id)
            session.answer(typed(session, chance.choice(["right", "right", "wrong"])), confidence=chance.choice([None, 0.95]))
            if chance.random() < 0.1:
                session.undo()
        clock.later(days=1)


def test_a_prepared_sitting_leaves_the_cards_of_an_unprepared_one(tmp_path, clock):
    start, cards = clock.now, []
    for prepared in (True, False):
        clock.now = start
        db, numbers = database.connect(tmp_path / f"{prepared}.db"), count(1)
        db.execute("PRAGMA synchronous=OFF")
        week(lambda *items, **plan: Session(db, items, Plan(**plan), clock, lambda: next(numbers)), clock, prepared)  # noqa: B023
        assert ledger.audit(db) == []
        cards.append([(c.card_id, c.stability, c.due_day, c.reps, c.lapses, c.flagged) for c in reviews.cards(db).values()])
        db.close()

    assert len(cards[0]) == 8 and cards[0] == cards[1]


def test_the_learner_thinks_until_tomorrow(sit, clock, db):
    """What was prepared for today does not hold: the answer counts for the day on which it is given."""
    session = sit(mcq("one"))
    session.next()
    session.prepare()
    clock.later(days=1)

    review = session.answer(typed(session, "right")).review
    assert review.study_day == moment(clock()).day and ledger.audit(db) == []


def test_another_process_answers_the_card_that_is_on_the_screen(sit, clock, db, tmp_path):
    """Both answers are kept, and the second builds on the first."""
    session = sit(mcq("one"))
    session.next()
    session.prepare()
    second = database.connect(tmp_path / "x.db")
    first = ledger.record(second, "one", 3, moment(clock()), session_id="another")
    second.close()

    row = session.answer(typed(session, "right")).review
    assert reviews.reviews(db) == [first, row] and (row.s0, row.d0) == (first.s1, first.d1)
    assert reviews.card(db, "one").reps == 2 and ledger.audit(db) == []


def test_preparing_neither_writes_nor_judges_for_the_learner(sit, db):
    session = sit(mcq("one"))
    session.next()
    before = db.total_changes
    session.prepare()

    assert db.total_changes == before and not db.in_transaction and reviews.reviews(db) == []
    with pytest.raises(Unreadable):
        session.answer("z")
    assert reviews.reviews(db) == []
    assert session.answer(typed(session, "wrong")).review.correct == 0
