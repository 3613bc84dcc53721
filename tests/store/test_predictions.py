"""Predictions are appended, settled by a second row, and scored."""

import contextlib

import pytest

from kdl.store import database, predictions


@pytest.fixture
def db():
    with contextlib.closing(database.connect()) as connection:
        yield connection


def test_a_prediction_waits_for_its_outcome(db):
    uuid = predictions.append(db, "P52", "remembers", "lstm", 0.9)
    (kept,) = predictions.every(db)
    assert (kept.uuid, kept.choice, kept.confidence, kept.outcome, kept.right, kept.penalty) == (
        uuid,
        "lstm",
        0.9,
        None,
        None,
        None,
    )
    settled = predictions.settle(db, uuid, "lstm", run="run-1")
    assert (settled.outcome, settled.run, settled.right) == ("lstm", "run-1", True)
    assert predictions.every(db) == [settled]


def test_the_log_is_only_appended_to(db):
    """Two rows after one settled prediction; the first is what it was."""
    uuid = predictions.append(db, "P52", "remembers", "lstm", 0.9)
    before = tuple(db.execute("SELECT * FROM prediction").fetchone())
    predictions.settle(db, uuid, "neither")
    rows = [tuple(row) for row in db.execute("SELECT * FROM prediction ORDER BY seq")]
    assert (len(rows), rows[0]) == (2, before)


def test_the_latest_outcome_counts(db):
    uuid = predictions.append(db, "P52", "remembers", "lstm", 0.9)
    predictions.settle(db, uuid, "neither")
    predictions.settle(db, uuid, "lstm")
    assert [one.outcome for one in predictions.every(db)] == ["lstm"]


@pytest.mark.parametrize(
    ("confidence", "outcome", "penalty"), [(0.9, "lstm", 0.01), (0.9, "neither", 0.81), (0.5, "lstm", 0.25), (1.0, "lstm", 0.0)]
)
def test_the_penalty_is_the_squared_distance_from_the_truth(db, confidence, outcome, penalty):
    uuid = predictions.append(db, "P52", "remembers", "lstm", confidence)
    assert predictions.settle(db, uuid, outcome).penalty == pytest.approx(penalty)


def test_the_brier_score_is_the_mean_over_what_can_be_scored(db):
    assert predictions.brier([]) is None
    for confidence, outcome in ((0.9, "lstm"), (0.9, "neither"), (None, "neither"), (0.7, None)):
        uuid = predictions.append(db, "P52", "remembers", "lstm", confidence)
        if outcome:
            predictions.settle(db, uuid, outcome)
    assert predictions.brier(predictions.every(db)) == pytest.approx((0.01 + 0.81) / 2)


def test_only_settled_confident_misses_become_cards(db):
    for confidence, outcome in ((0.8, "neither"), (0.79, "neither"), (0.9, "lstm"), (0.9, None), (None, "neither")):
        uuid = predictions.append(db, "P52", "remembers", "lstm", confidence)
        if outcome:
            predictions.settle(db, uuid, outcome)
    assert [one.confidence for one in predictions.confident_misses(predictions.every(db))] == [0.8]


def test_nonsense_is_refused(db):
    with pytest.raises(ValueError, match="confidence"):
        predictions.append(db, "P52", "remembers", "lstm", 90)
    with pytest.raises(ValueError, match="no prediction"):
        predictions.settle(db, "nobody", "lstm")
    assert predictions.every(db) == []
