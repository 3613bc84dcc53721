"""P03, MLP against simple RNN: the two questions, what each network can and cannot read, and the figure's numbers."""

import numpy as np
import pytest

from kdl import catalog, headers
from kdl.data import two_questions
from kdl.experiment import results

CARD = catalog.find("pair", "P03")
P03 = catalog.load(CARD)


@pytest.fixture
def committed():
    return results.load(CARD)


def test_the_first_places_of_the_mlp_learn_nothing_where_training_ends_at_11(keras):
    """A weight whose input is always 0 has the gradient 0: ten places of four symbols keep the weights of the start."""
    model = P03.padded_mlp(features=4, outputs=2, hidden=5)
    kernel = model.get_layer("hidden_1").kernel
    before = kernel.numpy()
    x, y = two_questions.examples(
        np.random.default_rng(3), 512, question="order", shortest=3, longest=P03.SEEN, places=P03.PLACES
    )
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.train_on_batch(x, y)
    moved = (kernel.numpy() != before).reshape(P03.PLACES, 4, 5).any(axis=(1, 2))
    assert moved.tolist() == [False] * (P03.PLACES - P03.SEEN) + [True] * P03.SEEN


def test_multiply_adds_are_counted_as_the_equations_say():
    """84 numbers to 32 units to 2; and at each step 4 and 49 numbers to 49 units, then once to 2."""
    mlp = P03.PLACES * 4 * P03.HIDDEN + P03.HIDDEN * 2
    step, head = (4 + P03.UNITS) * P03.UNITS, P03.UNITS * 2
    assert list(P03.work().values()) == [mlp, P03.PLACES * step + head, P03.USUAL * step + head]


def test_the_sizes_in_its_explanation_are_the_measured_ones(committed):
    sizes = [f"{arm['params']:,}" for arm in committed["result"]["arms"]]
    assert f"({' and '.join(sizes)})" in headers.body(CARD.path)


def test_the_mean_length_is_that_of_the_training():
    assert P03.USUAL == (3 + P03.SEEN) / 2


def test_the_figure_says_the_measured_shares_at_the_longest_length(committed):
    """Its message stands on the scores that the claims were judged by, and its curves end there."""
    scores, figure = committed["scores"]["longest"], committed["figure"]
    said = dict(part.split(": ") for part in figure["message"].removeprefix("at length 21: ").split("; "))
    for name, shares in figure["series"].items():
        arm, asked = name.split(", ")
        mean = np.mean(scores[arm][asked])
        assert shares[-1] == pytest.approx(mean, abs=1e-3)
        assert float(said[name]) == pytest.approx(mean, abs=0.006)
        assert len(shares) == len(P03.LENGTHS)


def test_the_figure_shows_that_the_mlp_falls_where_training_ended(committed):
    """Up to 11 both are almost always right; at 21 the MLP has lost more than the simple RNN, whatever was asked."""
    series, last = committed["figure"]["series"], list(P03.LENGTHS).index(P03.SEEN)
    for asked in ("order", "count"):
        mlp, rnn = series[f"mlp, {asked}"], series[f"simple-rnn, {asked}"]
        assert min(mlp[: last + 1] + rnn[: last + 1]) > 0.95
        assert mlp[-1] < rnn[-1] - 0.1


@pytest.mark.slow
def test_a_seed_gives_the_same_bits_alone_and_among_others():
    """Shares by length included: seed 3 after seed 0 equals seed 3 of a new arm."""

    def arm():
        made = P03.arm("simple-rnn", sizes={"units": 5}, rates=dict.fromkeys(P03.CONDITIONS, 0.01))
        made.recipe = {**made.recipe, "steps": 5}
        return made

    among = arm()
    among(0, "order")
    assert {**among(3, "order"), "seconds": 0} == {**arm()(3, "order"), "seconds": 0}
