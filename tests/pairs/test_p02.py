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


def rows(condition, values):
    """Of both arms, seeds 0 and 1: `values[arm][seed]`."""
    return [
        {"seed": seed, "condition": condition, "arm": arm, "values": found, "seconds": 1.0}
        for arm, seeds in values.items()
        for seed, found in enumerate(seeds)
    ]


def placed(shares):
    """Rows of one condition: `shares[arm][seed]` is the accuracy."""
    return {arm: [{"accuracy": share} for share in found] for arm, found in shares.items()}


MOVED = rows("0", {arm: [{"by_shift": [0.9, 0.5]}, {"by_shift": [0.7, 0.7]}] for arm in P02.ARMS})


def test_the_first_panel_shows_what_is_to_be_predicted():
    """In place the CNN leads by 0.9 - 0.8 on average, in new places by 0.6 - 0.75: it loses 0.25."""
    places = rows("0", placed({"mlp": [0.75, 0.85], "cnn": [0.875, 0.925]}))
    places += rows("shuffled", placed({"mlp": [0.75, 0.75], "cnn": [0.5, 0.7]}))
    found = P02.figure(Measured(places))
    assert found.x == ("in place", "pixels in new places")
    assert found.series == {"mlp": pytest.approx([0.8, 0.75]), "cnn": pytest.approx([0.9, 0.6])}
    assert found.spread["cnn"] == ([0.875, 0.5], [0.925, 0.7])
    assert "mlp: 0.800 (0.750 to 0.850), 0.750 (0.750 to 0.750); cnn: 0.900 (0.875 to 0.925)" in found.message
    assert found.message.endswith("the CNN's lead: +0.1000, -0.1500; its change: -0.2500")
    assert found.more == (), "no shifts yet"
    assert P02.PREDICTION.claim == "locality" and {"0", "shuffled"} == {*P02.CLAIMS[3].conditions}


def test_the_panel_of_shifts_draws_the_mean_and_all_seeds():
    found = P02.figure(Measured(MOVED))
    assert found.series["cnn"] == pytest.approx([0.8, 0.6])
    assert found.spread["mlp"] == (pytest.approx([0.7, 0.5]), pytest.approx([0.9, 0.7]))
    assert found.message.startswith("mlp: 0.800, 0.600; cnn: 0.800, 0.600; ")
    assert P02.figure(Measured(MOVED[:2])) is None, "one arm is no contrast"


def test_the_shifts_stand_below_the_places():
    both = [{**row, "values": {"accuracy": 0.5} | row["values"]} for row in MOVED]
    both += rows("shuffled", placed({arm: [0.4, 0.6] for arm in P02.ARMS}))
    found = P02.figure(Measured(both))
    assert [found.x[1], *(panel.x[1] for panel in found.more)] == ["pixels in new places", "4 pixels"]
    assert max(len(panel.title) for panel in (found, *found.more)) <= 80, "one line of a terminal"


def test_the_figure_draws_the_accuracies_that_were_judged(committed):
    """The first panel is made of them; that of the shifts begins with them."""
    scores = committed["scores"]["accuracy"]
    places, figure = P02.figure(results.measured(committed)).as_json(), committed["figure"]
    (shifts,) = (panel for panel in [figure, *figure.get("more", ())] if panel["x"][1] == "4 pixels")
    for panel, conditions in ((places, ("0", "shuffled")), (shifts, P02.SHIFTS)):
        for arm in P02.ARMS:
            low, high = panel["spread"][arm]
            for place, condition in enumerate(conditions):
                seeds = scores[arm][condition]
                assert panel["series"][arm][place] == pytest.approx(fmean(seeds), abs=1e-3)
                assert (low[place], high[place]) == pytest.approx((min(seeds), max(seeds)), abs=1e-3)
