"""The usual arm: what a pair may vary, and that a seed gives the same bits alone and among others whatever it varies."""

import dataclasses
import functools
import math

import numpy as np
import pytest

from kdl.errors import NotFound
from kdl.experiment import fairness
from kdl.experiment.arms import ByCondition, slices, trained
from kdl.pairs._networks import stack

SHORT = {"steps": 6, "batch_size": 16, "learning_rate": 0.05}


def test_what_a_condition_sets_is_found_by_its_name():
    """A field of the recipe, an option of the task, or an argument of `build`."""
    batch = trained("mlp", "digits", varies="batch_size", **SHORT).here("8")
    length = trained("lstm", "adding", varies="length", **SHORT).here("20")
    depth = trained(stack, "digits", varies="depth", **SHORT).here("10")
    assert (batch.recipe["batch_size"], length.options, depth.sizes) == (8, {"length": 20}, {"depth": 10})
    word = trained(stack, "digits", varies="initializer", **SHORT).here("he_normal")
    assert word.sizes == {"initializer": "he_normal"}


def test_a_condition_may_have_settings_of_its_own():
    arm = trained(
        "mlp",
        "digits",
        varies="batch_size",
        optimizer="momentum",
        settings={"momentum": 0.9},
        at={"8": {"learning_rate": 0.01, "settings": {"momentum": 0.5}}},
        **SHORT,
    )
    assert (arm.here("8").recipe["learning_rate"], arm.here("8").settings) == (0.01, {"momentum": 0.5})
    assert (arm.here("16").recipe["learning_rate"], arm.here("16").settings) == (0.05, {"momentum": 0.9})
    assert arm.recipe["learning_rate"] == 0.05


@pytest.mark.parametrize(("count", "expected"), [(4, [1.0, 1.0, 4.0, 4.0]), (2, [1.0, 4.0]), (1, [2.5])])
def test_a_curve_of_losses_is_the_mean_of_equal_parts(count, expected):
    assert slices([1.0, 1.0, 4.0, 4.0], count) == expected


def test_a_curve_is_never_longer_than_asked_for():
    assert all(len(slices([0.0] * length, 50)) <= 50 for length in range(1, 301))


KINDS = {
    "sgd": {"optimizer": "sgd"},
    "momentum": {"optimizer": "momentum", "settings": {"momentum": 0.8}, "clip_norm": None},
    "schedule": {"optimizer": "nesterov", "schedule": "one-cycle-policy"},
    "adam": {},
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(KINDS))
def test_a_seed_gives_the_same_bits_alone_and_among_others(kind):
    """The state of every optimizer and of a normalisation starts afresh with each seed."""

    def arm():
        network = {"normalisation": "batch", "units": 5}
        return trained(stack, "digits", sizes=network, **KINDS[kind], curve=True, steps=50, batch_size=32, learning_rate=0.05)

    among = arm()
    for seed in range(3):
        among(seed, "x")
    first, alone = among(3, "x"), arm()(3, "x")
    assert {**first, "seconds": 0, "steps": 0} == {**alone, "seconds": 0, "steps": 0}
    assert len(first["accuracy.curve"]) == 2  # 44 batches of 32 are one epoch of 1,437 pictures
    assert len(first["losses"]) == 50


@pytest.mark.slow
def test_each_optimizer_makes_another_training_from_the_same_start(keras):
    def start_of(model, x, y):
        return [float(np.sum(np.abs(weight))) for weight in model.get_weights()]

    found = [trained("mlp", "digits", probes={"w": start_of}, **how, **SHORT)(0, "x") for how in KINDS.values()]
    assert len({tuple(one["w.start"]) for one in found}) == 1
    assert len({tuple(one["w.trained"]) for one in found}) == len(KINDS)


@pytest.mark.slow
def test_plain_gradient_descent_is_theta_less_rate_times_gradient(keras):
    """One step of SGD on the whole of a batch, against the gradient that Keras gives."""
    from kdl.backend import value_and_grad

    weights = {}

    def kept(model, x, y):
        weights[len(weights)] = model.get_weights()
        return 0.0

    how = {"optimizer": "sgd", "clip_norm": None, "steps": 1, "batch_size": 16, "learning_rate": 0.1}
    arm = trained(stack, "digits", sizes={"depth": 0}, probes={"w": kept}, **how)
    arm(0, "x")
    trainer = arm._trainer("x")
    x, y = trainer.task.batches(0, 0, 0, 16)
    loss = trainer.task.loss()

    def total(w, b):
        return loss(y, keras.ops.reshape(x, (16, 64)) @ w + b)

    _, gradients = value_and_grad(total, *weights[0])
    for before, after, gradient in zip(weights[0], weights[1], gradients, strict=True):
        np.testing.assert_allclose(after, before - 0.1 * np.asarray(gradient), atol=1e-6)


@pytest.mark.slow
def test_steps_are_those_of_the_first_epoch_that_met_the_target():
    arm = trained("mlp", "digits", steps=132, batch_size=32, learning_rate=0.003, curve=True)
    arm._trainer("x").task = dataclasses.replace(arm._trainer("x").task, target=0.0)
    assert arm(0, "x")["steps"] == 44
    arm._trainer("x").task = dataclasses.replace(arm._trainer("x").task, target=1.1)
    assert math.isnan(arm(0, "x")["steps"])


# ---- one training, several questions -----------------------------------------------------------------------------------


@pytest.fixture
def asked():
    """An arm with two questions and a condition of its own, each with the seeds that began a training."""

    def first(trainer, seed, found):
        return {"accuracy": -1.0, "same": float(found["accuracy"] == trainer.score(seed)), "seed": seed}

    arm = trained("mlp", "digits", asked={"a": first, "b": lambda trainer, seed, found: {"loss": 2 * found["loss"]}},
                  at={"a": {"steps": 4}}, begin=10, curve=True, **SHORT)  # fmt: skip
    begun = {}
    for condition in ("a", "other"):
        trainer = arm._trainer(condition)
        begun[condition], run = [], trainer.run
        trainer.run = lambda seed, _run=run, _seeds=begun[condition], **how: _seeds.append(seed) or _run(seed, **how)
    return arm, begun


@pytest.mark.slow
def test_a_seed_is_trained_once_for_all_that_is_asked_and_anew_for_everything_else(asked):
    arm, begun = asked
    rows = [arm(3, condition) for condition in ("b", "a", "other", "b")]
    again = arm(4, "a"), arm(3, "a")

    assert begun == {"a": [13, 14, 13], "other": [13]}
    assert rows[0]["loss"] == rows[3]["loss"] == 2 * again[1]["loss"] != 2 * again[0]["loss"]
    assert len(rows[1]["accuracy.curve"]) == 1 and arm._trainer("b") is arm._trainer("a") is not arm._trainer("other")


@pytest.mark.slow
def test_under_the_first_condition_stands_the_training_with_the_answer_over_it_and_elsewhere_the_answer_alone(asked):
    arm, _ = asked
    first, second, other = (arm(0, condition) for condition in ("a", "b", "other"))

    assert (first["accuracy"], first["same"], first["seed"]) == (-1.0, 1.0, 10)
    assert set(first) - {"same", "seed"} == set(other)
    assert set(second) == {"loss", "seconds"} and second["loss"] == 2 * first["loss"]


@pytest.mark.slow
def test_the_seconds_of_a_training_stand_in_the_row_for_which_it_ran(asked):
    """So a look under one condition alone tells what it cost, and the sum of all rows counts no training twice."""
    arm, _ = asked

    assert arm(0, "b")["seconds"] > 0 == arm(0, "a")["seconds"]
    assert arm(1, "a")["seconds"] > 0 == arm(1, "b")["seconds"]


@pytest.mark.slow
def test_a_training_that_broke_off_leaves_nothing_to_ask(asked):
    """The trainer has moved on; the numbers of the seed before it are not asked of its weights."""
    arm, begun = asked
    arm(0, "a")
    run = arm._trainer("a").run

    def broken(seed, **how):
        raise KeyboardInterrupt

    arm._trainer("a").run = broken
    with pytest.raises(KeyboardInterrupt):
        arm(1, "a")
    arm._trainer("a").run = run
    arm(0, "b")

    assert begun["a"] == [10, 10]


@pytest.mark.slow
def test_one_training_goes_on_from_another_and_the_seconds_of_each_are_counted_once(asked):
    """Whichever row comes first: the training that is taken up is not repeated when its own rows are asked."""
    first, begun = asked
    taken = []

    def begins(trainer, seed):
        assert seed == 10, "the one that the data are drawn by"
        model = first.learned(seed)
        trainer.model.set_weights(model.get_weights())
        taken.append([np.array(weights) for weights in model.get_weights()])

    second = trained("mlp", "digits", begins=begins, begin=10, **SHORT | {"steps": 1, "learning_rate": 1e-50})  # 0 in float32
    goes_on, row, other = second(0, "any"), first(0, "a"), first(0, "b")

    assert begun["a"] == [10]
    assert goes_on["seconds"] > 0 < row["seconds"] and other["seconds"] == 0
    for before, after in zip(taken[0], second._trainer("any").model.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)
    assert goes_on["accuracy"] == first._last[1]["accuracy"], "at rate 0 it is the network that was taken up"


@pytest.mark.slow
def test_a_question_gets_a_copy_of_all_that_the_training_gave_and_seconds_are_not_its_to_give(asked):
    """Under the second row as under the first; what a question does to its copy reaches neither the row nor the next one."""
    seen = []

    def greedy(trainer, seed, found):
        seen.append((found.pop("seconds"), found["losses"].pop()))
        return {"accuracy": 0.5}

    arm = dataclasses.replace(asked[0], asked={"a": greedy, "b": greedy, "c": lambda *_: {"seconds": 1.0}}, _trainers={})
    first, second = arm(0, "a"), arm(0, "b")

    assert seen[0] == seen[1] and seen[0][0] == first["seconds"] > 0 == second["seconds"]
    assert first["losses"][-1] == seen[0][1]
    with pytest.raises(ValueError, match="under 'c'"):
        arm(0, "c")


def test_conditions_that_are_asked_share_one_training_and_nothing_may_differ_between_them():
    ask = {"8": lambda *_: {}, "16": lambda *_: {}}
    with pytest.raises(ValueError, match="varies='batch_size'"):
        trained("mlp", "digits", varies="batch_size", asked=ask)
    with pytest.raises(ValueError, match="at='16'"):
        trained("mlp", "digits", at={"16": {"steps": 999}}, asked=ask)
    assert trained("mlp", "digits", at={"8": {"steps": 4}, "own": {"steps": 5}}, asked=ask).here("16").recipe["steps"] == 4


def test_an_arm_that_is_not_asked_has_learned_nothing_that_it_could_hand_on():
    with pytest.raises(ValueError, match="only an arm that is asked"):
        trained("mlp", "digits").learned(0)


@pytest.mark.slow
def test_a_start_from_learned_weights_is_a_difference_between_arms():
    def from_another(trainer, seed):
        raise AssertionError

    scratch, further = (trained("mlp", "digits", begins=begins, **SHORT).described("x") for begins in (None, from_another))
    assert fairness.differences({"a": scratch, "b": further}) == {"begins": [None, "from_another"]}
    other = dataclasses.replace(further, settings={**further.settings, "model": "cnn"})
    assert "begins" in fairness.differences({"a": scratch, "b": other}), "it does not come with another model"


@pytest.mark.slow
def test_all_that_is_asked_is_described_as_the_training_that_serves_it(asked):
    arm, _ = asked

    assert arm.here("b").recipe["steps"] == arm.here("a").recipe["steps"] == 4
    assert arm.here("other").recipe["steps"] == 6


@pytest.mark.slow
def test_an_unknown_optimizer_and_a_schedule_in_its_place_are_refused():
    with pytest.raises(NotFound, match="momentun"):
        trained("mlp", "digits", optimizer="momentun", **SHORT)(0, "x")
    with pytest.raises(NotFound, match="no optimizer called 'one-cycle-policy'"):
        trained("mlp", "digits", optimizer="one-cycle-policy", **SHORT)(0, "x")


def test_an_arm_may_be_another_one_under_each_condition():
    arm = ByCondition({"a": lambda seed, condition: {"x": seed}, "b": trained("mlp", "digits")})
    assert arm(3, "a") == {"x": 3}
    assert arm.described("a") is None


# ---- what differs ----------------------------------------------------------------------------------------------------


def made(params=100, **settings):
    return fairness.Arm({"model": "mlp", "learning_rate": 0.1, **settings}, ("hidden Dense (3,)",), params, 300, 2**20)


def test_the_learning_rate_is_no_difference_and_everything_else_is():
    arms = {"a": made(batch_size=8, optimizer="sgd"), "b": made(batch_size=16, optimizer="sgd")}
    assert fairness.differences(arms) == {"batch_size": [8, 16]}
    arms["b"] = fairness.Arm({**arms["a"].settings, "learning_rate": 0.3}, (), 100, 300, 1)
    assert fairness.differences(arms) == {}
    assert fairness.tuned(arms) == [0.1, 0.3]


def test_what_comes_with_another_model_or_optimizer_is_one_thing():
    """Sizes of another model make it equally large; momentum has a mu because it is momentum."""
    a, b = made(hidden=3, optimizer="sgd"), made(units=4, optimizer="momentum", **{"optimizer momentum": 0.9})
    assert list(fairness.differences({"a": a, "b": b})) == ["hidden", "optimizer", "units"]
    b = fairness.Arm({**b.settings, "model": "lstm"}, (), 100, 1, 1)
    assert list(fairness.differences({"a": a, "b": b})) == ["model", "optimizer"]


@pytest.mark.parametrize(("params", "differ"), [(105, False), (106, True)])
def test_sizes_within_five_percent_are_equal(params, differ):
    assert ("parameters" in fairness.differences({"a": made(), "b": made(params)})) == differ


@pytest.mark.parametrize(
    ("found", "about", "said"),
    [
        ({}, (), None),
        ({"optimizer": []}, (), None),
        ({"optimizer": [], "steps": []}, (), "more than one thing: optimizer, steps"),
        ({"optimizer": [], "steps": []}, ("optimizer", "steps"), None),
        (
            {"optimizer": [], "steps": []},
            ("optimizer",),
            "Beside what the claim is about (optimizer) the arms differ in: steps",
        ),
    ],
)
def test_a_second_difference_is_warned_of_unless_the_claim_is_about_it(found, about, said):
    warning = fairness.warning(found, about)
    assert warning is None if said is None else said in warning


def test_three_arms_are_compared_with_the_first():
    arms = {"a": made(), "b": made(), "c": fairness.Arm(made().settings, ("hidden Dense (4,)",), 100, 400, 2**20)}
    lines = fairness.told({"x": arms}, {"x": fairness.tuned(arms)}, ["x"])
    assert "layers, a to c: - hidden Dense (3,); + hidden Dense (4,)" in lines
    assert "multiply-adds for one example: 300 / 300 / 400" in lines


def test_many_changed_layers_are_counted_by_kind_and_renamed_ones_cancel_out():
    """7 convolutions are only called otherwise, and 2 sums are new: 16 lines of a difference, told as one number."""
    plain, residual = (tuple(f"{name}_{number} Conv2D (8, 8, 4)" for number in range(7)) for name in ("first", "stem"))
    sums = ("sum_1 Add (8, 8, 4)", "sum_2 Add (8, 8, 4)")
    arms = {
        name: fairness.Arm(made().settings, layers, 100, 300, 2**20) for name, layers in (("a", plain), ("b", residual + sums))
    }
    assert "layers, a to b: +2 Add (16 names or sizes differ)" in fairness.told({"x": arms}, {"x": [None, None]}, ["x"])

    arms = {name: fairness.Arm(made().settings, layers, 100, 300, 2**20) for name, layers in (("a", plain), ("b", residual))}
    assert "layers, a to b: the same kinds (14 names or sizes differ)" in fairness.told({"x": arms}, {"x": [None, None]}, ["x"])


def test_what_depends_on_the_condition_names_it_and_what_does_not_stands_alone():
    """Where nothing is built only the rates are known; a rate that changes has a line for each of its values."""
    made_at = {where: {"a": made(size), "b": made(size, units=5)} for where, size in (("2 layers", 10), ("8 layers", 40))}
    rates = {"2 layers": [0.1, 0.3], "8 layers": [0.1, 0.1], "formula": [0.1, 0.3]}

    lines = fairness.told(made_at, rates, ["2 layers", "8 layers", "formula"])

    assert lines == [
        "units (2 layers; 8 layers): - / 5",
        "learning rate, tuned for each (2 layers; formula): 0.1 / 0.3",
        "learning rate, tuned for each (8 layers): 0.1 / 0.1",
        "parameters (2 layers): 10 / 10",
        "parameters (8 layers): 40 / 40",
        "multiply-adds for one example (2 layers; 8 layers): 300 / 300",
        "memory of a step (2 layers; 8 layers): 1.00 / 1.00 MiB",
    ]
    assert fairness.told(made_at, {}, list(made_at))[0] == "units: - / 5"


@pytest.mark.parametrize("rates", [{"x": [0.1, 0.1], "y": [0.1, 0.1]}, {"x": [None, None]}])
def test_a_rate_that_is_the_same_everywhere_has_no_line(rates):
    assert fairness.told({}, rates, ["x", "y"]) == []


def test_a_function_of_a_pair_tells_the_rate_that_it_was_given():
    def walk(seed, condition, *, rate=None):
        return {"x": seed}

    parts = {"a": functools.partial(walk, rate=0.5), "b": walk, "c": trained("mlp", "digits", learning_rate=0.3)}
    assert [ByCondition(parts).rate(name) for name in parts] == [0.5, None, 0.3]


def test_changed_lines_of_code_leave_words_out(tmp_path):
    a, b = tmp_path / "a.py", tmp_path / "b.py"
    a.write_text('"""One."""\nx = 1  # one\ny = 2\n')
    b.write_text('"""Another."""\nx = 1\ny = 3\nz = 4\n')
    assert fairness.changed_lines(a, b) == 3  # y twice, z once


@pytest.mark.slow
def test_memory_is_weights_optimizer_and_what_the_layers_give():
    """Softmax regression, 64 numbers to 10, batches of 4: SGD keeps its step and its rate, momentum a velocity as well."""
    weights, given = 64 * 10 + 10, 4 * (64 + 10)  # of the flattened picture and the answer
    sizes = {}
    for name in ("sgd", "momentum"):
        arm = trained(stack, "digits", sizes={"depth": 0}, optimizer=name, steps=1, batch_size=4)
        sizes[name] = arm.described("x").memory
    assert sizes["momentum"] - sizes["sgd"] == 4 * weights
    assert 0 < sizes["sgd"] - 4 * (weights + given) <= 16
