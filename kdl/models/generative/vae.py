"""
title: Variational autoencoder (VAE)
entry: vae
paper: Kingma, Welling, "Auto-encoding variational Bayes", 2013, arXiv:1312.6114
year: 2013
tasks: draw-clothes: lr=3e-3 steps=1500; draw-points: lr=3e-3 steps=3000 batch=128
pairs: P90

Problem. To draw new examples x, take noise z from N(0, I) and let a network, the decoder, turn it into x. Train it by
likelihood: make the true examples probable. But log p(x) = log of the integral of p(x | z) p(z) over all z, and nobody can
compute that; nearly every z that is drawn by chance explains a given x not at all.

Idea. Let a second network, the encoder, say which z may have made x: q(z | x) = N(mu, diag(s^2)). Whatever it says, the
evidence lower bound (ELBO) is at most log p(x), and equal to it where q is the true posterior:

    log p(x) >= ELBO = E_q[log p(x | z)] - KL(q(z | x) || N(0, I))          loss = -ELBO, mean over the batch

    KL = 1/2 sum_l (mu_l^2 + s_l^2 - log s_l^2 - 1)                         the sum is over the L numbers of z

The gradient has to pass a draw. Reparameterise: draw what does not depend on any weight, and compute z from it.

    z = mu + s * e                  e from N(0, I)                  dz/dmu = 1    dz/ds = e

What the decoder says of x is a distribution, too:

    Gaussian    log p(x | z) = -1/2 sum_o ((x_o - m_o)^2 / v + log(2 pi v))             m = decoder(z), one v, learned
    Bernoulli   log p(x | z) = sum_o (x_o log m_o + (1 - x_o) log(1 - m_o))             x from 0 to 1, `bounded`

Squared error alone is the Gaussian with v fixed at 1/2. Then the scale of x decides what the KL weighs; a learned v comes
to weigh the two by itself.

The usual mistake: the mean over the O numbers of x in place of the sum. The KL then weighs O times too much, and mu, s say
nothing about x.

Why it blurs. An x of probability near 0 costs without bound, so the decoder covers every example, if need be by laying
mass between them. And a decoder that is continuous cannot tear the one heap of N(0, I) into eight without bridges.

The hidden units of the paper (its appendix C) are tanh; here they are relu, as in `gan`.

What is drawn here is m, the mean, as pictures of VAEs show it; a draw of the model would add noise of variance v.

Parameters: an affine map from M to N has N (M + 1). Encoder: O to width, (depth - 1) times width to width, width to 2 L.
Decoder: L to width, the same, width to O. And v.

Shapes: B batch, L numbers of z, O numbers of x, N width.

Differs from an autoencoder: the code is a distribution, pulled towards N(0, I), so that codes can be drawn. Without the KL
and with s = 0 it is one. A *linear* autoencoder finds the plane of PCA (Baldi and Hornik, 1989); this one is neither linear
nor bound to it.
"""

import math

import keras
from keras import layers, ops

from kdl.layers.relu_stack import relu_stack
from kdl.losses.mean import Mean


@keras.saving.register_keras_serializable("kdl.vae")
class Reparameterised(layers.Layer):
    """z = mu + exp(log_variance / 2) * e: maps two (B, L) -> (B, L), another e from N(0, I) at every call.

    Args:
        seed: of e; None draws one from Keras's global seed, so that every training has its own.
    """

    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed = seed
        self.chance = keras.random.SeedGenerator(seed)  # a state among the model's variables: saved, and started afresh

    def call(self, mu, log_variance):
        e = keras.random.normal(ops.shape(mu), dtype=self.compute_dtype, seed=self.chance)  # (B, L)
        return mu + ops.exp(log_variance / 2) * e  # (B, L)

    def compute_output_shape(self, mu_shape, log_variance_shape):
        return mu_shape

    def get_config(self):
        return {**super().get_config(), "seed": self.seed}


def divergence(mu, log_variance):
    """KL(N(mu, diag(s^2)) || N(0, I)) of each example: (B, L), (B, L) -> (B,)."""
    return ops.sum(mu**2 + ops.exp(log_variance) - log_variance - 1, axis=-1) / 2  # (B,)


def gaussian(x, mean, log_variance):
    """log N(x; mean, v I) of each example, log_variance = log v: (B, O), (B, O), () -> (B,)."""
    return -ops.sum((x - mean) ** 2 / ops.exp(log_variance) + log_variance + math.log(2 * math.pi), axis=-1) / 2  # (B,)


def bernoulli(x, logits):
    """log p(x) of each example, the O probabilities given as logits: (B, O), (B, O) -> (B,)."""
    return -ops.sum(ops.softplus(logits) - x * logits, axis=-1)  # (B,)


@keras.saving.register_keras_serializable("kdl.vae")
class VAE(keras.Model):
    """As a function it draws: noise (B, L) -> samples (B, O). It is trained on true examples, as `y`, by its ELBO.

    Args:
        latent, outputs, width, depth, bounded: see `build`.
    """

    def __init__(self, latent, outputs, width, depth, bounded, **kwargs):
        x = keras.Input((outputs,), name="example")  # (B, O)
        h = relu_stack(x, width, depth, "encoder")  # (B, N)
        mu = layers.Dense(latent, name="mu")(h)  # (B, L)
        log_variance = layers.Dense(latent, name="log_variance")(h)  # (B, L)
        z = Reparameterised(name="z")(mu, log_variance)  # (B, L)
        noise = keras.Input((latent,), name="noise")  # (B, L)
        h = relu_stack(noise, width, depth, "decoder")  # (B, N)
        mean = layers.Dense(outputs, name="mean")(h)  # (B, O); logits where bounded
        drawn = layers.Activation("sigmoid", name="bounded")(mean) if bounded else mean  # (B, O)
        super().__init__(noise, drawn, **{"name": "vae", **kwargs})
        self.sizes = {"latent": latent, "outputs": outputs, "width": width, "depth": depth, "bounded": bounded}
        self.encoder = keras.Model(x, [mu, log_variance, z], name="encoder")
        self.decoder = keras.Model(noise, mean, name="decoder")
        if not bounded:
            self.log_v = self.add_weight(shape=(), initializer="zeros", name="log_v")

    def elbo(self, x):
        """(log p(x | z), KL) of each example, with one z each: (B, O) -> two (B,)."""
        mu, log_variance, z = self.encoder(x)  # (B, L)
        mean = self.decoder(z)  # (B, O)
        likelihood = bernoulli(x, mean) if self.sizes["bounded"] else gaussian(x, mean, self.log_v)  # (B,)
        return likelihood, divergence(mu, log_variance)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """What Keras minimises: -ELBO, mean over the batch. The noise x, and what was drawn from it, have no part in it."""
        likelihood, kl = self.elbo(y)
        return Mean()(y, kl - likelihood)

    def get_config(self):
        return {"name": self.name, **self.sizes}


def build(*, latent=2, outputs=2, width=64, depth=2, bounded=False):
    """Noise (B, L) -> samples (B, O).

    Args:
        latent: L, numbers of noise that a sample is made of.
        outputs: O, numbers of a sample.
        width: N, units of each hidden layer, in the encoder and the decoder.
        depth: hidden layers in each of them.
        bounded: samples are numbers from 0 to 1, as of pictures, and Bernoulli their likelihood; else Gaussian.
    """
    if min(latent, outputs, width, depth) < 1:
        raise ValueError(f"sizes must be at least 1. Received: {latent=}, {outputs=}, {width=}, {depth=}")
    return VAE(latent, outputs, width, depth, bounded)


PRESETS = {
    "tiny": {"latent": 3, "outputs": 4, "width": 5, "depth": 1, "bounded": True},
    "mnist": {"latent": 20, "outputs": 784, "width": 500, "depth": 1, "bounded": True},  # section 5, one of its five L
}
