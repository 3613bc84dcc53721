"""P56, one direction against both: the probe against networks that are known, and the figure's numbers."""

import numpy as np
import pytest

from kdl import catalog, headers
from kdl.experiment import results
from kdl.pairs import _taggers

CARD = catalog.find("pair", "P56")
P56 = catalog.load(CARD)


@pytest.fixture
def committed():
    return results.load(CARD)


def sequences(length=9, symbols=4):
    return np.eye(symbols, dtype=np.float32)[np.random.default_rng(3).integers(0, symbols, (6, length))]


@pytest.mark.parametrize("k", [-3, -1, 0, 2])
def test_the_probe_finds_where_a_tag_comes_from(keras, k):
    """A network whose tag is the symbol k steps on: that symbol changes all tags, no other symbol changes any."""
    model = keras.Sequential([keras.Input((9, 4)), keras.layers.Lambda(lambda x: keras.ops.roll(x, -k, axis=1))])
    assert _taggers.swayed(model, sequences(), 3) == [float(place == k) for place in range(-3, 4)]


def test_a_sequence_without_neighbours_enough_is_refused(keras):
    model = keras.Sequential([keras.Input((9, 4)), keras.layers.Identity()])
    with pytest.raises(ValueError, match="longer than 2 reach"):
        _taggers.swayed(model, sequences(length=6), 3)


def test_what_the_untrained_one_directional_network_says_does_not_depend_on_what_follows(keras):
    """By its equations: the state of step t is made of x_1 .. x_t. The bidirectional one looks ahead from the start."""
    keras.utils.set_random_seed(3)
    one = _taggers.one_way(features=4, tags=4, units=6)
    both = catalog.build("bidirectional-rnn", features=4, tags=4, units=6)
    assert _taggers.swayed(one, sequences(), 3)[4:] == [0, 0, 0]
    assert max(_taggers.swayed(both, sequences(), 3)[4:]) > 0


def test_the_one_directional_network_is_the_simple_rnn_of_the_notes(keras):
    """Given the same weights, its answer at the last step is the one that `simple-rnn` gives."""
    keras.utils.set_random_seed(3)
    every, last = _taggers.one_way(features=4, tags=3, units=6), catalog.build("simple-rnn", features=4, outputs=3, units=6)
    last.set_weights(every.get_weights())
    np.testing.assert_allclose(every(sequences())[:, -1], last(sequences()), atol=1e-6)


def test_the_sizes_in_its_explanation_are_those_that_the_result_tells(committed):
    told = [line for line in committed["result"]["fairness"]["told"] if line.startswith("parameters")]
    assert [line.rpartition(": ")[2] for line in told] == ["1,058 / 1,064", "8,199 / 8,232"]
    text = " ".join(headers.body(CARD.path).split())
    assert "(1,058 and 1,064 for symbols, 8,199 and 8,232 for names)" in text


def test_no_one_directional_network_beats_chance_at_the_next_symbol(committed):
    """1,000 sequences of 11 tags: a share of 1/8 is off by 0.003 as a rule."""
    assert all(score == pytest.approx(1 / 8, abs=4 * 0.0032) for score in committed["scores"]["accuracy"]["simple-rnn"]["next"])


def test_the_figure_shows_that_only_the_backward_direction_sees_the_step_ahead(committed):
    """From left to right nothing ahead changes a tag; and where the tag lies behind, looking ahead is unlearned."""
    series = committed["figure"]["series"]
    ahead = {name: shares[P56.REACH + 1 :] for name, shares in series.items()}
    assert [max(ahead[f"simple-rnn, tag: {tag}"]) for tag in ("next", "previous")] == [0, 0]
    assert ahead["bidirectional-rnn, tag: next"][0] > 0.95
    assert max(ahead["bidirectional-rnn, tag: previous"]) < 0.05
    for name in P56.ARMS:
        assert series[f"{name}, tag: previous"][P56.REACH - 1] > 0.95


def test_the_figures_message_is_its_curves_one_step_ahead(committed):
    figure = committed["figure"]
    parts = figure["message"].removeprefix("one step ahead: ").split("; ")
    said = {name: float(number) for name, _, number in (part.rpartition(": ") for part in parts)}
    assert said == {name: pytest.approx(shares[P56.REACH + 1], abs=0.006) for name, shares in figure["series"].items()}
