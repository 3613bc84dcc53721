"""A training depends on its seed and on nothing that ran before it."""

import dataclasses
import math

import numpy as np
import pytest

from kdl import catalog
from kdl.tasks import adding, digits
from kdl.train.fit import CHUNK, Trainer
from kdl.train.recipe import Recipe

on_both_backends = pytest.mark.parametrize("backend", ["tensorflow", pytest.param("jax", marks=pytest.mark.jax)])
SHORT = Recipe(steps=6, batch_size=8, learning_rate=1e-2)


def trainer(recipe=SHORT, **sizes):
    return Trainer("lstm", adding.make(length=5), recipe, **{"units": 4, **sizes})


def weights(one) -> bytes:
    return b"".join(weight.tobytes() for weight in one.model.get_weights())


@on_both_backends
def test_seed_3_alone_equals_seed_3_after_other_seeds_bit_for_bit(backend, keras):
    alone, others = trainer(), trainer()
    one = alone.run(3)
    for seed in (0, 1, 2):
        others.run(seed)
    other = others.run(3)

    assert (one["score"], one["loss"]) == (other["score"], other["loss"])
    assert weights(alone) == weights(others)


def test_different_seeds_give_different_weights(keras):
    one = trainer()

    one.reset(0)
    first = weights(one)
    one.reset(1)

    assert weights(one) != first


def test_a_reset_starts_everything_afresh(keras):
    """Weights, the optimizer's step and moments, and the state of random layers."""
    one = trainer()
    one.reset(5)
    start = [variable.numpy() for variable in (*one.model.variables, *one.model.optimizer.variables)]
    one.run(5)
    moved = [variable.numpy() for variable in (*one.model.variables, *one.model.optimizer.variables)]
    one.reset(5)
    again = [variable.numpy() for variable in (*one.model.variables, *one.model.optimizer.variables)]

    for before, after in zip(start, again, strict=True):
        np.testing.assert_array_equal(before, after)
    assert sum((before != after).any() for before, after in zip(start, moved, strict=True)) > 10


def test_the_state_of_dropout_is_reset_with_the_weights(keras, monkeypatch):
    """Its seed generator is no weight: a reset that copies weights alone would let it run on."""

    def build(name, **sizes):
        inputs = keras.Input((5, 2))
        return keras.Model(inputs, keras.layers.Dense(1)(keras.layers.Dropout(0.5)(keras.layers.Flatten()(inputs))))

    monkeypatch.setattr(catalog, "build", build)
    alone, others = trainer(), trainer()
    one = alone.run(3)
    others.run(0)

    assert others.run(3)["loss"] == one["loss"]
    assert weights(alone) == weights(others)


def test_moving_averages_of_batch_normalisation_start_afresh_for_every_seed(keras):
    """No gradient moves them. Left over from another seed they would change what a network answers, and not how it learns."""

    def normalised(shape, outputs):
        inputs = keras.Input(shape)
        x = keras.layers.Conv2D(3, 3, strides=2, use_bias=False)(inputs)
        x = keras.layers.Flatten()(keras.layers.ReLU()(keras.layers.BatchNormalization(momentum=0.9, name="norm")(x)))
        return keras.Model(inputs, keras.layers.Dense(outputs)(x))

    def averages(one):
        norm = one.model.get_layer("norm")
        return [variable.numpy() for variable in (norm.moving_mean, norm.moving_variance)]

    alone, others = (Trainer(normalised, digits.make(), SHORT) for _ in range(2))
    one = alone.run(3)
    for seed in (0, 1):
        others.run(seed)
    left = averages(others)
    other = others.run(3)

    assert (one["score"], one["loss"]) == (other["score"], other["loss"])
    assert weights(alone) == weights(others), "moving averages are among them"
    assert all((before != after).any() for before, after in zip(left, averages(others), strict=True)), "and they do move"
    others.reset(3)
    assert [float(abs(average).max()) for average in averages(others)] == [0.0, 1.0], "a mean of 0 and a variance of 1"


def test_the_training_step_is_traced_once(keras, monkeypatch):
    """Optimizer variables that are created inside the first step would make TensorFlow trace it twice."""
    traces = []
    original = keras.Model.train_step
    monkeypatch.setattr(keras.Model, "train_step", lambda self, data: traces.append(1) or original(self, data))
    one = trainer()

    one.run(0)
    one.run(1)

    assert len(traces) == 1


def test_an_epoch_ends_with_a_row_and_the_last_may_be_short(keras, monkeypatch):
    one = trainer(Recipe(steps=250, batch_size=2))
    monkeypatch.setattr(one, "_step", lambda seed, epoch, index: float(index))
    rows, steps = [], []

    done = one.run(0, on_epoch=rows.append, on_step=lambda step, loss: steps.append(step))

    assert steps == list(range(1, 251))
    assert [(row["epoch"], row["step"]) for row in rows] == [(1, 100), (2, 200), (3, 250)]
    assert [row["loss"] for row in rows] == [49.5, 49.5, 24.5], "the mean of the batches of that epoch"
    assert all(row["mse"] == done["score"] for row in rows)


def test_each_step_asks_for_the_batch_of_its_epoch_and_index(keras):
    asked, task = [], adding.make(length=5)
    original = task.batches

    def batches(seed, epoch, index, batch_size):
        asked.append((seed, epoch, index, batch_size))
        return original(seed, epoch, index, batch_size)

    task = dataclasses.replace(task, batches=batches, examples=4)
    Trainer("lstm", task, Recipe(steps=5, batch_size=2), units=4).run(9)

    assert asked == [(9, 0, 0, 2), (9, 0, 1, 2), (9, 1, 0, 2), (9, 1, 1, 2), (9, 2, 0, 2)]


def test_watching_a_training_does_not_change_it(keras):
    one = trainer()

    silent = one.run(0)
    watched = one.run(0, on_epoch=lambda row: None, on_step=lambda step, loss: None)

    assert silent["score"] == watched["score"]


def test_it_stops_after_the_step_in_which_it_is_asked_to(keras):
    done = trainer().run(0, stop=iter([False, False, True]).__next__)

    assert done["steps"] == 3
    assert math.isfinite(done["score"])


def test_a_training_that_diverges_ends_there_with_a_score_that_is_no_number(keras, monkeypatch):
    one = trainer()
    losses = iter([1.0, math.nan])
    monkeypatch.setattr(one, "_step", lambda *at: next(losses))
    monkeypatch.setattr(one, "predict", lambda x: np.full((len(x), 1), np.nan))

    done = one.run(0)

    assert done["steps"] == 2
    assert math.isnan(done["loss"])
    assert math.isnan(done["score"])


@pytest.mark.parametrize("count", [1, CHUNK - 1, CHUNK, CHUNK + 1])
def test_predictions_in_chunks_equal_those_of_one_call(count, keras):
    one = trainer()
    x, _ = adding.make(length=5).test(0)
    x = x[:count]

    np.testing.assert_allclose(one.predict(x), keras.ops.convert_to_numpy(one.model(x)), atol=1e-6)


def test_the_gradient_is_clipped_at_the_recipes_norm(keras):
    assert trainer().model.optimizer.global_clipnorm == SHORT.clip_norm
