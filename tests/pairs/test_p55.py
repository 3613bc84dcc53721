"""P55, one wide LSTM layer against a stack of two: what the arms are, and the figure's numbers."""

import numpy as np
import pytest

from kdl import catalog, headers
from kdl.experiment import results

CARD = catalog.find("pair", "P55")
P55 = catalog.load(CARD)


@pytest.fixture
def committed():
    return results.load(CARD)


def test_a_stack_of_one_layer_is_the_lstm_of_the_notes(keras):
    """Given the same weights both files answer alike: the arm "lstm" may be built as a stack of one."""
    keras.utils.set_random_seed(3)
    stack = catalog.build("deep-rnn", features=8, outputs=4, units=5, num_layers=1)
    single = catalog.build("lstm", features=8, outputs=4, units=5)
    single.set_weights(stack.get_weights())
    x = np.random.default_rng(3).normal(size=(3, 7, 8)).astype("float32")
    np.testing.assert_allclose(stack(x), single(x), atol=1e-6)


def test_the_arms_differ_in_layers_and_units_and_in_nothing_else():
    lstm, stack = P55.ARMS.values()
    assert (lstm.model, lstm.task, lstm.recipe, lstm.options) == (stack.model, stack.task, stack.recipe, stack.options)
    for condition in P55.CONDITIONS:
        assert lstm.here(condition).options == stack.here(condition).options
    assert set(lstm.sizes) == set(P55.DIFFERS)


def test_the_sizes_in_its_explanation_are_the_measured_ones(committed):
    sizes = [f"{arm['params']:,}" for arm in committed["result"]["arms"]]
    assert f"({' and '.join(sizes)})" in " ".join(headers.body(CARD.path).split())


def test_the_stack_is_not_asked_for_more_multiply_adds(committed):
    """If it takes longer, it is not because it has more to compute."""
    lstm, stack = (arm["multiply_adds"] for arm in committed["result"]["arms"])
    assert stack == pytest.approx(lstm, rel=0.01)


def test_the_gap_is_what_is_known_less_what_is_fresh(committed):
    scores = committed["scores"]
    for arm in P55.ARMS:
        known, fresh = (np.array(scores[name][arm]["few"]) for name in ("known", "accuracy"))
        np.testing.assert_allclose(scores["gap"][arm]["few"], known - fresh, atol=1e-12)
        assert set(scores["gap"][arm]) == {"few"}


def test_the_figure_ends_at_the_accuracies_that_the_claims_were_judged_by(committed):
    """Curves and message: the mean over the seeds after the last step, new sequences and 500."""
    figure, accuracy = committed["figure"], committed["scores"]["accuracy"]
    parts = figure["message"].removeprefix("after 600 steps: ").split("; ")
    said = {name: float(number) for name, _, number in (part.rpartition(": ") for part in parts)}
    conditions = {"new sequences": "6", "500 sequences": "few"}
    assert set(said) == set(figure["series"])
    for name, shares in figure["series"].items():
        arm, told = name.split(", ")
        mean = np.mean(accuracy[arm][conditions[told]])
        assert shares[-1] == pytest.approx(mean, abs=1e-3)
        assert said[name] == pytest.approx(mean, abs=0.006)


@pytest.mark.slow
def test_known_sequences_are_those_of_the_pool():
    """A network that is asked about its pool knows more of it the longer it was trained, and is a seed's own."""
    made = P55.arm(num_layers=1, units=8, rates=dict.fromkeys(P55.CONDITIONS, 0.03))
    made.options, made.recipe = {"length": 5}, {**made.recipe, "steps": 300}
    made.at = {"few": {**made.at["few"], "options": {"depth": 3, "pool": 12}}}
    found = made(3, "few")
    assert found["known"] == 1
    assert found["gap"] == pytest.approx(1 - found["accuracy"])
