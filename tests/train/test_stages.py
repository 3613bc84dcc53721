"""A model whose training is the lesson has stages; each has its own task, optimizer, rate and learning layers."""

import dataclasses
import types

import numpy as np
import pytest

from kdl import catalog
from kdl.errors import BadContent, UsageProblem
from kdl.runs import record
from kdl.tasks import Stage, adding
from kdl.train import session
from kdl.train.fit import Trainer
from kdl.train.recipe import Recipe
from kdl.train.stages import Plan


def silent(*args):
    pass


@pytest.fixture
def task():
    """Three steps an epoch."""
    return dataclasses.replace(adding.make(length=4), examples=24)


@pytest.fixture
def toy(keras, monkeypatch, task):
    """Two stages: all layers copy the first number; then the head alone learns to add, at a tenth of the rate."""

    def build(**sizes):
        inputs = keras.Input((4, 2))
        body = keras.layers.Dense(3, activation="tanh", name="body")(keras.layers.Flatten()(inputs))
        body = keras.layers.Dropout(0.2)(body)
        return keras.Model(inputs, keras.layers.Dense(1, name="head")(body))

    def copied(seed, epoch, index, size):
        x, _ = task.batches(seed, epoch, index, size)
        return x, x[:, 0, :1]

    def stages(model, wanted):
        first = dataclasses.replace(wanted, batches=copied)
        return [Stage("copy", first, share=2), Stage("add", wanted, speed=0.1, learns=lambda layer: layer.name == "head")]

    module = types.SimpleNamespace(build=build, stages=stages)
    monkeypatch.setattr(catalog, "build", lambda name, **sizes: build())
    monkeypatch.setattr(catalog, "load", lambda card: module)
    return lambda steps=12: Trainer("lstm", task, Recipe(steps=steps, batch_size=8))


def weights(trainer) -> dict:
    return {variable.path.split("/")[-2] + variable.name: variable.numpy() for variable in trainer.model.weights}


def test_the_second_stage_moves_only_what_learns_in_it(toy, keras):
    one, seen = toy(), {}

    def look(step, loss):
        seen[step] = (weights(one), float(one.model.optimizer.learning_rate), int(one.model.optimizer.iterations))

    one.run(0, on_step=look)

    body = [name for name in seen[1][0] if name.startswith("body")]
    assert all((seen[8][0][name] != seen[1][0][name]).any() for name in body)
    assert all((seen[12][0][name] == seen[8][0][name]).all() for name in body)
    assert (seen[12][0]["headkernel"] != seen[8][0]["headkernel"]).any()
    assert [round(seen[step][1] / seen[1][1], 6) for step in (8, 9, 12)] == [1, 0.1, 0.1]
    assert [seen[step][2] for step in (8, 9, 12)] == [8, 1, 4], "a new optimizer for each stage"


def test_the_rows_count_epochs_over_all_stages_and_the_last_of_each_may_be_short(toy):
    rows = []

    toy().run(0, on_epoch=rows.append)

    assert [(row["epoch"], row["step"]) for row in rows] == [(1, 3), (2, 6), (3, 8), (4, 11), (5, 12)]


def test_a_second_seed_begins_with_the_first_stage_again(toy):
    one, other = toy(), toy()
    one.run(0)
    one.run(3)
    other.run(3)

    for mine, theirs in zip(one.model.weights, other.model.weights, strict=True):
        np.testing.assert_array_equal(mine.numpy(), theirs.numpy())


@pytest.mark.parametrize("step", [5, 8, 10])
def test_it_goes_on_in_the_stage_where_it_stopped(step, toy, monkeypatch):
    """In the first, between the two, in the second."""
    whole = toy()
    whole.run(1)
    run, one = record.create("train", "lstm", seed=1), toy()
    stops = iter([False] * (step - 1) + [True])
    original = one.run
    monkeypatch.setattr(one, "run", lambda seed, **how: original(seed, **{**how, "stop": lambda: next(stops)}))
    session.train(one, run, 1, on_epoch=silent, on_step=silent)

    again = toy()
    run.begin()
    session.train(again, run, 1, on_epoch=silent, on_step=silent, position=session.restored(again, run))

    for mine, theirs in zip(again.model.variables, whole.model.variables, strict=True):
        np.testing.assert_array_equal(mine.numpy(), theirs.numpy())


def test_shares_are_dealt_out_of_all_steps(task):
    plan = Plan([Stage("a", task, share=1), Stage("b", task, share=2)], Recipe(steps=10, batch_size=8))

    epochs = [plan.epoch(step) for step in range(10)]

    assert [epoch.stage for epoch in epochs] == [0, 0, 0, 1, 1, 1, 1, 1, 1, 1]
    assert [epoch.number for epoch in epochs] == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3]
    assert [(epoch.begin, epoch.end) for epoch in epochs[::3]] == [(0, 3), (3, 6), (6, 9), (9, 10)]


def test_stages_without_a_share_are_bad_content(monkeypatch, task):
    monkeypatch.setattr(catalog, "load", lambda card: types.SimpleNamespace(stages=lambda model, task: []))

    with pytest.raises(BadContent, match="stages must return stages"):
        Plan.of("lstm", None, task, Recipe())


def test_a_task_without_a_loss_takes_no_model_without_one(keras, task):
    with pytest.raises(UsageProblem, match="cannot be trained on adding") as told:
        Trainer("mlp", dataclasses.replace(task, loss=None, sizes={"shape": (4, 2), "outputs": 1}), Recipe(steps=1))
    assert "this one has none of its own" in told.value.why


def test_a_model_with_a_loss_of_its_own_keeps_it_whatever_the_task_has(keras):
    """One step on the same batch, with a task that has no loss and with one whose loss would be 0."""
    from kdl.tasks import draw_points

    plain = draw_points.make()
    other = dataclasses.replace(plain, loss=lambda: lambda y, drawn: 0 * keras.ops.sum(drawn, axis=-1))
    found = [Trainer("gan", one, Recipe(steps=1, batch_size=8), width=4).run(0)["loss"] for one in (plain, other)]

    assert found[0] == found[1] > 0
