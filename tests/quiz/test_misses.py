"""A prediction that was wrong though the learner was sure comes back as a card."""

import ast

import pytest
from made_items import typed

from kdl import catalog
from kdl.errors import BadContent
from kdl.quiz import library, misses
from kdl.store import predictions


def predict(db, choice, confidence, outcome):
    uuid = predictions.append(db, "P52", "remembers-50", choice, confidence)
    predictions.settle(db, uuid, outcome)


@pytest.mark.parametrize("card", catalog.pairs().values(), ids=catalog.pairs())
def test_the_question_is_read_from_the_file_as_python_reads_it(card):
    """Without importing an arm; equal to what an import says."""
    from kdl.experiment import pair

    loaded = pair.load(card).prediction
    if loaded is not None:
        assert misses.prediction(card.path) == (loaded.question, dict(loaded.choices))


def test_only_a_confident_settled_miss_is_a_card(db):
    predict(db, "simple-rnn", 0.6, "lstm")
    predict(db, "lstm", 0.95, "lstm")
    predictions.append(db, "P52", "remembers-50", "neither", 0.99)
    assert misses.items(db, library.topics()) == []

    predict(db, "simple-rnn", 0.9, "lstm")
    (item,) = misses.items(db, library.topics())
    assert (item.id, item.topic, item.kind) == ("prediction:p52-remembers-50", "simple-rnn", "mcq")
    assert [option["text"] for option in item.spec["options"] if option["right"]] == ["the LSTM, clearly"]
    assert "You chose this and were 90% sure." in [option["feedback"] for option in item.spec["options"]]
    assert "kdl pair show P52" in item.why


def test_it_is_asked_and_scheduled_like_any_card(db, sit):
    predict(db, "simple-rnn", 0.9, "lstm")
    (item,) = misses.items(db, library.topics())
    session = sit(item)
    session.next()

    assert session.asked.state == "new"
    assert session.answer(typed(session, "the LSTM, clearly")).days == 2


def test_a_later_outcome_changes_the_answer(db, sit, clock):
    """The item is the claim; another outcome is a changed answer, shown as such."""
    predict(db, "simple-rnn", 0.9, "lstm")
    session = sit(*misses.items(db, library.topics()))
    session.next()
    session.answer(typed(session, "the LSTM, clearly"))
    predict(db, "simple-rnn", 0.9, "neither")
    clock.later(days=1)
    session = sit(*misses.items(db, library.topics()))
    session.next()

    assert (session.asked.state, session.asked.before) == ("changed", "the LSTM, clearly")


def test_a_pair_that_is_gone_asks_nothing(db):
    uuid = predictions.append(db, "P99", "gone", "a", 0.9)
    predictions.settle(db, uuid, "b")

    assert misses.items(db, library.topics()) == []


@pytest.mark.parametrize("text", ["", "PREDICTION = Prediction(question=f'{1}', choices={})", "PREDICTION = 3"])
def test_a_file_that_is_not_plain_is_one_clear_error(tmp_path, text):
    path = tmp_path / "pair.py"
    path.write_text(text)
    ast.parse(text)

    with pytest.raises(BadContent, match="PREDICTION"):
        misses.prediction(path)
