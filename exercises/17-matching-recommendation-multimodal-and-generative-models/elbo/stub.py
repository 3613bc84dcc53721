"""The evidence lower bound, by hand: fill in the four functions. README.md beside this file says what each must do."""

import numpy as np


def reparameterise(mu, log_variance, e):
    """A draw z from N(mu, diag(s^2)), made of noise e that was drawn from N(0, I).

    Shapes: mu, log_variance, e (B, L). Returns z (B, L).
    """
    raise NotImplementedError("step 1: the mean, plus the noise times the standard deviation")


def divergence(mu, log_variance):
    """KL(N(mu, diag(s^2)) || N(0, I)) of each example.

    Shapes: mu, log_variance (B, L). Returns kl (B,).
    """
    raise NotImplementedError("step 2: four terms for each number of the code, summed")


def elbo(x, mu, log_variance, e, W, b):
    """log p(x | z) - KL, mean over the batch, for a decoder of one affine map and x from 0 to 1.

    Shapes: x (B, O), mu, log_variance, e (B, L), W (L, O), b (O,). Returns one number.
    """
    z = reparameterise(mu, log_variance, e)
    kl = divergence(mu, log_variance)
    raise NotImplementedError("step 3: logits, their log-likelihood, and what the code costs")


def elbo_gradient(x, mu, log_variance, e, W, b):
    """The gradient of `elbo` by mu and by log_variance.

    Shapes: as in step 3. Returns (dmu, dlog_variance), each (B, L).
    """
    raise NotImplementedError("step 4: back through the decoder to z, from there to both, and add the KL's part")
