"""Keras layers: weights by name, outputs, one optimizer step; right, wrong, crashing, and with other weights than asked."""

import dataclasses
import random
from pathlib import Path

import numpy as np
import pytest

from kdl.grade import calls, check, diagnosis, exercise, feedback, inspect, trusted
from kdl.grade.case import Case, Train
from kdl.grade.judge import Reference
from kdl.grade.learner import Learner
from kdl.grade.session import named_weights

FOLDER = Path(__file__).parent / "made" / "11-recurrent-networks" / "gated-layer"
SOLUTION = (FOLDER / "solution.py").read_text()


@pytest.fixture(scope="module")
def one():
    return exercise.read(FOLDER)


@pytest.fixture(scope="module")
def reference(one):
    return Reference(one, 3)


@pytest.fixture(scope="module")
def mutants(reference):
    return diagnosis.Mutants(reference)


@pytest.fixture
def judged(one, reference, mutants):
    """Judge code in this process: `outcomes, diagnoses = judged(code)`."""

    def judge(code: str):
        session = trusted.Local(code, "keras")
        outcomes = {step.id: diagnosis.run_local(reference, step, session) for step in one.steps}
        return outcomes, diagnosis.diagnose(one, outcomes, mutants, session.ask)

    return judge


RIGHT = {
    "the solution": SOLUTION,
    "names from the attributes alone": SOLUTION.replace(', name="gate"', "").replace(', name="value"', ""),
    "other attributes": SOLUTION.replace("self.gate", "self.first").replace("self.value", "self.second"),
    "weights of its own": """
import keras
from keras import ops

class Part(keras.layers.Layer):
    def __init__(self, units, bias, **kwargs):
        super().__init__(**kwargs)
        self.units, self.use = units, bias
    def build(self, shape):
        self.kernel = self.add_weight(name="kernel", shape=(shape[-1], self.units))
        self.bias = self.add_weight(name="bias", shape=(self.units,)) if self.use else 0.0
    def call(self, x):
        return x @ self.kernel + self.bias

class Gated(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.gate, self.value = Part(units, True), Part(units, False)
    def call(self, x, mask=None):
        y = 0.5 * (1 + ops.tanh(0.5 * self.gate(x))) * self.value(x)
        return y if mask is None else y * ops.cast(mask, y.dtype)[..., None]
""",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", RIGHT)
def test_right_layers_pass(judged, name):
    outcomes, told = judged(RIGHT[name])
    assert [(each.reason, each.detail) for many in outcomes.values() for each in many] == [(None, "")] * 4
    assert set(told.values()) == {None}


WRONG = {
    "a weight is missing": (
        SOLUTION.replace("Dense(units, name=", "Dense(units, use_bias=False, name="), "weights", "there is no weight gate/bias",
    ),
    "a weight too many": (SOLUTION.replace("use_bias=False, ", ""), "weights", "there is a weight too many, value/bias"),
    "another shape": (
        SOLUTION.replace("Dense(units, name", "Dense(1, name"), "weights",
        "the weight gate/kernel has shape (3, 1), not (3, 2)",
    ),
    "one layer for two": (
        SOLUTION.replace('keras.layers.Dense(units, use_bias=False, name="value")', "self.gate"), "weights",
        "gate/kernel and value/kernel are one and the same weight",
    ),
    "no weights": (SOLUTION.replace("self.gate(x)", "x").replace("self.value(x)", "x"), "weights", "the layer has: none"),
    "a list": (SOLUTION.replace("return y if", "return [y] if"), "type", "y is a list"),
    "raises": (SOLUTION.replace("return y if", "return y.nothing if"), "exception", "AttributeError"),
    "takes no units": (SOLUTION.replace("self, units, **kwargs", "self, **kwargs"), "exception", "units"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", WRONG)
def test_wrong_layers_are_told_what_and_where(judged, name):
    code, reason, text = WRONG[name]
    outcome = judged(code)[0]["outputs"][0]
    assert outcome.reason == reason and text in outcome.detail
    if reason == "exception":
        assert outcome.lines and "\x1b" not in outcome.detail


@pytest.mark.slow
def test_every_mutant_is_named(one, judged):
    for mutant in one.mutants:
        outcomes, told = judged(mutant.path.read_text())
        wrong = {step for step, many in outcomes.items() if {each.status for each in many} != {"pass"}}
        assert wrong == set(mutant.must_fail)
        assert {step: told[step].mutant for step in wrong} == dict.fromkeys(wrong, mutant.name)


FROZEN = {
    "not trainable": (SOLUTION.replace('name="gate")', 'name="gate", trainable=False)'), "gate_detached", None),
    "one half is cut off": (
        SOLUTION.replace("self.value(x)", "ops.stop_gradient(self.value(x))"),
        None,
        "One step of the optimizer leaves value/kernel as it was",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FROZEN)
def test_a_weight_that_stays_where_it_was_is_told(judged, name):
    code, mutant, text = FROZEN[name]
    outcomes, told = judged(code)
    assert {each.status for each in outcomes["outputs"]} == {"pass"}
    if mutant:
        assert told["learns"].mutant == mutant
    else:
        assert told["learns"].pattern == "frozen" and text in told["learns"].message


def test_the_expected_values_are_computed_in_float64(one, reference):
    """y = value / (1 + exp(-gate)), from the weights of the case, in NumPy."""
    for case, right in zip(reference.cases["outputs"], reference.expected["outputs"], strict=True):
        case = case.widened()
        x, mask, weights = case.inputs["x"], case.inputs["mask"], case.weights
        y = x @ weights["value/kernel"] / (1 + np.exp(-(x @ weights["gate/kernel"] + weights["gate/bias"])))
        y = y if mask is None else np.where(mask[..., None], y, 0)
        assert right.arrays[0].dtype == np.float64
        assert np.abs(right.arrays[0] - y).max() < 1e-14


def test_one_step_of_gradient_descent_is_what_it_says(one, reference):
    """w - rate · d/dw mean((y - target)²), by central differences of the loss in NumPy."""
    case = reference.cases["learns"][0].widened()
    x, weights = case.inputs["x"], case.weights

    def loss(name, index, move):
        moved = {key: value.copy() for key, value in weights.items()}
        moved[name][index] += move
        y = x @ moved["value/kernel"] / (1 + np.exp(-(x @ moved["gate/kernel"] + moved["gate/bias"])))
        return np.mean((y - case.train.target) ** 2)

    for name, after in zip(case.weights, reference.expected["learns"][0].arrays, strict=True):
        slope = np.zeros_like(after)
        for index in np.ndindex(after.shape):
            slope[index] = (loss(name, index, 1e-5) - loss(name, index, -1e-5)) / 2e-5
        assert np.abs(weights[name] - case.train.rate * slope - after).max() < 1e-8


def test_trusted_code_leaves_keras_and_the_random_states_alone(one, keras):
    code = SOLUTION.replace("class Gated", '@keras.saving.register_keras_serializable("made")\nclass Gated').replace(
        "super().__init__(**kwargs)", "super().__init__(**kwargs)\n        keras.utils.set_random_seed(1)"
    )

    def state():
        return (
            random.getstate(), str(np.random.get_state()), keras.config.floatx(), keras.config.dtype_policy().name,
            keras.config.is_traceback_filtering_enabled(), sorted(keras.saving.get_custom_objects()),
        )  # fmt: skip

    before = state()
    Reference(one, 5)
    trusted.Local(code, "keras", wide=True).ask(
        {"op": "new", "name": "Gated", "args": [], "kwargs": {"units": 2}, "handle": "a"}
    )
    assert state() == before


PROBLEMS = {
    "no class": ("import keras\n", "The file defines no class `class Gated`."),
    "a function": ("def Gated(units): pass\n", "`Gated` is a function; write a class."),
    "no call": (SOLUTION[: SOLUTION.index("    def call")], "`Gated` has no method `call(x, mask)`."),
    "another call": (SOLUTION.replace("x, mask=None", "x"), "`call(self, x)` cannot be called as `call(x, mask)`."),
    "a forbidden import": ("from keras.ops import sigmoid\n" + SOLUTION, "does not allow `sigmoid`"),
    "a forbidden text": (SOLUTION.replace('name="gate"', 'activation="sigmoid"'), "does not allow `sigmoid`"),
    "a forbidden getattr": (SOLUTION + "\nf = getattr(ops, 'sigmoid')\n", "does not allow `sigmoid`"),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_can_be_said_of_a_layer_before_it_runs(one, submit, name):
    code, text = PROBLEMS[name]
    source, _ = inspect.read(submit(code))
    assert text in inspect.problems(one, source)[0].message


def test_a_layer_may_be_named_like_something_forbidden(one, submit):
    source, _ = inspect.read(submit(SOLUTION.replace('name="value"', 'name="sigmoid"')))
    assert inspect.problems(one, source) == []


@pytest.mark.parametrize("name", ["the solution", "names from the attributes alone"])
def test_the_code_of_a_case_makes_the_same_call(one, reference, keras, monkeypatch, name):
    import sys
    import types

    module = types.ModuleType("submission")
    exec(RIGHT[name], module.__dict__)
    monkeypatch.setitem(sys.modules, "submission", module)
    for step in one.steps:
        for case, right in zip(reference.cases[step.id], reference.expected[step.id], strict=True):
            names: dict = {}
            exec(calls.code(step, case), names)
            if case.train:
                after = named_weights(names["layer"], list(case.weights))
                assert all(np.abs(after[k].numpy() - v).max() < 1e-5 for k, v in zip(case.weights, right.arrays, strict=True))
            else:
                assert np.abs(names["y"].numpy() - right.arrays[0]).max() < 1e-5


# ---- through the learner's process -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_operation_crosses_to_a_real_process(one, submit):
    code = SOLUTION + "\n    def double(self, x):\n        return 2 * x\n\n\ndef half(x):\n    return x / 2\n"
    source, _ = inspect.read(submit(code))
    learner, x = Learner(one, source, "process"), np.float32([[[1, 2, 3]]])
    weights = {"gate/kernel": np.zeros((3, 2)), "gate/bias": np.zeros(2), "value/kernel": np.ones((3, 2))}
    try:
        assert learner.load()["status"] == "value"
        assert learner.ask({"op": "call", "function": "half", "args": [x]})["value"].tolist() == [[[0.5, 1, 1.5]]]
        assert learner.ask({"op": "calls", "function": "half", "many": [[2.0], [4.0]]})["value"] == [1.0, 2.0]
        new = {"op": "new", "name": "Gated", "args": [], "kwargs": {"units": 2}, "handle": "a"}
        assert learner.ask(new)["status"] == "value"
        assert learner.ask({"op": "method", "handle": "a", "name": "double", "args": [3]})["value"] == 6
        assert learner.ask({"op": "method", "handle": "a", "name": "triple", "args": [3]})["status"] == "missing"
        call = {"op": "model_call", "handle": "a", "args": [x], "kwargs": {"mask": None}}
        assert learner.ask(call)["value"].shape == (1, 1, 2)
        assert learner.ask({"op": "set_weights", "handle": "a", "weights": weights})["status"] == "value"
        assert learner.ask(call)["value"].tolist() == [[[3, 3]]]  # 6 · sigmoid(0)
        train = {**call, "op": "train_step", **vars(Train(np.float32([[[0, 0]]]), rate=1.0))}
        assert learner.ask(train)["value"] == 9.0  # (3² + 3²) / 2
        after = learner.ask({"op": "get_weights", "handle": "a", "names": ["value/kernel"]})
        assert after["status"] == "weights"  # the others were not named
        (_, bias, value) = learner.ask({"op": "get_weights", "handle": "a", "names": list(weights)})["value"]
        assert value[:, 0].tolist() == [-0.5, -2, -3.5]  # 1 - 3 · x / 2
        assert bias.tolist() == [-4.5, -4.5]  # 0 - 3 · 6 / 4
        lost = learner.ask({**call, "handle": "b"})
        assert lost["status"] == "exception"
    finally:
        learner.close()


@pytest.mark.slow
def test_a_crash_or_a_time_out_costs_only_its_case(one, submit):
    """The process ends itself on every mask, and sleeps in every training step of the case without one."""
    short = dataclasses.replace(one, limits=dataclasses.replace(one.limits, call_s=4.0))
    crash = SOLUTION.replace("        y = ", "        if mask is not None:\n            os._exit(3)\n        y = ")
    crash = crash.replace("import keras\n", "import os\nimport keras\n", 1)
    found = check.run(short, submit(crash), 3, sandbox="process")
    assert [[each.reason for each in found.outcomes[step.id]] for step in one.steps] == [[None, "crash"]] * 2
    assert (found.status, found.score) == ("fail", 0)
    sleep = SOLUTION.replace("        y = ", "        if mask is not None:\n            time.sleep(60)\n        y = ")
    sleep = sleep.replace("import keras\n", "import time\nimport keras\n", 1)
    found = check.run(short, submit(sleep), 3, sandbox="process")
    assert [each.reason for each in found.outcomes["outputs"]] == [None, "timeout"]


@pytest.mark.slow
def test_what_a_case_prints_in_any_of_its_requests_is_kept_beside_it(one, submit):
    code = SOLUTION.replace("        y = ", "        print('seen', x.shape[0])\n        y = ").replace(
        "return y if", "return -y if"
    )
    found = check.run(one, submit(code), 3, sandbox="process")
    said = [each.printed for each in found.outcomes["outputs"]]
    assert said == ["seen 1\nseen 1\n", "seen 2\nseen 2\n"]  # while it is built, and when it is compared
    assert found.output.startswith("seen 1\nseen 1\nseen 2\n")


@pytest.mark.slow
def test_a_whole_check_of_a_layer(one, submit):
    assert check.run(one, submit(SOLUTION), 3).result["score"] == 3
    found = check.run(one, one.mutants[-1].path, 3)
    assert found.score == 2 and found.diagnoses["learns"].mutant == "gate_detached"
    text = "\n".join(feedback.failure(found, found.first_open))
    assert "model.train_on_batch(x, target)" in text and "after one step" in text
    assert found.output == ""  # no warnings of Keras
    assert check.run(one, one.mutants[-1].path, 3).result == found.result


def test_a_result_that_is_no_list_of_weights_is_refused(one, reference):
    from kdl.grade.judge import judged

    step, case, right = one.steps[1], reference.cases["learns"][0], reference.expected["learns"][0]
    for value in (None, right.arrays[0], right.arrays[:2], [*right.arrays, 1]):
        outcome = judged(one, step, case, right, {"status": "value", "value": value, "inputs": case.request()})
        assert (outcome.status, outcome.reason) == ("fail", "type")


def test_a_case_of_a_layer_counts_its_weights():
    case = Case("c", {"x": np.zeros((2, 3), np.float32), "mask": None}, weights={"kernel": np.zeros((3, 4), np.float32)})
    assert (case.size(), case.dtype()) == (6 + 1 + 12, "float32")


def test_weights_are_found_through_attributes_whatever_the_layers_inside_are_called(keras):
    """The path of an unnamed `head` is `outer/dense/kernel`; only that of the inner one ends in `head/kernel`."""

    class Inner(keras.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.head = keras.layers.Dense(2, name="head")

        def call(self, x):
            return self.head(x)

    class Outer(Inner):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.head, self.inner = keras.layers.Dense(2), Inner(name="inner")

        def call(self, x):
            return self.head(self.inner(x))

    outer = Outer()
    outer(np.zeros((1, 3)))
    found = named_weights(outer, ["head/kernel", "head/bias", "inner/head/kernel", "inner/head/bias"])

    assert found["head/kernel"] is outer.head.kernel
    assert found["inner/head/kernel"] is outer.inner.head.kernel
    assert len({id(weight) for weight in found.values()}) == 4
