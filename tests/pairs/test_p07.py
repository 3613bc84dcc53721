"""P07, plain net against residual net: what is equal, how the training loss is taken, and the figures' numbers."""

import math
from statistics import fmean, geometric_mean

import numpy as np
import pytest

from kdl import catalog, headers
from kdl.experiment import results
from kdl.experiment.measured import Measured

CARD = catalog.find("pair", "P07")
P07 = catalog.load(CARD)


@pytest.fixture
def committed():
    return results.load(CARD)


def test_the_arms_differ_in_the_model_and_its_rate_and_in_nothing_else():
    plain, residual = P07.ARMS.values()
    assert (plain.task, plain.options, plain.settings) == (residual.task, residual.options, residual.settings)
    for depth in P07.CONDITIONS:
        here, there = plain.here(depth), residual.here(depth)
        assert here.sizes == there.sizes
        assert {**here.recipe, "learning_rate": None} == {**there.recipe, "learning_rate": None}


@pytest.mark.slow
@pytest.mark.parametrize("depth", P07.CONDITIONS)
def test_both_nets_have_as_many_layers_as_said_and_the_same_weights(depth, keras):
    """6 n + 2 layers with weights; the shortcuts have none, so that every weight has its twin of the same shape."""
    made = {name: catalog.build(name, shape=(8, 8, 1), blocks=P07.BLOCKS[depth], filters=8, outputs=10) for name in P07.ARMS}
    shapes = [[tuple(weight.shape) for weight in model.weights] for model in made.values()]
    assert shapes[0] == shapes[1]
    for model in made.values():
        layers = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D | keras.layers.Dense)]
        assert len(layers) == int(depth)
        assert f"{model.count_params():,}" in " ".join(headers.body(CARD.path).split())


def toy(losses, depth="8"):
    """Rows of both arms for seeds 0 and 1, with a curve of training losses that ends at `losses[arm][seed]`."""
    return [
        {"seed": seed, "condition": depth, "arm": arm, "values": {"losses": [1.0, last]}, "seconds": 1.0}
        for arm, ends in losses.items()
        for seed, last in enumerate(ends)
    ]


def test_the_figure_draws_geometric_means():
    """Ends of 0.1 and 0.4 make 0.2, and 0.01 and 0.01 make 0.01."""
    found = P07.figure(Measured(toy({"plain-deep-net": [0.1, 0.4], "resnet": [0.01, 0.01]})))
    assert found.series == {
        "plain-deep-net, 8 layers": pytest.approx([1.0, 0.2]),
        "resnet, 8 layers": pytest.approx([1.0, 0.01]),
    }
    assert found.message == "in the last steps: plain-deep-net, 8 layers: 0.2; resnet, 8 layers: 0.01"
    assert found.more == (), "no gradients at 32 layers yet"


def test_the_gradients_below_the_figure_are_told_as_first_over_last():
    """Norms of 2 and 8 at the first make 4, of 1 and 1 at the last 1."""
    rows = toy({arm: [0.5, 0.5] for arm in P07.ARMS}, "32")
    for row in rows:
        norms = [2.0 if row["seed"] == 0 else 8.0, 3.0, 1.0]
        row["values"] |= {"gradient.start": norms, "gradient.trained": [norm / 10 for norm in norms]}
    (flow,) = P07.figure(Measured(rows)).more
    assert flow.series["resnet, untrained"] == pytest.approx([4.0, 3.0, 1.0])
    assert flow.spread["resnet, trained"] == (pytest.approx([0.2, 0.3, 0.1]), pytest.approx([0.8, 0.3, 0.1]))
    assert flow.message.startswith("first over last: plain-deep-net, untrained: 4; plain-deep-net, trained: 4;")


@pytest.mark.slow
def test_the_two_losses_are_those_of_the_two_modes(monkeypatch):
    """After 44 steps: the mean of the last epoch's 22 batches; and of the whole training set, by the moving averages."""
    made = P07.arm("resnet", dict.fromkeys(P07.BLOCKS, 0.003))
    made.recipe = {**made.recipe, "steps": 44}
    found, trainer = made(1000, "8"), made._trainer("8")
    losses = found["losses"]  # one for each step: 44 are fewer than a curve's 50
    assert found["loss"] == pytest.approx(fmean(losses[22:]))

    x, y = trainer.task.batches(0, 0, 0, 1437)
    logits = np.float64(trainer.model.predict(x, verbose=0))
    each = np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(y)), y]
    assert found["loss.answering"] == pytest.approx(each.mean(), rel=1e-4)
    assert found["known"] == pytest.approx((logits.argmax(axis=1) == y).mean())
    for when in ("start", "trained"):
        norms = found[f"gradient.{when}"]
        assert len(norms) == 7, "every convolution of 8 layers"
        assert (found[f"first.{when}"], found[f"share.{when}"]) == (norms[0], norms[0] / norms[-1])


def test_a_network_that_answers_all_digits_alike_has_the_worst_loss():
    assert P07.LOSS.worst == pytest.approx(math.log(10))


def test_the_figure_ends_near_the_judged_losses(committed):
    """The last five steps against the mean of the last 22: the order of the arms at each depth is the same."""
    figure, losses = committed["figure"], committed["scores"]["loss"]
    for depth, told in P07.CONDITIONS.items():
        plain, residual = (figure["series"][f"{arm}, {told}"][-1] for arm in P07.ARMS)
        means = [geometric_mean(losses[arm][depth]) for arm in P07.ARMS]
        assert (plain < residual) == (means[0] < means[1])


def test_the_shares_of_the_figure_are_those_of_the_measure(committed):
    """The ratio of two geometric means is the geometric mean of the ratios."""
    (flow,), scores = committed["figure"]["more"], committed["scores"]
    for arm in P07.ARMS:
        for when, told in (("start", "untrained"), ("trained", "trained")):
            norms = flow["series"][f"{arm}, {told}"]
            assert len(norms) == 31
            assert norms[0] / norms[-1] == pytest.approx(geometric_mean(scores[f"share.{when}"][arm]["32"]), rel=2e-3)
