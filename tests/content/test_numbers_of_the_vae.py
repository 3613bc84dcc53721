"""Numbers that the topic of VAE and GAN tells of a loss with the mean over the pixels, computed anew."""

import math
import re

import numpy as np
import pytest

from kdl import content

pytestmark = [pytest.mark.contract, pytest.mark.content("vae-and-gan", "vae")]

TOPIC = next(content.quizzes().rglob("vae-and-gan.md"))


def told(row):
    """The numbers behind `row` in the table of both losses: the KL at the end, the spread of the decoder's means."""
    return [float(n) for n in re.search(rf"^{row} +([\d.]+) +([\d.]+)$", TOPIC.read_text(encoding="utf-8"), re.M).groups()]


def test_no_grey_value_and_no_logit_give_more_than_0_or_less_than_log_2_at_a_logit_of_0():
    """What bounds the KL under a mean: free codes reach -log 2, and nothing reaches more than 0."""
    from kdl.models.generative import vae

    random = np.random.default_rng(0)
    x, a = random.uniform(size=(50, 784)), random.normal(scale=5, size=(50, 784))

    assert (np.asarray(vae.bernoulli(x, a)) <= 0).all()
    assert np.asarray(vae.bernoulli(x, 0 * a)) / 784 == pytest.approx(-math.log(2))


def test_the_factor_of_the_continuous_bernoulli_is_one_over_the_area_and_2_at_least():
    """The formula for grey values, as a density, has the area 1 / C."""
    x, p = np.linspace(0, 1, 100_001), np.array([0.4, 0.1, 0.01])[:, None]
    height = p**x * (1 - p) ** (1 - x)
    area = (height[:, 1:] + height[:, :-1]).mean(axis=1) / 2
    C = 2 * np.arctanh(1 - 2 * p[:, 0]) / (1 - 2 * p[:, 0])

    assert 1 / area == pytest.approx(C, rel=1e-6) and (C > 2).all()


@pytest.mark.slow
@pytest.mark.content("fashion-small")
@pytest.mark.parametrize("row", ["sum over the pixels", "mean over the pixels"])
def test_a_mean_over_the_pixels_costs_the_codes(row):
    from kdl import backend, catalog
    from kdl.data import fashion_small

    keras = backend.start()
    (x, y), _ = fashion_small.split()
    x = (x[y == fashion_small.KINDS.index("sneaker")].reshape(-1, 784) > 0.5).astype("float32")
    assert len(x) == 600 and round(float(x.std(axis=0).mean()), 2) == 0.20
    keras.utils.set_random_seed(0)
    model = catalog.build("vae", latent=8, outputs=784, bounded=True)
    if row.startswith("mean"):
        bound = model.elbo
        model.elbo = lambda x: (bound(x)[0] / 784, bound(x)[1])
    model.compile(keras.optimizers.Adam(3e-3, clipnorm=1))

    model.fit(np.zeros((len(x), 8), "float32"), x, batch_size=64, epochs=60, verbose=0)

    kl = float(keras.ops.mean(model.elbo(x)[1]))
    means = keras.ops.convert_to_numpy(model(keras.random.normal((500, 8), seed=1)))
    assert [kl, means.std(axis=0).mean()] == pytest.approx(told(row), rel=0.25, abs=0.01)
    drawn = np.random.default_rng(0).random(means.shape) < means
    assert drawn.std(axis=0).mean() == pytest.approx(0.20, abs=0.02)  # collapsed or not: as the true pixels


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_with_a_fixed_decoder_a_mean_over_the_pixels_shrinks_the_codes_and_leaves_them_readable(seed):
    """The last part of the exercise `elbo`, with the gradient written once more: dz, and what the KL adds."""
    random = np.random.default_rng(seed)
    W, codes = random.normal(size=(2, 784)), random.normal(size=(50, 2))
    x, mu, log_variance = 1 / (1 + np.exp(-codes @ W)), np.zeros((50, 2)), np.zeros((50, 2))

    def climb(weight):
        nonlocal mu, log_variance
        for _ in range(1000):
            e, s = random.normal(size=(50, 2)), np.exp(log_variance / 2)
            dz = weight * (x - (1 + np.tanh((mu + s * e) @ W / 2)) / 2) @ W.T
            mu, log_variance = mu + 0.01 * (dz - mu), log_variance + 0.01 * (dz * e * s - s**2 + 1) / 2
        s = np.exp(log_variance / 2)
        return (mu**2 + s**2 - log_variance - 1).sum(axis=1).mean() / 2, s.mean()

    kl, s = climb(1)
    assert 4.65 <= kl < 4.95 and 0.085 <= s < 0.105
    kl, s = climb(1 / 784)
    assert 0.205 <= kl < 0.245 and 0.685 <= s < 0.725
    assert all(np.corrcoef(mu[:, at], codes[:, at])[0, 1] >= 0.97 for at in (0, 1))


def test_what_is_told_of_p90_is_what_its_committed_run_says():
    from kdl import catalog
    from kdl.experiment import results

    scores = results.load(catalog.find("pair", "P90"))["scores"]
    off, covered = scores["off.trained"], scores["coverage.trained"]
    factor = [float(np.exp(np.mean(np.log(off[arm]["0.1"])))) for arm in ("gan", "vae")]

    assert np.round(factor, 1).tolist() == [1.6, 2.4]
    assert (np.array(off["gan"]["0.1"]) < off["vae"]["0.1"]).sum() == 20
    assert np.mean(covered["vae"]["0.02"]) == 1 and round(float(np.mean(covered["gan"]["0.02"])), 2) == 0.89
