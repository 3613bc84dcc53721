"""The GAN's two losses against the game's theory on a world of five outcomes, and whose weights each of them moves."""

import numpy as np
import pytest

from kdl import catalog
from kdl.backend.gradients import value_and_grad
from kdl.models.generative import gan

pytestmark = [pytest.mark.oracle, pytest.mark.content, pytest.mark.parametrize("name", ["gan"])]

TRUE = np.array([6, 1, 2, 3, 4])  # of 16 true examples, how often each of five outcomes occurs
DRAWN = np.array([1, 6, 3, 2, 4])


def value(logits, true=TRUE, drawn=DRAWN):
    """V of a discriminator that has one logit for each outcome: -L_D on examples in these shares."""
    every = [np.repeat(logits, counts)[:, None].astype("float32") for counts in (true, drawn)]
    return -float(gan.told_apart(*every))


def test_against_a_fixed_generator_the_best_discriminator_is_p_over_p_plus_q(name, keras):
    """D = p / (p + q) is the logit log(p / q); there V is 2 JS - log 4, and any other discriminator has less."""
    p, q = TRUE / 16, DRAWN / 16
    best = value(np.log(p / q))
    middle = (p + q) / 2
    jensen_shannon = ((p * np.log(p / middle)).sum() + (q * np.log(q / middle)).sum()) / 2

    assert best == pytest.approx(2 * jensen_shannon - np.log(4), abs=1e-6)
    for seed in range(20):
        assert value(np.log(p / q) + np.random.default_rng(seed).normal(scale=0.3, size=5)) < best


def test_where_both_are_alike_the_value_is_minus_log_4_and_the_whole_loss_3_log_2(name, keras):
    undecided = np.zeros((16, 1), "float32")

    assert value(np.zeros(5), TRUE, TRUE) == pytest.approx(-np.log(4), abs=1e-6)
    assert value(np.zeros(5), TRUE, TRUE) > max(
        value(np.random.default_rng(seed).normal(size=5), TRUE, TRUE) for seed in range(9)
    )
    assert float(gan.told_apart(undecided, undecided) + gan.passed_off(undecided)) == pytest.approx(3 * np.log(2), abs=1e-6)


def test_where_a_sample_is_seen_through_the_saturating_gradient_is_gone_and_the_other_is_not(name, keras):
    """By the logit a of D: d log(1 - D) / da = -D, and d(-log D) / da = D - 1."""
    logits = np.array([-10.0, -1.0, 0.0, 3.0])
    d = 1 / (1 + np.exp(-logits))
    for a, probability in zip(logits, d, strict=True):
        one = np.array([[a]])
        _, (saturating,) = value_and_grad(lambda a: -keras.ops.sum(keras.ops.softplus(a)), one)
        _, (ours,) = value_and_grad(gan.passed_off, one)
        assert keras.ops.convert_to_numpy(saturating).item() == pytest.approx(-probability, abs=1e-6)
        assert keras.ops.convert_to_numpy(ours).item() == pytest.approx(probability - 1, abs=1e-6)
    assert d[0] < 1e-4


@pytest.mark.parametrize("seed", range(8))
def test_one_step_moves_each_player_by_its_own_loss_alone(seed, name, keras):
    """Plain gradient descent with rate 1: what a weight loses is the gradient that reached it.

    From several starts: a step in which one player reads what the other has just written is right now and then.
    """
    keras.utils.set_random_seed(seed)
    model = catalog.build("gan", "tiny")
    rng = np.random.default_rng(0)
    noise, true = rng.normal(size=(6, 3)).astype("float32"), rng.uniform(size=(6, 4)).astype("float32")
    starts = {player: [w.numpy() for w in getattr(model, player).weights] for player in gan.PLAYERS}
    discriminator, generator = model.discriminator, model.generator
    drawn = keras.ops.convert_to_numpy(generator(noise))

    def l_d(*weights):
        told = [discriminator.stateless_call(list(weights), [], x)[0] for x in (true, drawn)]
        return gan.told_apart(*told)

    def l_g(*weights):
        made, _ = generator.stateless_call(list(weights), [], noise)
        return gan.passed_off(discriminator(made))

    expected = {"discriminator": value_and_grad(l_d, *starts["discriminator"])[1],
                "generator": value_and_grad(l_g, *starts["generator"])[1]}  # fmt: skip
    model.compile(optimizer=keras.optimizers.SGD(1.0))
    model.train_on_batch(noise, true)

    for player in gan.PLAYERS:
        for weight, start, gradient in zip(getattr(model, player).weights, starts[player], expected[player], strict=True):
            gradient = keras.ops.convert_to_numpy(gradient)
            assert np.abs(gradient).max() > 0
            np.testing.assert_allclose(start - weight.numpy(), gradient, rtol=1e-4, atol=1e-6)


def test_the_ring_of_the_unrolled_gan_has_as_many_numbers_as_its_layers(name, keras):
    generator = 256 * 128 + 128 + 128 * 128 + 128 + 128 * 2 + 2
    discriminator = 2 * 128 + 128 + 128 * 128 + 128 + 128 + 1

    assert catalog.build("gan", "ring").count_params() == generator + discriminator
