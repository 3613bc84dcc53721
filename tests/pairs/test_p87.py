"""P87, vectors of sentences: word vectors from counts, weights that are handed over, passes that are counted."""

import numpy as np
import pytest

from kdl import catalog
from kdl.pairs import _static_vectors as static

CARD = catalog.find("pair", "P87")
P87 = catalog.load(CARD)


def test_words_that_meet_as_often_as_by_chance_tell_nothing_of_each_other():
    """Counts 2, 1, 1 of 4 rows and columns: p(a, b) = 1/2 and p(a) p(b) = 3/4 * 3/4 for the first, log(8/9) < 0."""
    met = np.array([[2.0, 1.0], [1.0, 0.0]])

    np.testing.assert_allclose(static.information(met), [[0, np.log((1 / 4) / (3 / 4 * 1 / 4))], [np.log(4 / 3), 0]])


def test_neighbours_are_counted_in_both_directions_and_fillers_are_none(monkeypatch):
    found = {}
    monkeypatch.setattr(static, "information", lambda met: found.setdefault("met", met))
    monkeypatch.setattr(static, "WINDOW", 2)
    static.fitted(np.array([[1, 3, 4, 3, 0], [1, 4, 0, 0, 0]]), words=5, plain=3, width=2)

    # 3 4, 4 3 and 3 . 3, which is counted from both ends.
    np.testing.assert_array_equal(found["met"][3:, 3:], [[2, 2], [2, 0]])
    assert not found["met"][:3].any()


def test_all_factors_together_give_the_table_back():
    """Of a symmetric table without negative eigenvalues."""
    half = np.random.default_rng(0).normal(size=(5, 5))
    vectors = static.factors(half @ half.T, 5)

    np.testing.assert_allclose(vectors @ vectors.T, half @ half.T, atol=1e-10)


def test_the_mean_of_words_leaves_marks_and_filling_out():
    vectors = np.arange(10.0).reshape(5, 2)

    np.testing.assert_array_equal(static.means(vectors, np.array([[1, 3, 4, 0]]), plain=3), [(vectors[3] + vectors[4]) / 2])


def test_who_knows_the_words_and_not_their_order_never_solves_a_riddle():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(50, 8))

    assert P87.judged(lambda rows: static.means(vectors, rows, plain=3), 1000)["roles"] == 0


def test_vectors_freed_of_their_mean_do_not_know_where_they_stood():
    """Far from 0 all cosines are near 1; without the common mean the order is the same wherever the vectors stand."""
    vectors = np.random.default_rng(0).normal(size=(50, 8))
    here, there = (P87.judged(lambda rows, at=at: static.means(vectors, rows, plain=3) + at, 1000) for at in (0, 100))

    assert there["freed"] == pytest.approx(here["freed"], abs=1e-6)
    assert min(there["cosines"]) > 0.99 > min(here["cosines"])


@pytest.mark.slow
def test_the_tuned_arm_begins_with_the_weights_of_the_raw_one(monkeypatch, keras):
    """BERT's training doubles all it learns, the other one does nothing: both have the same vectors, and so the same scores."""
    from kdl.train.fit import Trainer

    def run(self, seed, **how):
        for weight in self.model.trainable_variables if self.name == "bert" else ():
            weight.assign(2 * weight)
        return {"score": 0.0, "loss": 0.0, "seconds": 1.0}

    monkeypatch.setattr(Trainer, "run", run)
    seconds = []
    for condition in P87.CONDITIONS:
        tuned, raw = (P87.ARMS[arm](1000, condition) for arm in ("sentence-bert", "bert"))
        assert tuned["cosines"] == pytest.approx(raw["cosines"], abs=1e-5)
        assert tuned["spearman"] == pytest.approx(raw["spearman"], abs=1e-3)
        seconds += [tuned["seconds"], raw["seconds"]]
    assert seconds == [1.0, 1.0, 1.0, 0.0]  # each of the three trainings once


def test_reading_both_at_once_takes_half_of_n_times_n_less_1():
    assert [P87.passes(n)["both at once"] for n in (2, 3, 10)] == [n * (n - 1) // 2 for n in (2, 3, 10)]
