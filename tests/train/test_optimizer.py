"""The optimizer and the schedule of a training, by name."""

import numpy as np
import pytest

from kdl.errors import NotFound, UsageProblem
from kdl.tasks import adding
from kdl.train import optimizer
from kdl.train.fit import Trainer
from kdl.train.recipe import Recipe


def test_names_are_the_lessons_of_that_kind_and_plain_descent():
    assert {"adam", "momentum", "rprop", "sgd", "gradient-descent"} <= set(optimizer.names("optimizer"))
    assert {"one-cycle-policy", "slanted-triangular-lr"} <= set(optimizer.names("schedule"))
    assert not set(optimizer.names("optimizer")) & set(optimizer.names("schedule"))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"optimizer": "momentun"}, "momentum"),
        ({"schedule": "one-cycle"}, "one-cycle-policy"),
        ({"optimizer": "greedy"}, "adam"),
    ],
)
def test_a_recipe_refuses_an_unknown_name_with_the_nearest(wrong, told):
    with pytest.raises(NotFound) as caught:
        Recipe(**wrong)

    assert told in caught.value.fix


def test_settings_are_the_optimizers_own_arguments(keras):
    assert optimizer.settings("momentum") == {"momentum": 0.9}
    assert set(optimizer.settings("sgd")) == {"momentum", "nesterov"}
    assert {"beta_1", "beta_2", "epsilon"} <= set(optimizer.settings("adam"))
    assert not {"learning_rate", "name", "global_clipnorm", "options"} & set(optimizer.settings("rprop"))


def test_a_recipe_makes_its_optimizer(keras):
    """With its settings and its clipping; half the speed is half the rate."""
    made = optimizer.made(Recipe(learning_rate=0.1, clip_norm=2.0, optimizer="momentum", settings={"momentum": 0.5}), 10, 0.5)

    assert (type(made).__name__, made.momentum, made.global_clipnorm) == ("Momentum", 0.5, 2.0)
    assert float(made.learning_rate) == pytest.approx(0.05)


def test_a_schedule_peaks_at_the_learning_rate_within_the_steps(keras):
    made = optimizer.made(Recipe(learning_rate=0.1, schedule="one-cycle-policy"), 100)

    rates = [float(made._learning_rate(step)) for step in range(101)]

    assert max(rates) == pytest.approx(0.1)
    assert 0 < rates.index(max(rates)) < 100
    assert rates[100] < rates[0] < 0.1


def test_a_constant_rate_can_be_asked_for_where_a_header_has_a_schedule(keras):
    recipe = Recipe.of("irnn", "name-language", schedule="constant")

    assert Recipe.of("irnn", "name-language").schedule == "one-cycle-policy"
    assert float(optimizer.made(recipe, 100).learning_rate) == pytest.approx(recipe.learning_rate)


@pytest.mark.slow
def test_the_default_is_adam_of_keras_at_a_constant_rate_bit_for_bit(keras):
    """Six steps against Keras's Adam and `train_on_batch`, from the same weights."""
    task = adding.make(length=5)
    ours = Trainer("lstm", task, Recipe(steps=6, batch_size=8, learning_rate=1e-2), units=4)
    ours.reset(3)
    plain = keras.models.clone_model(ours.model)
    plain.set_weights(ours.model.get_weights())
    plain.compile(keras.optimizers.Adam(1e-2, global_clipnorm=1.0), task.loss(), jit_compile=ours.engine.compiled)

    for index in range(6):
        x, y = task.batches(3, 0, index, 8)
        ours.replicas.step(ours.model, x, y)
        plain.train_on_batch(x, y)

    for one, other in zip(ours.model.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "schedule"), [("momentum", "one-cycle-policy"), ("rprop", None), ("sgd", "slanted-triangular-lr")]
)
def test_a_training_with_another_optimizer_and_a_schedule_goes_on_bit_for_bit(name, schedule, keras, tmp_path):
    """Stopped after the first of ten steps: the checkpoint holds the optimizer's own variables too."""
    from kdl.train import checkpoint

    def trainer():
        recipe = Recipe(steps=10, batch_size=8, learning_rate=1e-2, optimizer=name, schedule=schedule)
        return Trainer("lstm", adding.make(length=5), recipe, units=4)

    whole = trainer()
    whole.run(5)
    half = trainer()
    half.run(5, stop=lambda: True, keep=lambda position: checkpoint.save(tmp_path / "c.npz", half, position))
    again = trainer()
    again.run(5, position=checkpoint.restore(tmp_path / "c.npz", again))

    for one, other in zip(whole.model.get_weights(), again.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    for one, other in zip(whole.model.optimizer.variables, again.model.optimizer.variables, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())


@pytest.mark.slow
def test_the_moments_of_another_optimizer_are_refused(keras, tmp_path):
    """Momentum and Nesterov keep as many numbers of the same shapes, which mean something else."""
    from kdl.train import checkpoint
    from kdl.train.fit import Position

    def trainer(name):
        return Trainer(
            "lstm", adding.make(length=5), Recipe(steps=10, batch_size=8, learning_rate=1e-2, optimizer=name), units=4
        )

    checkpoint.save(tmp_path / "c.npz", trainer("momentum"), Position([0.5], 1.0))

    with pytest.raises(UsageProblem, match="of another optimizer") as caught:
        checkpoint.restore(tmp_path / "c.npz", trainer("nesterov"))
    assert "moments of Momentum; this training has Nesterov" in caught.value.why
