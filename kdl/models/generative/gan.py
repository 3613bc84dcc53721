"""
title: Generative adversarial network (GAN)
entry: gan
paper: Goodfellow et al., "Generative adversarial nets", 2014, arXiv:1406.2661
year: 2014
tasks: draw-points: lr=1e-3 steps=3000 batch=128 clip=none beta_1=0.5
pairs: P90

Problem. A network that turns noise z into an example x defines a distribution, but not one whose density can be computed.
So there is no likelihood to train it by; a VAE gets by with a bound.

Idea. Two samples are alike when nobody can tell them apart. Train a second network, the discriminator D, to tell: D(x) is
the probability that x is true. And train the generator G so that D errs.

    value            V = E_true[log D(x)] + E_z[log(1 - D(G(z)))]          D raises it, G lowers it

    discriminator    L_D = -mean log D(x) - mean log(1 - D(G(z)))          = -V
    generator        L_G = -mean log D(G(z))                               non-saturating

If G had to lower V itself (the saturating game), its gradient by D's logit a would be -D; for a sample that D sees through,
D near 0, nothing. With L_G it is D - 1: near -1 just there. Both have the same sign everywhere, so the same direction.

What the game would reach. Against a fixed G the best D is p(x) / (p(x) + q(x)), p true and q drawn; V is then
2 JS(p, q) - log 4, with JS the Jensen-Shannon divergence. It is -log 4 exactly where q = p, with D = 1/2 everywhere.

What it does reach. Two networks that step at the same time need not converge: they may circle. And a G that serves a few
modes well is punished only while D points at it; it may leave modes out (mode collapse), and move on to others.
The losses say little: each depends on how good the *other* is. Look at samples.

One step here moves both players at once, from the same batch, each by its own loss alone (simultaneous gradient descent;
the paper lets D step k times first, with k = 1 in its experiments). It is one ordinary step on L_D + L_G. The gradient of
L_D is stopped at the drawn samples, so that it teaches D only. That of L_G has to pass through D, and would teach it to err;
the same term of samples that stand still is taken off, which leaves nothing at D's weights, and everything at G's. A layer
that reverses the gradient would do with one term, but play the saturating game.

Parameters: an affine map from M to N has N (M + 1). Generator: L to width, (depth - 1) times width to width, width to O.
Discriminator: O to width, the same, width to 1.

Shapes: B batch, L numbers of noise, O numbers of an example, N width.

Differs from vae.py: a discriminator in place of the encoder, a game in place of a bound. The generator is its decoder.
"""

import keras
from keras import layers, ops

from kdl.layers.relu_stack import relu_stack
from kdl.losses.mean import Mean

PLAYERS = ("discriminator", "generator")


def told_apart(true, drawn):
    """L_D of logits (B, 1) for true and for drawn examples; -log D = softplus(-a), -log(1 - D) = softplus(a)."""
    return ops.mean(ops.softplus(-true)) + ops.mean(ops.softplus(drawn))


def passed_off(drawn):
    """L_G, non-saturating, of the discriminator's logits (B, 1) for drawn examples."""
    return ops.mean(ops.softplus(-drawn))


@keras.saving.register_keras_serializable("kdl.gan")
class GAN(keras.Model):
    """As a function it draws: noise (B, L) -> samples (B, O). It is trained on noise `x` and true examples `y`.

    Args:
        latent, outputs, width, depth, bounded: see `build`.
    """

    def __init__(self, latent, outputs, width, depth, bounded, **kwargs):
        noise = keras.Input((latent,), name="noise")  # (B, L)
        h = relu_stack(noise, width, depth, "generator")  # (B, N)
        drawn = layers.Dense(outputs, activation="sigmoid" if bounded else None, name="sample")(h)  # (B, O)
        x = keras.Input((outputs,), name="example")  # (B, O)
        h = relu_stack(x, width, depth, "discriminator")  # (B, N)
        logit = layers.Dense(1, name="true_or_drawn")(h)  # (B, 1)
        super().__init__(noise, drawn, **{"name": "gan", **kwargs})
        self.sizes = {"latent": latent, "outputs": outputs, "width": width, "depth": depth, "bounded": bounded}
        self.generator = keras.Model(noise, drawn, name="generator")
        self.discriminator = keras.Model(x, logit, name="discriminator")

    def losses_of_players(self, noise, true):
        """{"discriminator": L_D, "generator": L_G}; the gradient of each reaches the weights of its own player only."""
        drawn = self.generator(noise)  # (B, O)
        known = self.discriminator(true), self.discriminator(ops.stop_gradient(drawn))  # (B, 1) each
        # L_G would move the discriminator, too. The same term of samples that stand still takes that off again.
        still = passed_off(known[1])
        moved = passed_off(self.discriminator(drawn)) - still
        return {"discriminator": told_apart(*known), "generator": moved + ops.stop_gradient(still)}

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """What Keras differentiates: L_D + L_G. As a number it need not fall; at the end of the game it is 3 log 2."""
        return Mean()(y, sum(self.losses_of_players(x, y).values())[None])

    def get_config(self):
        return {"name": self.name, **self.sizes}


def build(*, latent=2, outputs=2, width=64, depth=2, bounded=False):
    """Noise (B, L) -> samples (B, O).

    Args:
        latent: L, numbers of noise that a sample is made of.
        outputs: O, numbers of a sample.
        width: N, units of each hidden layer, of both players.
        depth: hidden layers in each of them.
        bounded: samples are numbers from 0 to 1, as of pictures.
    """
    if min(latent, outputs, width, depth) < 1:
        raise ValueError(f"sizes must be at least 1. Received: {latent=}, {outputs=}, {width=}, {depth=}")
    return GAN(latent, outputs, width, depth, bounded)


PRESETS = {
    "tiny": {"latent": 3, "outputs": 4, "width": 5, "depth": 1, "bounded": True},
    "ring": {"latent": 256, "width": 128},  # Metz et al. 2016, appendix A: eight Gaussians; its units are tanh
}
