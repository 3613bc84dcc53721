"""P30, YOLO v1 against SSD: what the arms share, what they are asked for, and the figure's numbers."""

import numpy as np
import pytest

from kdl import catalog
from kdl.experiment.measured import Measured

P30 = catalog.load(catalog.find("pair", "P30"))


def test_the_arms_differ_in_model_task_size_of_the_end_and_rate_and_in_nothing_else():
    yolo, ssd = P30.ARMS.values()

    assert yolo.recipe.keys() == ssd.recipe.keys()
    assert {name for name in ssd.recipe if yolo.recipe[name] != ssd.recipe[name]} <= {"learning_rate"}
    assert (yolo.optimizer, yolo.options, yolo.begin) == (ssd.optimizer, ssd.options, ssd.begin)


@pytest.mark.slow
def test_both_read_the_picture_by_the_same_convolutions_and_have_as_many_weights(keras):
    """The convolutions up to the map of 6 by 6: four, with the same filters, windows and strides."""
    models = [catalog.build(arm.model, **arm.sizes) for arm in P30.ARMS.values()]
    shared = [[layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)][:4] for model in models]
    said = [[(layer.filters, layer.kernel_size, layer.strides) for layer in layers] for layers in shared]
    sizes = [model.count_params() for model in models]

    assert said[0] == said[1]
    assert max(sizes) <= 1.05 * min(sizes)
    assert [f"{size:,}" in P30.__doc__ for size in sizes] == [True, True]


@pytest.mark.slow
@pytest.mark.parametrize("arm", ["yolo-v1", "ssd"])
def test_an_arm_is_asked_for_its_ap_by_size_and_its_recall(arm, keras):
    made = P30.ARMS[arm]
    made = type(made)(**{**vars(made), "recipe": {**made.recipe, "steps": 2}, "_trainers": {}})
    found = made(1000, "scenes")

    assert {"mAP", "small", "medium", "large", "recall", "kept", "seconds"} <= set(found)
    assert np.isnan(found["kept"]) or found["kept"] == found["small"] / found["large"]
    assert 0 <= found["mAP"] <= found["recall"] <= 1


def test_the_figure_has_the_mean_and_the_extremes_of_the_seeds():
    numbers = {"yolo-v1": [(0.1, 0.2, 0.6), (0.3, 0.4, 0.8)], "ssd": [(0.5, 0.6, 0.7), (0.7, 0.8, 0.9)]}
    rows = [
        {"seed": seed, "condition": "scenes", "arm": arm, "values": dict(zip(P30.SIZES, values, strict=True)), "seconds": 1.0}
        for arm, seeds in numbers.items()
        for seed, values in enumerate(seeds)
    ]
    figure = P30.figure(Measured(rows))

    assert figure.series["yolo-v1"] == pytest.approx([0.2, 0.3, 0.7])
    assert figure.spread["ssd"] == ([0.5, 0.6, 0.7], [0.7, 0.8, 0.9])
    assert figure.message == "AP of small objects: yolo-v1 0.20, ssd 0.60"
    assert P30.figure(Measured(rows[:2])) is None
