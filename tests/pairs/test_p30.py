"""P30, YOLO v1 against SSD on one map and a finer one: what is equal, what they are asked, and the figure's numbers."""

from dataclasses import replace

import pytest

from kdl import catalog
from kdl.experiment.measured import Measured

P30 = catalog.load(catalog.find("pair", "P30"))
YOLO, SSD = P30.ARMS.values()


def under(arm, condition):
    """The arm that trains under a condition."""
    return getattr(arm, "parts", {}).get(condition, arm)


def made_of(arm, condition):
    """Every field of an arm under a condition but its caches and its questions, the recipe's parts by themselves."""
    here = under(arm, condition).here(condition)
    left = ("recipe", "asked", "_trainers", "_last")
    return {name: value for name, value in vars(here).items() if name not in left} | here.recipe


def differing(a, b):
    return {name for name in a.keys() | b.keys() if a.get(name) != b.get(name)}


@pytest.mark.parametrize(
    ("conditions", "changed"),
    [(("6", "12-6"), {"options", "steps"}), (("12-6", "12-6-tuned"), {"learning_rate"})],
)
def test_between_two_conditions_of_ssd_the_maps_change_or_the_rate(conditions, changed):
    """The maps, with as many steps as are the same work, and then the rate; of the options, the maps alone."""
    first, other = (made_of(SSD, one) for one in conditions)

    assert differing(first, other) == changed
    assert first["options"].keys() == other["options"].keys() == {"maps"}


def test_the_finer_map_is_claimed_at_the_same_rate_and_each_at_its_own():
    along = {claim.id: claim.deciding for claim in P30.CLAIMS if claim.id.startswith("finer")}

    assert along == {"finer": ("6", "12-6"), "finer-tuned": ("6", "12-6-tuned")}


@pytest.mark.parametrize("condition", P30.CONDITIONS)
def test_no_condition_changes_yolo(condition):
    assert made_of(YOLO, condition) == made_of(YOLO, "6")


def test_the_arms_differ_in_what_the_pair_names_and_in_their_rates():
    yolo, ssd = made_of(YOLO, "6"), made_of(SSD, "6")

    assert differing(yolo, ssd) - {"learning_rate"} == {"model", "task", "sizes", "options", "steps"}
    assert yolo["sizes"]["plan"] == P30.PLAN[0] + P30.PLAN[1]
    assert (yolo["steps"], ssd["steps"]) == (1600, 1165)


def test_under_each_condition_the_same_shapes_are_laid():
    task = catalog.load(catalog.find("task", "emoji-by-default-box"))
    laid = {condition: task.default_boxes(*task.layout(maps)) for condition, maps in P30.MAPS.items()}
    shapes = {condition: {tuple(shape) for shape in boxes[:, 2:].round(6)} for condition, boxes in laid.items()}

    assert shapes["6"] == shapes["12-6"] == shapes["12-6-tuned"]
    assert len(shapes["6"]) == 8
    assert {condition: len(boxes) for condition, boxes in laid.items()} == {"6": 288, "12-6": 720, "12-6-tuned": 720}


@pytest.mark.slow
def test_all_read_the_picture_by_the_same_convolutions_and_weigh_what_the_docstring_says(keras):
    """The convolutions up to the map of 6 by 6: five, with the same filters, windows and strides."""
    models = [YOLO._trainer("6").model, *(under(SSD, condition)._trainer(condition).model for condition in P30.CONDITIONS)]
    said = []
    for model in models:
        layers = [one for one in model.layers if isinstance(one, keras.layers.Conv2D) and "_offsets" not in one.name]
        shared = [one for one in layers if "_logits" not in one.name][:5]
        said.append([(layer.filters, layer.kernel_size, layer.strides) for layer in shared])

    assert len(said[0]) == 5
    assert all(one == said[0] for one in said)
    assert [f"{model.count_params():,}" for model in models if f"{model.count_params():,}" not in P30.__doc__] == []


@pytest.mark.slow
def test_yolo_is_trained_with_as_many_multiply_adds_as_ssd_and_hardly_more(keras):
    """Of the network forwards, for all pictures of all steps; in billions, as the docstring has them."""
    work = {}
    for name, condition in (("yolo-v1", "6"), *(("ssd", one) for one in P30.CONDITIONS)):
        one = under(P30.ARMS[name], condition).described(condition)
        work[name, condition] = one.multiply_adds * one.settings["steps"] * one.settings["batch_size"] / 1e9
    yolo = work.pop(("yolo-v1", "6"))

    assert all(ssd <= yolo <= 1.03 * ssd for ssd in work.values())
    assert all(f"{number:.1f}" in P30.__doc__ for number in (yolo, *work.values()))


def short(arm, condition="12-6"):
    """The arm of a condition with 20 steps, and nothing kept of others."""
    one = under(arm, condition)
    return replace(one, recipe={**one.recipe, "steps": 20}, _trainers={}, _last=None)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "condition"), [("yolo-v1", "6"), ("ssd", "12-6")])
def test_an_arm_gives_every_measure_and_the_same_numbers_after_another_seed(name, condition, keras):
    """YOLO's loss stands under its first condition: under the others is the answer alone."""
    arm, anew = (short(P30.ARMS[name], condition) for _ in range(2))
    found, other, again = arm(1000, condition), arm(1001, condition), anew(1000, condition)
    measures = {claim.measure.name for claim in P30.CLAIMS} | set(P30.SIZES)

    assert measures <= set(found)
    assert {name: again[name] for name in measures} == {name: found[name] for name in measures}
    assert other["loss"] != found["loss"]
    assert all(0 <= found[name] <= 1 for name in measures - {"gap"})
    assert found["gap"] == found["large"] - found["small"]


@pytest.mark.slow
def test_yolo_is_trained_once_for_all_conditions(keras):
    arm = short(YOLO)
    first, second = arm(1000, "6"), arm(1000, "12-6")

    assert {**second, "seconds": 0} == {name: first[name] for name in second} | {"seconds": 0}
    assert second["seconds"] == 0 < first["seconds"]


def test_the_figure_has_the_mean_and_the_extremes_of_the_seeds():
    numbers = {
        ("yolo-v1", "6"): [(0.1, 0.2, 0.6), (0.3, 0.4, 0.8)],
        **{("ssd", condition): [(0.5, 0.6, 0.7), (0.7, 0.8, 0.9)] for condition in P30.CONDITIONS},
    }
    rows = [
        {"seed": seed, "condition": condition, "arm": arm, "values": dict(zip(P30.SIZES, values, strict=True)), "seconds": 1.0}
        for (arm, condition), seeds in numbers.items()
        for seed, values in enumerate(seeds)
    ]
    figure = P30.figure(Measured(rows))

    assert figure.series["yolo-v1"] == pytest.approx([0.2, 0.3, 0.7])
    assert figure.spread["ssd 12-6"] == ([0.5, 0.6, 0.7], [0.7, 0.8, 0.9])
    assert figure.message == "AP of small objects: yolo-v1 0.20, ssd 6 0.60, ssd 12-6 0.60, ssd 12-6-tuned 0.60"
    assert P30.figure(Measured(rows[:-2])) is None
