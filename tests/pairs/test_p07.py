"""P07, plain net against residual net: what is equal, how the training loss is taken, and the figures' numbers."""

import itertools
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


def rows(depth, values):
    """Of both arms, seeds 0 and 1: `values[arm][seed]`."""
    return [
        {"seed": seed, "condition": depth, "arm": arm, "values": found, "seconds": 1.0}
        for arm, seeds in values.items()
        for seed, found in enumerate(seeds)
    ]


def ended(plain, residual):
    """The judged losses of both seeds."""
    return {"plain-deep-net": [{"loss": loss} for loss in plain], "resnet": [{"loss": loss} for loss in residual]}


def test_the_first_panel_shows_the_loss_by_depth_which_is_to_be_predicted():
    """Losses of 0.1 and 0.4 make 0.2, a fifth of 1; 0.01 and 0.01 make 0.01. The line across is twice the plain 0.2."""
    found = P07.figure(Measured(rows("8", ended([0.1, 0.4], [0.01, 0.01])) + rows("32", ended([1.0, 1.0], [0.02, 0.08]))))
    assert found.series == {"plain-deep-net": pytest.approx([0.2, 1.0]), "resnet": pytest.approx([0.01, 0.04])}
    assert found.spread == {"plain-deep-net": ([0.1, 1.0], [0.4, 1.0]), "resnet": ([0.01, 0.02], [0.01, 0.08])}
    assert found.levels == {"twice that of 8 plain layers": pytest.approx(0.4)} and found.log
    assert (found.x, found.more) == (("8 layers", "32 layers"), ()), "no curves yet"
    assert "plain-deep-net: 0.2 (0.1 to 0.4), 1 (1 to 1); plain-deep-net, 32 over 8 layers: 5.00; resnet: " in found.message
    assert "resnet, 32 over 8 layers: 4.00" in found.message


def test_the_depths_stand_as_far_from_each_other_as_they_are():
    """The axis has equal steps: 8, 20, 32."""
    assert len({int(after) - int(before) for before, after in itertools.pairwise(P07.CONDITIONS)}) == 1


def test_the_line_across_is_what_the_prediction_asks():
    claim = next(claim for claim in P07.CLAIMS if claim.id == P07.PREDICTION.claim)
    assert (claim.a, claim.measure, 2**claim.smallest) == ("plain-deep-net", P07.LOSS, 2)


def test_one_depth_alone_shows_no_rise():
    assert P07.figure(Measured(rows("8", ended([0.1, 0.4], [0.01, 0.01])))) is None


@pytest.fixture
def deepest():
    """Rows at 32 layers with curves: losses end at 0.1 and 0.4; norms of 2 and 8 at the first convolution, 1 at the last."""
    norms = [[2.0, 3.0, 1.0], [8.0, 3.0, 1.0]]
    seeds = [
        {"losses": [1.0, loss], "gradient.start": flow, "gradient.trained": [norm / 10 for norm in flow]}
        for loss, flow in zip((0.1, 0.4), norms, strict=True)
    ]
    return rows("32", dict.fromkeys(P07.ARMS, seeds))


def test_the_deepest_nets_have_a_panel_by_steps_and_two_by_layer(deepest):
    found = P07.figure(Measured(deepest))
    assert found.series["resnet, 32 layers"] == pytest.approx([1.0, 0.2])
    assert found.message == "in the last steps: " + "; ".join(f"{arm}, 32 layers: 0.2 (0.1 to 0.4)" for arm in P07.ARMS)
    untrained, trained = found.more
    assert untrained.series["resnet, untrained"] == pytest.approx([4.0, 3.0, 1.0])
    assert trained.spread["resnet, trained"] == (pytest.approx([0.2, 0.3, 0.1]), pytest.approx([0.8, 0.3, 0.1]))
    assert untrained.message == "first over last: " + "; ".join(f"{arm}, untrained: 4 (2 to 8)" for arm in P07.ARMS)


def test_the_panel_by_layer_tells_the_first_convolution_at_each_depth(deepest):
    """At 8 layers 0.1 and 0.4 make 0.2, at 32 the first norms 2 and 8 make 4; one depth alone is not told."""
    for row in deepest:
        row["values"]["first.start"] = row["values"]["gradient.start"][0]
    shallow = rows("8", dict.fromkeys(P07.ARMS, [{"first.start": norm} for norm in (0.1, 0.4)]))
    untrained, trained = P07.figure(Measured(deepest + shallow)).more
    assert "; first, plain-deep-net of 8, 32 layers: 0.2, 4; first, resnet of 8, 32 layers: 0.2, 4" in untrained.message
    assert trained.message.endswith("resnet, trained: 4 (2 to 8)"), "not asked there"


def test_no_panel_has_more_than_both_arms_and_titles_fit_a_terminal(deepest):
    """Six curves on one another cannot be read; a title is one line of 80 columns."""
    for row in deepest:
        row["values"]["loss"] = row["values"]["losses"][-1]
    found = P07.figure(Measured(deepest + rows("8", ended([0.1, 0.4], [0.01, 0.01]))))
    assert [len(panel.series) for panel in (found, *found.more)] == [2, 2, 2, 2]
    assert max(len(panel.title) for panel in (found, *found.more)) <= 80


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


def curves(committed):
    """Every curve of the committed figure, of all its panels."""
    figure = committed["figure"]
    return {name: values for panel in (figure, *figure["more"]) for name, values in panel["series"].items()}


def test_the_panel_by_depth_draws_the_losses_that_were_judged(committed):
    panel, losses = P07.figure(results.measured(committed)), committed["scores"]["loss"]
    for arm in P07.ARMS:
        means = [geometric_mean(losses[arm][depth]) for depth in P07.CONDITIONS]
        assert panel.series[arm] == pytest.approx(means)
        assert f"{arm}, 32 over 8 layers: {means[-1] / means[0]:.2f}" in panel.message
    (level,) = panel.levels.values()
    assert level == pytest.approx(2 * geometric_mean(losses["plain-deep-net"]["8"]))


def test_the_curves_of_the_deepest_end_near_the_judged_losses(committed):
    """The last five steps against the mean of the last 22."""
    for arm in P07.ARMS:
        judged = geometric_mean(committed["scores"]["loss"][arm]["32"])
        assert curves(committed)[f"{arm}, 32 layers"][-1] == pytest.approx(judged, rel=0.25)


def test_the_shares_of_the_figure_are_those_of_the_measure(committed):
    """The ratio of two geometric means is the geometric mean of the ratios."""
    scores = committed["scores"]
    for arm in P07.ARMS:
        for when, told in (("start", "untrained"), ("trained", "trained")):
            norms = curves(committed)[f"{arm}, {told}"]
            assert len(norms) == 31
            assert norms[0] / norms[-1] == pytest.approx(geometric_mean(scores[f"share.{when}"][arm]["32"]), rel=2e-3)
