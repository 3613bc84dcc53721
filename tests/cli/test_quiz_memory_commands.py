"""What `kdl quiz` says of settings, weights, pauses, confidence, leeches, experiments, exercises and missed predictions."""

import builtins
import json
import shutil
import sys
from dataclasses import replace
from datetime import timedelta
from importlib.metadata import packages_distributions

import pytest
from made_items import mcq, opening
from simulated_learner import FORGETFUL, Learner

from kdl.cli import quiz_cards, quiz_sitting
from kdl.cli.show import quiz_screen
from kdl.memory import fitting
from kdl.quiz import library, session
from kdl.quiz.agenda import Plan
from kdl.store import database, parameter_sets, predictions, reviews

FIRST = library.items()[0]


@pytest.fixture
def calendar(monkeypatch):
    """A function that moves the clock of the quiz on by some days."""
    real, passed = quiz_cards.clock, [0]
    monkeypatch.setattr(quiz_cards, "clock", lambda: real() + timedelta(days=passed[0]))

    def later(days):
        passed[0] += days

    return later


@pytest.fixture
def made(monkeypatch):
    """A function that makes the quiz ask these items and no others."""

    def make(*items):
        monkeypatch.setattr(library, "items", lambda: list(items))

    return make


def events(out, kind):
    return [event for event in map(json.loads, out.splitlines()) if event["event"] == kind]


# ---- settings --------------------------------------------------------------------------------------------------------


def test_settings_are_shown_and_changed(kdl):
    assert json.loads(kdl("quiz", "set", "--json").out) == {
        "schema": "kdl.settings/1", "retention": 0.9, "max_due": 50, "param_set": 0,
    }  # fmt: skip
    assert kdl("quiz", "set", "retention", "0.85").code == 0 and kdl("quiz", "set", "max-due", "80").code == 0
    kdl("quiz", "--limit", "1", input="?\n")
    db = database.connect()
    assert reviews.reviews(db)[0].desired_retention == 0.85
    db.close()

    said = json.loads(kdl("quiz", "set", "--json").out)
    assert (said["retention"], said["max_due"]) == (0.85, 80)


@pytest.mark.parametrize(
    ("name", "value"),
    [("retention", "0.79"), ("retention", "0.98"), ("retention", "1.5"), ("retention", "nan"), ("retention", "much"),
     ("retention", "90%"), ("max-due", "0"), ("max-due", "-3"), ("max-due", "2.5"), ("max-due", "inf")],
)  # fmt: skip
def test_what_the_scheduler_would_take_silently_is_refused(kdl, name, value):
    done = kdl("quiz", "set", name, "--", value)

    assert done.code == 2 and value in done.err and f"kdl quiz set {name}" in done.err
    assert json.loads(kdl("quiz", "set", "--json").out)["retention"] == 0.9


def test_a_setting_without_a_value_says_how(kdl):
    assert "kdl quiz set max-due 50" in kdl("quiz", "set", "max-due").err
    assert kdl("quiz", "set", "speed", "3").code == 2


# ---- weights ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def forgetful(kdl):
    """A home with the log of someone who forgets fast; the learner."""
    db = database.connect()
    db.execute("PRAGMA synchronous=OFF")
    one = Learner(db, FORGETFUL, seed=1)
    one.answer(2500)
    yield one
    db.close()


def test_fit_says_how_much_is_missing(kdl):
    done = kdl("quiz", "fit")

    assert done.code == 5 and "0 answers after a day or more, 64 are needed" in done.err and "64 are missing" in done.err


@pytest.mark.slow
def test_fit_learns_and_activates(kdl, forgetful):
    tried = json.loads(kdl("quiz", "fit", "--dry-run", "--json").out)
    assert tried["schema"] == "kdl.fit/1" and tried["activated"] is None and tried["after"] < tried["before"]
    assert json.loads(kdl("quiz", "set", "--json").out)["param_set"] == 0
    done = kdl("quiz", "fit")

    assert done.code == 0 and "in use from now on" in done.out and "cards come earlier" in done.out
    assert "learned from your answers" in kdl("quiz", "set").out
    assert kdl("quiz", "fsck").code == 0
    again = kdl("quiz", "fit")
    assert again.code == 0 and "do not predict better" in again.out, "the weights in use are what is judged against"
    assert kdl("quiz", "fit", "--defaults").code == 0
    assert json.loads(kdl("quiz", "set", "--json").out)["param_set"] == 0 and kdl("quiz", "fsck").code == 0


@pytest.mark.slow
@pytest.mark.invariant("quiz", 18)
def test_weights_that_predict_worse_are_not_used(kdl, forgetful, monkeypatch):
    """invariant 18, through the command: an optimizer gone wrong changes nothing."""
    stubborn = (40.0, 60.0, 80.0, 90.0, *FORGETFUL[4:])  # days that nobody remembers a thing seen once
    monkeypatch.setattr(fitting, "optimize", lambda found, end=None: stubborn)
    done = kdl("quiz", "fit")

    assert done.code == 0 and "do not predict better" in done.out
    db = database.connect()
    assert parameter_sets.every(db) == []
    db.close()


@pytest.mark.slow
def test_without_the_optimizer_the_install_line_is_said(kdl, forgetful, monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name == "fsrs_rs_python":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    done = kdl("quiz", "fit")

    assert done.code == 4 and f'{sys.executable} -m pip install "{packages_distributions()["kdl"][0]}[fit]"' in done.err


# ---- after a pause ---------------------------------------------------------------------------------------------------


def test_welcome_back(kdl, made, calendar):
    made(*(mcq(f"q{number:02}", topic=f"t{number % 2}", kind="basic", answer="so") for number in range(30)))
    kdl("quiz", "--new", "30", input="\ny\n" * 30)
    calendar(31)
    done = kdl("quiz", "--max-due", "10", input="\ny\n" * 40)

    assert done.out.startswith("10 due, up to 0 new")
    said = " ".join(done.out.split())
    assert "Welcome back after 31 days. 30 cards are due: the 10 most urgent come today, 20 more over the next 2 days." in said
    assert "10 answered, 10 right" in done.out
    told = kdl("quiz", "--max-due", "10")
    assert told.code == 5 and "Today's 10 repetitions are done." in told.err and "20 more are due" in told.err
    assert "kdl quiz --max-due 30" in told.err
    (start,) = events(kdl("quiz", "--max-due", "12", "--json", input="\ny\n" * 2).out, "start")
    assert (start["due"], start["new"], start["backlog"]["due"], start["backlog"]["away"]) == (2, 0, 20, 0)


def test_the_home_screen_shows_no_wall(kdl, made, calendar, monkeypatch):
    from kdl.quiz import summary

    made(*(mcq(f"q{number:02}", kind="basic", answer="so") for number in range(60)))
    kdl("quiz", "--new", "60", input="\ny\n" * 60)
    db = database.connect()
    due = max(card.due_day for card in reviews.cards(db).values())
    monkeypatch.setattr(summary, "moment", lambda now, last: replace(quiz_cards.now_of(db), day=due + 30))

    assert summary.summary(db)["due"] == 50 and summary.summary(db)["new"] == 0
    db.close()


# ---- confidence ------------------------------------------------------------------------------------------------------


class Person(quiz_sitting.Terminal):
    """Someone at a keyboard who types these words, one for each prompt; the prompts are kept."""

    def __init__(self, words):
        super().__init__()
        self.words, self.prompts = iter(words), []

    def line(self, prompt):
        self.prompts.append(prompt)
        word = next(self.words, None)
        if word is None:
            raise quiz_sitting.EndOfInput
        return word

    key = line


def sit(items, words, **plan):
    """A session of a person over made-up items, each first asked with the same order of options; the person."""
    person = Person(words)
    with quiz_cards.opened() as db:
        one = session.Session(db, items, Plan(**plan), quiz_cards.clock, lambda: 1)
        quiz_sitting.run(one, quiz_screen.Screen(), person)
    return person


def letter(item, right):
    """The option that is right, or one that is not, when it is first asked in such a session."""
    from kdl.quiz.kinds import KINDS

    good = KINDS[item.kind].typed(item, "", KINDS[item.kind].present(item, "", session.TURNS))
    return good if right else next(key for key in "ab" if key != good)


def test_how_sure_is_asked_before_the_feedback_and_kept(home, capsys):
    items = [mcq("one"), mcq("two"), mcq("three")]
    person = sit(items, [letter(items[0], False), "4", "", letter(items[1], True), "", "", "?", "q"], sure=1.0)
    said = capsys.readouterr().out

    assert sum(prompt == quiz_sitting.HOW_SURE for prompt in person.prompts) == 2, "not after ?"
    with quiz_cards.opened() as db:
        assert [row.confidence for row in reviews.reviews(db)] == [0.95, None, None]
    assert "and, as you were sure, first in the next one" in " ".join(said.split())
    sit(items, [], sure=0.0)
    assert "t, S, you were sure and missed it" in capsys.readouterr().out


def test_a_script_is_not_asked_how_sure(kdl, made):
    """A line of a script is an answer; none of them may be eaten by a question that comes now and then."""
    made(*(mcq(f"q{number:02}", kind="basic", answer="so") for number in range(40)))

    assert "40 answered, 40 right" in kdl("quiz", "--new", "40", input="\ny\n" * 40).out


# ---- leeches, experiments, changed answers ---------------------------------------------------------------------------


def test_a_leech_shows_its_section_and_comes_back_on_request(kdl, made, calendar):
    item = replace(FIRST, needs=())
    made(item)
    kdl("quiz", input="?\n")
    for _ in range(7):
        calendar(2)
        kdl("quiz", "--limit", "1", input="?\n")
    calendar(2)
    done = kdl("quiz", input="?\n")

    assert "so it is put aside" in done.out and f"Put aside, 1: {item.id}." in done.out
    assert opening(item) in done.out, "the section to read again"
    calendar(9)
    assert kdl("quiz").code == 5
    assert kdl("quiz", "unsuspend", item.id).code == 0
    (asked,) = events(kdl("quiz", "--json", input="?\n").out, "question")[:1]
    assert asked["card"] == item.id and kdl("quiz", "fsck").code == 0


def test_x_shows_the_contrast_and_not_what_can_still_be_predicted(kdl):
    done = kdl("quiz", "--unit", "11", input="x\nq\n")

    assert "x experiment" in done.out and "`kdl pair show P52`" in done.out
    assert "told when you have predicted it" in done.out and "Committed run" not in done.out
    assert "Does an LSTM remember over more steps" in done.out and done.code == 0


def test_a_json_session_stays_json_whatever_key_is_pressed(kdl):
    out = kdl("quiz", "--json", input="x\no\nh\nk\nq\n").out

    assert [json.loads(line)["schema"] for line in out.splitlines()] == ["kdl.session/1"] * len(out.splitlines())


def test_x_is_not_offered_where_nothing_is_linked(kdl, made):
    made(mcq("one", topic="unknown"))
    out = kdl("quiz", input="x\nq\n").out

    assert "x experiment" not in out and "No experiment goes with this card." in out


def test_a_changed_answer_is_told_with_the_old_one(kdl, made, calendar):
    item = mcq("one", kind="shape", answer=[None, 4])
    made(item)
    kdl("quiz", input="(None, 4)\n")
    made(replace(item, spec={**item.spec, "answer": [None, 9]}, answer_fp="new"))
    done = kdl("quiz", input="(None, 9)\n")

    assert done.code == 5, "asked today already"
    calendar(1)
    done = kdl("quiz", input="(None, 9)\n")
    assert "its answer has changed since you last saw it" in done.out
    assert "The answer has changed. Before: (None, 4). Now: (None, 9)." in done.out


def test_the_old_answer_of_a_drawn_item_had_other_numbers(kdl, made, calendar):
    drawn = [{"n": n, "=": [None, n]} for n in (4, 5)]
    item = mcq("one", kind="shape", draw="n = choice(4, 5)", wrong=[], answer=drawn)
    made(item)
    kdl("quiz", input="(None, 4)\n")
    made(replace(item, answer_fp="new"))
    calendar(1)
    out = kdl("quiz", input="(None, 5)\n").out

    assert "The answer has changed. Before: (None, 4), with other numbers. Now: (None, 5)." in out


# ---- exercises and predictions ---------------------------------------------------------------------------------------


def test_a_due_exercise_is_announced_at_the_end_with_its_command(kdl, home, made, calendar):
    from kdl.grade import exercise

    one = exercise.find("lstm-cell")
    kdl("exercise", "start", one.id)
    shutil.copyfile(one.path / "solution.py", home / "workspace" / one.id / "submission.py")
    passed = kdl("exercise", "check", one.id)
    said = passed.out.index("`kdl quiz` asks for lstm-cell again in 2 days.")
    assert said > passed.out.index("Why it works:") and "next  " in passed.out[said:], "last, before what to type next"
    assert "asks for lstm-cell again" not in kdl("exercise", "check", one.id).out, "once"

    made(mcq("one", kind="basic", answer="so"))
    assert "Exercises that are due" not in kdl("quiz", input="\ny\n").out
    calendar(2)
    done = kdl("quiz", input="\ny\n")
    assert "Exercises that are due: lstm-cell." in done.out
    assert "next  kdl exercise reset lstm-cell     due: write it again, from memory" in done.out
    assert "solved, 1 due to be written again" in kdl().out and "kdl exercise reset lstm-cell" in kdl().out
    nothing = kdl("quiz")
    assert nothing.code == 5 and "an exercise is" in nothing.err and "kdl exercise reset lstm-cell" in nothing.err
    kdl("exercise", "reset", one.id, "--yes")
    assert "next  kdl exercise check lstm-cell     due: you began to write it again" in kdl().out
    assert "`kdl exercise check lstm-cell`" in kdl("quiz").err, "who is at it is not told to begin again"
    assert "next  kdl exercise check lstm-cell" in kdl("quiz", "--cram", input="\ny\n").out
    assert kdl("quiz", "suspend", "exercise:lstm-cell").code == 0
    assert "exercise" not in kdl("quiz").err.replace("kdl exercise", "")
    assert kdl("quiz", "fsck").code == 0


def test_a_confident_miss_is_asked(kdl, home):
    db = database.connect()
    predictions.settle(db, predictions.append(db, "P52", "remembers-50", "simple-rnn", 0.9), "lstm")
    db.close()
    (asked,) = events(kdl("quiz", "--limit", "1", "--json", input="?\n").out, "question")

    assert asked["card"] == "prediction:p52-remembers-50" and asked["text"].startswith("You predicted this before P52.")
    assert events(kdl("quiz", "--topic", "lstm", "--limit", "1", "--json", input="?\n").out, "question")[0]["topic"] == "lstm"
    assert kdl("quiz", "flag", "prediction:p52-remembers-50").code == 0 and kdl("quiz", "fsck").code == 0
