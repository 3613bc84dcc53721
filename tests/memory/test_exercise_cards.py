"""An exercise is reviewed once, when a round of work on it ends; what comes before are attempts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulated_learner import FIRST_DAY, at

from kdl.memory import exercise_cards, ledger
from kdl.memory.scheduler import AGAIN, GOOD, HARD
from kdl.memory.study_day import Moment
from kdl.store import attempts, database, reviews
from kdl.store.attempts import Attempt


@pytest.fixture
def db(tmp_path):
    db = database.connect(tmp_path / "x.db")
    db.execute("PRAGMA synchronous=OFF")
    yield db
    db.close()


def row(word, version=1):
    """`pass`, `fail`, `stub` are checks; the others are what they say."""
    if word in ("pass", "fail", "error", "stub"):
        return Attempt("check", "lstm-cell", version, status=word)
    return Attempt(word, "lstm-cell", version, step="cell", hint_level=1 if word == "hint" else None)


def rating(words):
    return exercise_cards.rating([row(word) for word in words.split()], 1)


@pytest.mark.parametrize(
    ("words", "worth"),
    [
        ("start pass", GOOD),
        ("start fail fail fail pass", GOOD),
        ("start fail error fail fail pass", HARD),
        ("start stub stub stub stub stub pass", GOOD),
        ("start hint pass", HARD),
        ("start fail fail fail reveal", AGAIN),
        ("start fail", None),
        ("start hint", None),
        ("start pass pass", None),
        ("start pass reveal", None),
        ("start fail fail fail reveal pass", None),
        ("start pass reset", None),
        ("start hint fail fail fail fail pass reset pass", GOOD),
        ("start pass reset fail pass", GOOD),
        ("start pass hint reset pass", GOOD),
        ("start pass reset hint pass", HARD),
        ("start pass reset reveal", AGAIN),
    ],
)
def test_what_the_end_of_a_round_is_worth(words, worth):
    assert rating(words) == worth


words = st.lists(st.sampled_from(["start", "fail", "stub", "hint", "pass", "reveal", "reset"]), max_size=30)


@given(words)
def test_a_round_is_worth_something_once(history):
    """Between two resets at most one row is worth anything, and it is a pass or a reveal."""
    worth = [exercise_cards.rating([row(word) for word in history[: n + 1]], 1) for n in range(len(history))]
    ends = [n for n, value in enumerate(worth) if value is not None]

    assert all(history[n] in ("pass", "reveal") for n in ends)
    for one, other in zip(ends, ends[1:], strict=False):
        assert "reset" in history[one:other]


def test_rows_of_another_version_are_passed_over():
    rows = [row("pass", version=1), row("fail", version=2), row("pass", version=2)]

    assert exercise_cards.rating(rows, 2) == GOOD and exercise_cards.rating(rows[:1], 2) is None


def work(db, words, day, version=1):
    """Write rows on a day; the reviews they led to."""
    found = []
    for second, word in enumerate(words.split()):
        attempts.append(db, row(word, version))
        found.append(exercise_cards.reviewed(db, "lstm-cell", version, at(day, second)))
    return [one for one in found if one]


def test_the_first_pass_makes_the_card_and_practice_before_it_is_due_moves_nothing(db):
    (first,) = work(db, "start fail pass", FIRST_DAY)
    assert (first.kind, first.card_id, first.rating) == ("exercise", "exercise:lstm-cell", GOOD)
    before = reviews.cards(db)

    assert work(db, "reset fail pass", FIRST_DAY + 1) == [] and reviews.cards(db) == before
    assert work(db, "pass", first.due_day) == [], "what is written there already is no recall"
    (second,) = work(db, "reset fail fail fail fail pass", first.due_day)
    assert (second.rating, second.elapsed_days) == (HARD, 2) and ledger.audit(db) == []


def test_an_exercise_and_a_card_with_the_same_history_are_due_on_the_same_day(db):
    """One scheduler: the same ratings on the same days give the same memory."""
    (first,) = work(db, "start pass", FIRST_DAY)
    card = ledger.record(db, "item", first.rating, at(FIRST_DAY), session_id="s")

    assert (first.s1, first.d1, first.due_day) == (card.s1, card.d1, card.due_day)


def test_a_new_version_of_an_exercise_begins_anew(db):
    (first,) = work(db, "start pass", FIRST_DAY)
    (second,) = work(db, "fail pass", FIRST_DAY + 1, version=2)

    assert second.rev == 2 and second.elapsed_days is None
    assert reviews.card(db, first.card_id).reps == 1 and ledger.audit(db) == []


@pytest.mark.parametrize(
    ("words", "begun"),
    [
        ("start pass", False),
        ("start pass reset", True),
        ("start pass reset fail hint stub", True),
        ("start pass reset pass", False),
        ("start reveal", False),
        ("start reveal reset", True),
        ("start pass reset reveal", False),
        ("start pass fail", False),
        ("reset start pass", False),
    ],
)
def test_a_due_exercise_is_under_way_from_its_reset_to_the_end_of_the_round(db, words, begun):
    for word in words.split():
        attempts.append(db, row(word))
    ledger.record(db, "exercise:lstm-cell", GOOD, at(FIRST_DAY), session_id="s", kind="exercise")
    assert exercise_cards.due(db, FIRST_DAY) == []

    assert exercise_cards.due(db, FIRST_DAY + 30) == [("lstm-cell", begun)]


def test_a_reset_before_the_last_answer_was_of_another_round(db):
    """The answer was given on another device, say: here the round of before is still open, and it is due once more."""
    attempts.append(db, row("reset"))
    later = database.now_ms() + 1000
    ledger.record(db, "exercise:lstm-cell", GOOD, Moment(later, 0, FIRST_DAY), session_id="s", kind="exercise")

    assert exercise_cards.due(db, FIRST_DAY + 30) == [("lstm-cell", False)]
