"""The VAE against closed forms in NumPy and SciPy, against chance, and against the likelihood that its ELBO bounds."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import logsumexp

from kdl import catalog
from kdl.backend.gradients import value_and_grad
from kdl.models.generative import vae
from kdl.tasks import draw_points
from kdl.train.fit import Trainer
from kdl.train.recipe import Recipe

pytestmark = [pytest.mark.oracle, pytest.mark.content, pytest.mark.parametrize("name", ["vae"])]


def drawn(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def numpy(tensor):
    import keras

    return keras.ops.convert_to_numpy(tensor)


def test_the_divergence_is_the_closed_form_and_what_chance_finds(name, keras):
    """KL(q || p) = E_q[log q(z) - log p(z)]: 200,000 draws come within five of their standard errors."""
    mu, log_variance = drawn(4, 3).astype("float32"), drawn(4, 3, seed=1).astype("float32")
    deviation = np.exp(log_variance / 2)
    found = numpy(vae.divergence(mu, log_variance))

    np.testing.assert_allclose(found, (0.5 * (mu**2 + deviation**2 - 1) - np.log(deviation)).sum(axis=1), rtol=1e-5)

    z = mu + deviation * drawn(200_000, 4, 3, seed=2)
    terms = (stats.norm.logpdf(z, mu, deviation) - stats.norm.logpdf(z)).sum(axis=2)
    assert (np.abs(terms.mean(axis=0) - found) < 5 * terms.std(axis=0) / np.sqrt(len(z))).all()


def test_the_likelihoods_are_those_of_scipy(name, keras):
    x, mean, v = drawn(5, 3), drawn(5, 3, seed=1), 0.3
    bits, logits = (x > 0).astype("float64"), 3 * mean

    gaussian = numpy(vae.gaussian(keras.ops.array(x), keras.ops.array(mean), np.log(v)))
    bernoulli = numpy(vae.bernoulli(keras.ops.array(bits), keras.ops.array(logits)))

    np.testing.assert_allclose(gaussian, stats.norm.logpdf(x, mean, v**0.5).sum(axis=1), rtol=1e-5)
    np.testing.assert_allclose(bernoulli, stats.bernoulli.logpmf(bits, 1 / (1 + np.exp(-logits))).sum(axis=1), rtol=1e-5)


def test_a_sure_bernoulli_that_is_right_costs_nothing_and_does_not_overflow(name, keras):
    found = numpy(vae.bernoulli(keras.ops.array([[1.0, 0.0]]), keras.ops.array([[200.0, -200.0]])))

    np.testing.assert_array_equal(found, [0.0])


def test_the_gradient_passes_the_draw_as_the_equations_say(name, keras):
    """dz/dmu = 1 and dz/d(log s^2) = s e / 2, e being what was drawn."""
    mu, log_variance = drawn(2, 3).astype("float32"), drawn(2, 3, seed=1).astype("float32")
    weight = drawn(2, 3, seed=2).astype("float32")  # so that every number of z has its own part in the scalar
    layer = vae.Reparameterised(seed=7)
    e = (numpy(layer(mu, log_variance)) - mu) / np.exp(log_variance / 2)

    def scalar(mu, log_variance):
        return keras.ops.sum(weight * vae.Reparameterised(seed=7)(mu, log_variance))

    _, (by_mu, by_log_variance) = value_and_grad(scalar, mu, log_variance)

    np.testing.assert_allclose(numpy(by_mu), weight, rtol=1e-5)
    np.testing.assert_allclose(numpy(by_log_variance), weight * np.exp(log_variance / 2) * e / 2, rtol=1e-4, atol=1e-6)


def forward(model, bounded, x, e):
    """The ELBO of each example in NumPy, from the model's weights by name."""
    weights = {weight.path: weight.numpy() for weight in model.weights}

    def affine(x, name):
        kernel, bias = (next(value for path, value in weights.items() if path.endswith(f"{name}/{part}"))
                        for part in ("kernel", "bias"))  # fmt: skip
        return x @ kernel + bias

    h = np.maximum(affine(x, "encoder_1"), 0)
    mu, log_variance = affine(h, "mu"), affine(h, "log_variance")
    z = mu + np.exp(log_variance / 2) * e
    mean = affine(np.maximum(affine(z, "decoder_1"), 0), "mean")
    kl = ((mu**2 + np.exp(log_variance) - log_variance - 1) / 2).sum(axis=1)
    if bounded:
        p = 1 / (1 + np.exp(-mean))
        return (x * np.log(p) + (1 - x) * np.log(1 - p)).sum(axis=1) - kl
    v = np.exp(next(value for path, value in weights.items() if path.endswith("log_v")))
    return -(((x - mean) ** 2 / v) + np.log(2 * np.pi * v)).sum(axis=1) / 2 - kl


def shaken(model, seed=0):
    """Random weights, the biases and v too."""
    rng = np.random.default_rng(seed)
    for weight in model.trainable_variables:
        weight.assign(rng.normal(scale=0.7, size=weight.shape))
    return model


@pytest.mark.parametrize("bounded", [True, False])
def test_the_loss_is_the_elbo_of_numpy(name, bounded, keras):
    model = shaken(catalog.build("vae", "tiny", bounded=bounded))
    x = np.random.default_rng(1).uniform(size=(6, 4)).astype("float32")
    chance = model.encoder.get_layer("z").chance
    chance.state.assign([3, 0])
    mu, log_variance, z = map(numpy, model.encoder(x))
    e = (z - mu) / np.exp(log_variance / 2)
    chance.state.assign([3, 0])

    loss = float(model.compute_loss(np.zeros((6, 3), "float32"), x))

    assert loss == pytest.approx(-forward(model, bounded, x, e).mean(), rel=1e-5)


def test_the_elbo_lies_below_the_log_likelihood_by_the_divergence_from_the_posterior(name, keras):
    """log p(x) - ELBO = KL(q || p(z | x)), example by example. With one number of noise both are had by brute force.

    log p(x) is the mean of p(x | z) over a fine grid of N(0, 1), the divergence a mean over one of q. The mean of 100,000
    draws of the ELBO comes within five standard errors, beside 1e-4 for numbers of single precision.
    """
    model = shaken(catalog.build("vae", "tiny", latent=1, bounded=False), seed=2)
    x, count = drawn(3, 4, seed=3).astype("float32"), 100_000
    grid = np.linspace(-10, 10, 8001)
    share = np.log(grid[1] - grid[0])

    def joint(x, z):
        """log p(x, z) of one example (O,) for codes (G,): (G,)."""
        means = numpy(model.decoder(z[:, None].astype("float32")))  # (G, O)
        return stats.norm.logpdf(x, means, np.exp(float(numpy(model.log_v)) / 2)).sum(axis=1) + stats.norm.logpdf(z)

    mu, log_variance, _ = map(numpy, model.encoder(x))  # (B, 1)
    likelihood, kl = (numpy(part).reshape(3, count) for part in model.elbo(np.repeat(x, count, axis=0)))
    for place, one in enumerate(x):
        known = logsumexp(joint(one, grid) + share)
        deviation = np.exp(log_variance[place, 0] / 2)
        log_q = stats.norm.logpdf(grid) - np.log(deviation)  # at mu + deviation * grid
        surplus = log_q - (joint(one, mu[place, 0] + deviation * grid) - known)
        gap = (np.exp(stats.norm.logpdf(grid) + share) * surplus).sum()
        error = 5 * likelihood[place].std() / np.sqrt(count) + 1e-4

        assert known - (likelihood[place] - kl[place]).mean() == pytest.approx(gap, abs=error)
        assert gap > 0 and kl[place, 0] > 4 * error, "half a KL would be seen"


def test_the_network_of_section_5_has_as_many_numbers_as_its_layers(name, keras):
    encoder = 784 * 500 + 500 + 2 * (500 * 20 + 20)
    decoder = 20 * 500 + 500 + 500 * 784 + 784

    assert catalog.build("vae", "mnist").count_params() == encoder + decoder


def test_a_seed_draws_the_same_alone_and_after_another(name, keras):
    """The state of the draws belongs to what starts afresh."""
    trainer = Trainer("vae", draw_points.make(), Recipe(steps=5, batch_size=8), width=4)
    alone = trainer.run(3)["loss"]
    other = trainer.run(1)["loss"]

    assert trainer.run(3)["loss"] == alone != other


def test_a_training_that_is_stopped_and_goes_on_draws_as_one_that_was_not(name, keras, tmp_path):
    """The state of the draws is in the checkpoint."""
    from kdl.train import checkpoint
    from kdl.train.fit import Position

    def trainer():
        return Trainer("vae", draw_points.make(), Recipe(steps=6, batch_size=8), width=4)

    whole, first, position = trainer().run(3), trainer(), Position()
    first.reset(3)
    first.run(3, position=position, stop=lambda: position.step == 4)
    checkpoint.save(tmp_path / "c.npz", first, position)
    again = trainer()
    resumed = again.run(3, position=checkpoint.restore(tmp_path / "c.npz", again))

    assert position.step == 4
    assert (resumed["loss"], resumed["score"]) == (whole["loss"], whole["score"])
