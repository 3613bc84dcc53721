"""P02, MLP against CNN: what is equal, what one training is asked, and the counts and figure."""

from statistics import fmean

import numpy as np
import pytest

from kdl import catalog, headers
from kdl.experiment import results
from kdl.experiment.measured import Measured

CARD = catalog.find("pair", "P02")
P02 = catalog.load(CARD)


@pytest.fixture
def committed():
    return results.load(CARD)


def test_the_arms_differ_in_the_model_and_its_sizes_and_in_nothing_else():
    mlp, cnn = P02.ARMS.values()
    assert (mlp.task, mlp.options, mlp.recipe, mlp.settings) == (cnn.task, cnn.options, cnn.recipe, cnn.settings)
    for condition in P02.CONDITIONS:
        assert mlp.here(condition).options == cnn.here(condition).options


def test_both_have_as_many_weights_within_two_percent(committed):
    sizes = {arm["id"]: arm["params"] for arm in committed["result"]["arms"]}
    assert sizes == {"mlp": 784 * 33 + 33 + 33 * 10 + 10, "cnn": 80 + 1168 + 7 * 7 * 16 * 32 + 32 + 32 * 10 + 10}
    assert max(sizes.values()) <= 1.02 * min(sizes.values())
    assert f"({' and '.join(f'{size:,}' for size in sizes.values())})" in " ".join(headers.body(CARD.path).split())


@pytest.mark.slow
def test_the_counts_of_weights_are_those_of_built_layers(keras):
    """At 28 x 28; the dense layer gives as many numbers as the eight maps have places."""
    convolution = keras.layers.Conv2D(8, 3, padding="same")
    convolution.build((None, 28, 28, 1))
    dense = keras.layers.Dense(int(np.prod(convolution.compute_output_shape((1, 28, 28, 1)))))
    dense.build((None, 28 * 28))
    assert list(P02.weights(28).values()) == [convolution.count_params(), dense.count_params()]
    first = catalog.build("cnn").get_layer("convolution_1")
    assert first.count_params() == P02.weights(28)["convolution, 28 x 28"]


@pytest.fixture
def short():
    """An arm that trains for 5 steps, and counts how often it begins."""
    made = P02.arm("mlp", hidden=(4,))
    made.recipe = {**made.recipe, "steps": 5}
    trainer, begun = made._trainer("0"), []
    run = trainer.run
    trainer.run = lambda *args, **how: begun.append(args[0]) or run(*args, **how)
    return made, begun


@pytest.mark.slow
def test_one_training_of_a_seed_is_asked_about_every_shift(short):
    """Whichever comes first; another seed trains anew, and the first one then gives the same numbers."""
    made, begun = short
    rows = [made(3, shift) for shift in ("1", "0", "2")]
    assert begun == [3]
    other = made(4, "1")
    again = made(3, "1")
    assert begun == [3, 4, 3]
    assert again["accuracy"] == rows[0]["accuracy"] != other["accuracy"]


@pytest.mark.slow
def test_a_row_is_the_accuracy_on_pictures_of_its_shift(short):
    """Asked in the task's own way; in place it is the training's score. The seconds stand where the training was done."""
    made, _ = short
    rows = {shift: made(3, shift) for shift in P02.SHIFTS}
    clothes, trainer = catalog.load(catalog.find("task", "clothes")), made._trainer("0")
    for shift, row in rows.items():
        x, y = clothes.make(shift=int(shift)).test(3)
        assert row["accuracy"] == clothes.digits.accuracy(y, trainer.predict(x))
    assert rows["0"]["by_shift"][:3] == [row["accuracy"] for row in rows.values()]
    assert trainer.score(3) == rows["0"]["accuracy"], "the score of the training is that in place"
    assert rows["0"]["seconds"] > 0 == rows["1"]["seconds"] == rows["2"]["seconds"] and set(rows["2"]) == {
        "accuracy",
        "seconds",
    }
    assert made._trainer("2") is trainer is not made._trainer("shuffled")


def test_the_figure_draws_the_mean_and_all_seeds():
    rows = [
        {"seed": seed, "condition": "0", "arm": arm, "values": {"by_shift": [0.9 - less, 0.5 + less]}, "seconds": 1.0}
        for arm in P02.ARMS
        for seed, less in enumerate((0.0, 0.2))
    ]
    found = P02.figure(Measured(rows))
    assert found.series["cnn"] == pytest.approx([0.8, 0.6])
    assert found.spread["mlp"] == (pytest.approx([0.7, 0.5]), pytest.approx([0.9, 0.7]))
    assert found.message == "mlp: 0.800, 0.600; cnn: 0.800, 0.600"
    assert P02.figure(Measured(rows[:2])) is None, "one arm is no contrast"


def test_the_figure_begins_with_the_accuracies_that_were_judged(committed):
    figure, scores = committed["figure"], committed["scores"]["accuracy"]
    for arm in P02.ARMS:
        low, high = figure["spread"][arm]
        for place, shift in enumerate(P02.SHIFTS):
            assert figure["series"][arm][place] == pytest.approx(fmean(scores[arm][shift]), abs=1e-3)
            assert (low[place], high[place]) == pytest.approx((min(scores[arm][shift]), max(scores[arm][shift])), abs=1e-3)
