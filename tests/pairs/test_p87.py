"""P87, vectors of sentences: word vectors from counts, weights that are handed over, passes that are counted."""

import numpy as np
import pytest

from kdl import catalog
from kdl.experiment import pair as pairs
from kdl.experiment import told
from kdl.experiment.measured import Measured
from kdl.pairs import _sentence_trainings as trainings
from kdl.pairs import _sentence_vectors as sentences
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

    assert sentences.judged(lambda rows: static.means(vectors, rows, plain=3), 1000)["roles"] == 0


def test_vectors_freed_of_their_mean_do_not_know_where_they_stood():
    """Far from 0 all cosines are near 1; without the common mean the order is the same wherever the vectors stand."""
    vectors = np.random.default_rng(0).normal(size=(50, 8))
    here, there = (sentences.judged(lambda rows, at=at: static.means(vectors, rows, plain=3) + at, 1000) for at in (0, 100))

    assert there["freed"] == pytest.approx(here["freed"], abs=1e-6)
    assert min(there["cosines"]) > 0.99 > min(here["cosines"])


def test_the_condition_of_an_arm_that_goes_on_names_its_pooling():
    assert {where: arm.sizes["pooling"] for where, arm in P87.SENTENCE_BERT.items()} == {"mean-on": "mean", "cls-on": "cls"}


def test_whoever_goes_on_has_the_steps_of_the_others_and_reads_what_is_new():
    """The control, its tuned twins and the word vectors: as many steps, as many rows a step; BERT's 1,000 steps are epochs."""
    arms = [P87.LONGER, P87.WORDS, *P87.SENTENCE_BERT.values()]

    assert {(arm.recipe["steps"], arm.recipe["batch_size"], arm.recipe["clip_norm"]) for arm in arms} == {(1000, 64, 1.0)}
    assert P87.LONGER.options["after"] * 100 == P87.BERT.recipe["steps"]
    assert {arm.begin for arm in [P87.BERT, *arms]} == {trainings.BEGIN}


def test_the_shortest_look_is_at_the_condition_that_the_prediction_is_about():
    """Two seeds of BERT's training, 11 seconds each, and of the counting; either pooling costs as much."""
    pair = pairs.load(CARD)
    seconds = {("bert", "mean"): 11.0, ("lsa", "mean"): 0.3, ("bert", "mean-on"): 11.0}
    seconds |= {("sentence-bert", "mean-on"): 15.0, ("sentence-bert", "cls-on"): 15.0}
    rows = [
        {"seed": 0, "condition": where, "arm": arm, "values": {}, "seconds": seconds.get((arm, where), 0.0)}
        for where in pair.conditions
        for arm in pair.arms
    ]

    assert told.first_look(pair, Measured(rows)) == told.Look("kdl compare P87 --seeds 2 --condition mean", 23)
    assert pair.claim(pair.prediction.claim).condition == "mean"


@pytest.mark.slow
def test_all_that_goes_on_begins_with_what_was_learned(monkeypatch, keras):
    """BERT's training doubles all it learns, the others do nothing: what went on has the vectors of what was handed on."""
    from kdl.train.fit import Trainer

    def run(self, seed, **how):
        first = self.name == "bert" and not self.task.options["after"]
        for weight in self.model.trainable_variables if first else ():
            weight.assign(2 * weight)
        return {"score": 0.0, "loss": 0.0, "seconds": 1.0}

    monkeypatch.setattr(Trainer, "run", run)
    found = {(arm, where): P87.ARMS[arm](1000, where) for where in P87.CONDITIONS for arm in P87.ARMS}
    for before, on in (("mean", "mean-on"), ("cls", "cls-on")):
        assert not found["sentence-bert", before]
        for arm in ("sentence-bert", "bert"):
            assert found[arm, on]["cosines"] == pytest.approx(found["bert", before]["cosines"], abs=1e-5)
            assert found[arm, on]["spearman"] == pytest.approx(found["bert", before]["spearman"], abs=1e-3)
    assert found["lsa", "mean-on"]["cosines"] == pytest.approx(found["lsa", "mean"]["cosines"], abs=1e-5)
    assert found["lsa", "mean-on"]["roles"] == found["lsa", "mean"]["roles"] == 0
    seconds = {cell: values.get("seconds") for cell, values in found.items()}
    assert seconds["bert", "mean"] == seconds["bert", "mean-on"] == seconds["lsa", "mean-on"] == 1.0
    assert seconds["bert", "cls"] == seconds["bert", "cls-on"] == seconds["lsa", "cls-on"] == 0.0  # each training once


def test_reading_both_at_once_takes_half_of_n_times_n_less_1():
    assert [sentences.passes(n)["both at once"] for n in (2, 3, 10)] == [n * (n - 1) // 2 for n in (2, 3, 10)]
