"""What a session makes of a longer history: pauses, confidence, the format ladder, changed answers, leeches, groups."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_items import cloze, go, mcq, typed

from kdl.memory import ledger, queue
from kdl.memory.study_day import moment
from kdl.quiz import ladder
from kdl.quiz.session import SURE
from kdl.store import database, merge, reviews, settings
from kdl.store.reviews import Card

# ---- after a pause ---------------------------------------------------------------------------------------------------


def learned(sit, clock, count, days=3):
    """`count` items, all answered right on each of some days, then 30 days of nothing."""
    items = [mcq(f"q{number:03}", topic=f"t{number % 3}") for number in range(count)]
    for _ in range(days):
        go(sit(*items, new=count, max_due=count), ["right"] * 2 * count)
        clock.later(days=2)
    clock.later(days=30)
    return items


def test_after_thirty_days_no_day_is_above_the_cap(sit, clock, db):
    """130 are due: 50 today, the most urgent; the rest on the days after; nothing new until they are done."""
    items = [*learned(sit, clock, 130), *(mcq(f"x{number:02}") for number in range(20))]
    session = sit(*items)
    backlog = session.agenda.backlog
    assert (backlog.welcome, backlog.due, backlog.today, backlog.waiting, backlog.days) == (True, 130, 50, 80, 2)
    assert backlog.away >= 30 and session.agenda.counts() == {"due": 50, "new": 0}

    served = []
    for _ in range(30):
        session = sit(*items)
        told, states = session.agenda.counts()["due"], Counter()
        while session.next():
            states[session.asked.state] += 1
            session.answer(typed(session, "right"))
        served.append(states)
        assert states["due"] == told <= queue.MAX_DUE
        assert not (states["new"] and session.agenda.backlog)
        clock.later(days=1)
    assert [day["due"] for day in served[:2]] == [50, 50] and not served[0]["new"]
    assert sum(day["new"] for day in served) == 20, "new ones come when the backlog is gone"
    assert ledger.audit(db) == []


def test_who_studied_on_another_device_was_not_away(sit, clock, db, tmp_path):
    """Its answers arrived by a merge: they are older rows or newer, but not of this device."""
    items = learned(sit, clock, 60)
    assert sit(*items).agenda.backlog.welcome
    other = database.connect(tmp_path / "other.db")
    ledger.record(other, "q000", 3, moment(clock()), session_id="o")
    with database.transaction(db):
        merge.union(db, merge.every(other))
        ledger.refill(db)
    other.close()

    assert not sit(*items).agenda.backlog.welcome


def test_the_most_urgent_come_first_after_a_pause(sit, clock, db):
    learned(sit, clock, 20)
    items = [mcq(f"q{number:03}", topic=f"t{number % 3}") for number in range(20)]
    today = moment(clock(), None).day
    urgency = {name: queue.urgency(card, today) for name, card in reviews.cards(db).items()}
    asked = go(sit(*items, max_due=5), ["right"] * 9)

    assert sorted(urgency[name] for name in asked) == sorted(urgency.values())[-5:]


def test_the_cap_holds_for_the_day_and_not_for_the_sitting(sit, clock):
    items = learned(sit, clock, 12)

    assert len(go(sit(*items, max_due=8, limit=5), ["right"] * 9)) == 5
    assert len(go(sit(*items, max_due=8), ["right"] * 9)) == 3
    session = sit(*items, max_due=8)
    assert session.next() is None and session.agenda.backlog.waiting == 4
    assert len(go(sit(*items, max_due=99), ["right"] * 9)) == 4, "who asks for more gets it"


def test_a_missed_card_that_comes_back_does_not_use_up_the_cap(sit, clock):
    items = learned(sit, clock, 6)

    assert len(go(sit(*items, max_due=4), ["wrong"] + ["right"] * 20)) == 5


def test_the_cap_that_was_set_is_used(sit, clock, db):
    items = learned(sit, clock, 12)
    settings.write(db, settings.MAX_DUE, 7)

    assert sit(*items).agenda.counts()["due"] == 7


def test_a_normal_day_is_no_backlog(sit, clock):
    items = [mcq(f"q{number}") for number in range(8)]
    go(sit(*items), ["right"] * 8)
    clock.later(days=3)

    assert sit(*items).agenda.backlog is None


# ---- confidence ------------------------------------------------------------------------------------------------------


def miss(session, how_sure):
    session.next()
    card = session.asked.card_id
    return card, session.answer(typed(session, "wrong"), confidence=how_sure)


def test_what_was_missed_by_someone_who_was_sure_comes_first_next_time(sit, clock, db):
    items = [mcq(f"q{number}") for number in range(6)]
    go(sit(*items[:5]), ["right"] * 5)
    clock.later(days=3)
    sure, feedback = miss(sit(*items, limit=1), SURE["4"])
    assert feedback.was_sure and reviews.reviews(db)[-1].confidence == 0.95
    session = sit(*items)

    assert (session.next().card_id, session.asked.state) == (sure, "sure")
    assert session.agenda.counts()["due"] + 1 == 5, "counted once, though it is due as well"
    session.answer(typed(session, "right"))
    assert reviews.card(db, sure).sure_miss is None
    assert sure not in go(sit(*items), ["right"] * 9), "once"
    assert ledger.audit(db) == []


@pytest.mark.parametrize("how_sure", [None, SURE["1"], SURE["2"]])
def test_a_miss_of_someone_who_was_not_sure_has_no_precedence(sit, how_sure):
    items = [mcq(f"q{number}") for number in range(6)]
    miss(sit(*items, limit=1), how_sure)
    session = sit(*items)
    session.next()

    assert session.asked.state == "new"


def test_a_right_answer_later_in_the_same_session_does_not_take_the_precedence_away(sit, db):
    items = [mcq(f"q{number}") for number in range(5)]
    session = sit(*items)
    sure, _ = miss(session, SURE["3"])
    assert sure in go(session, ["right"] * 9)

    assert sit(*items).next().card_id == sure


def test_undo_takes_the_precedence_back(sit, db):
    items = [mcq(f"q{number}") for number in range(5)]
    session = sit(*items)
    miss(session, SURE["4"])
    session.undo()

    assert reviews.cards(db) == {} and sit(*items).next().state == "new"


def test_how_sure_is_asked_on_a_share_of_the_questions(sit, clock):
    """About a fifth, by a seed: the same card on the same history asks the same. 300 cards: 60 give or take 4 sigma, 28."""
    items = [mcq(f"q{number:03}") for number in range(300)]
    session, asks = sit(*items, new=300), []
    while session.next():
        asks.append((session.asked.card_id, session.asked.asks_sure))
        session.skip()
    again = sit(*items, new=300)
    again.next()

    assert 32 <= sum(asked for _, asked in asks) <= 88
    assert (again.asked.card_id, again.asked.asks_sure) == asks[0]
    assert not any(asked for _, asked in _asks(sit(*items, new=300, sure=0.0)))
    assert all(asked for _, asked in _asks(sit(*items, new=300, sure=1.0)))


def _asks(session):
    while session.next():
        yield session.asked.card_id, session.asked.asks_sure
        session.skip()


# ---- the format ladder -----------------------------------------------------------------------------------------------


def climber():
    options = [
        {"text": "`the cell`", "right": True, "feedback": "it is added to"},
        {"text": "the hidden state", "right": False, "feedback": "that is shown"},
    ]
    return replace(mcq("one", options=options), ladder="recall")


@given(st.floats(0.01, 3000), st.floats(0.01, 3000))
def test_the_rung_follows_from_the_stability_alone_and_never_falls_as_it_grows(one, other):
    """The ladder is a function of S: the log holds S before each answer, so it says how each was asked."""
    low, high = sorted((one, other))
    item = climber()

    assert ladder.free(item, low) <= ladder.free(item, high)
    assert ladder.free(item, high) == (high > ladder.FREE_FROM)
    assert bool(ladder.present(item, "", 1, high).options) != ladder.free(item, high)
    assert not ladder.free(item, None) and not ladder.free(mcq("plain"), high)


def test_up_the_ladder_and_down_again(sit, clock, db):
    """Asked with options until S > 21 days, then without; a lapse brings the options back."""
    item, modes = climber(), []
    for _ in range(5):
        session = sit(item)
        session.next()
        card = reviews.card(db, "one")
        modes.append((bool(session.asked.question.options), (card.stability or 0) > 21))
        session.answer("the cell" if session.asked.question.mode == "self" else typed(session, "`the cell`"))
        due = reviews.card(db, "one").due_day - moment(clock(), None).day
        clock.later(days=due)
    session = sit(item)
    session.next()
    session.answer("", right=False)
    clock.later(days=10)
    session = sit(item)
    session.next()

    assert all(options != free for options, free in modes) and modes[0] == (True, False) and modes[-1] == (False, True)
    assert session.asked.question.options and ledger.audit(db) == []


def test_free_recall_is_judged_by_the_text_or_by_the_learner(sit):
    item = climber()
    question = ladder.present(item, "", 1, 30.0)
    judged = {text: ladder.judge(item, "", question, text) for text in ("The cell.", "the hidden state", "something else", "")}

    assert [judged[text].correct for text in judged] == [True, False, None, None]
    assert judged["the hidden state"].feedback == "that is shown"
    assert {verdict.answer for verdict in judged.values()} == {"`the cell`"}


# ---- changed answers -------------------------------------------------------------------------------------------------


def test_a_changed_answer_is_shown_with_the_old_one_once(sit, clock, db):
    options = [{"text": "new", "right": True, "feedback": "yes"}, {"text": "right", "right": False, "feedback": "no longer"}]
    go(sit(mcq("one")), ["right"])
    clock.later(days=1)
    session = sit(mcq("one", answer_fp="other", options=options))
    session.next()
    assert (session.asked.state, session.asked.before) == ("changed", "right")
    feedback = session.answer(typed(session, "new"))

    assert (feedback.review.right_answer, feedback.review.answer_fp) == ("new", "other")
    assert session.next() is None, "once"


def test_the_log_states_answers_without_the_letters_of_one_order():
    for seed in range(8):
        item = mcq("one")
        assert ladder.stated(item, "", ladder.present(item, "", seed, None)) == "right"


# ---- leeches and groups ----------------------------------------------------------------------------------------------


def test_a_leech_leaves_the_sitting_and_is_counted(sit, clock, db):
    item = mcq("one")
    go(sit(item), ["right"])
    for day in range(8):
        clock.later(days=3)
        session = sit(item)
        session.next()
        feedback = session.answer(typed(session, "wrong"))
        assert feedback.leech == (day == 7) and feedback.comes_back == (day < 7)

    assert session.tally.leeches == ["one"] and session.next() is None
    session.undo()
    assert session.tally.leeches == [] and not reviews.card(db, "one").suspended and ledger.audit(db) == []


@pytest.mark.invariant("quiz", 15)
def test_items_that_give_each_other_away_come_on_different_days(sit, clock, db):
    """invariant 15, for items of one `bury` group as for parts of an item; another topic has groups of its own."""
    items = [replace(mcq(name, topic=topic), bury="gates") for name, topic in (("one", "t"), ("two", "t"), ("far", "u"))]

    assert go(sit(*items), ["right"] * 9) == ["one", "far"]
    clock.later(days=1)
    assert go(sit(*items), ["right"] * 9) == ["two"]
    days = {name: card.due_day for name, card in reviews.cards(db).items()}
    assert days["one"] != days["two"]


@given(st.integers(0, 4), st.lists(st.sampled_from(["right", "wrong"]), min_size=8, max_size=8))
@pytest.mark.invariant("quiz", 15)
def test_no_two_of_a_group_on_one_day_unless_overdue(late, answers):
    """On the queue alone: whatever is due, each group is served once, but for what is overdue."""
    today = 739_000
    cards = [
        Card(
            f"q{n}",
            f"q{n}",
            5.0,
            5.0,
            1,
            0,
            today - 9,
            today - 9,
            today - (late if answers[n] == "wrong" else 0),
            last_rating=3,
        )
        for n in range(8)
    ]
    chosen = queue.due(cards, today, (), lambda item: "odd" if int(item[1]) % 2 else "even")
    groups = Counter("odd" if int(card.card_id[1]) % 2 else "even" for card in chosen if card.due_day == today)

    assert all(count <= 1 for count in groups.values())
    assert {card.card_id for card in cards if card.due_day < today} <= {card.card_id for card in chosen}


def test_parts_are_balanced_apart(sit, clock, db):
    item = cloze("words")
    for _ in range(12):
        go(sit(item), ["right"] * 3)
        clock.later(days=1)
        days = [card.due_day for card in reviews.cards(db).values()]
        assert len(set(days)) == len(days)


def test_a_due_exercise_is_announced_and_not_asked(sit, clock, db):
    item = mcq("one")
    ledger.record(db, "exercise:lstm-cell", 3, moment(clock(), None), session_id="s", kind="exercise")
    assert sit(item).agenda.exercises() == []
    clock.later(days=2)
    session = sit(item)

    assert [one.id for one in session.agenda.exercises()] == ["lstm-cell"] and session.agenda.counts() == {"due": 0, "new": 1}
    assert go(session, ["right"] * 5) == ["one"]
