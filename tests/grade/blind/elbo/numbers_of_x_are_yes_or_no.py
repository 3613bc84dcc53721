"""misconception: x says which of the two logarithms counts: from 0.5 on the first, below it the second

means: none
"""

import numpy as np


def reparameterise(mu, log_variance, e):
    return mu + np.exp(log_variance / 2) * e


def divergence(mu, log_variance):
    variance = np.exp(log_variance)
    terms = np.square(mu) + variance - log_variance - 1.0
    return terms.sum(axis=-1) / 2


def log_sigmoid(a):
    return -np.logaddexp(0, -a)


def elbo(x, mu, log_variance, e, W, b):
    z = reparameterise(mu, log_variance, e)
    kl = divergence(mu, log_variance)
    a = z @ W + b
    log_p = np.where(x >= 0.5, log_sigmoid(a), log_sigmoid(a) - a).sum(axis=1)
    return np.mean(log_p - kl)


def elbo_gradient(x, mu, log_variance, e, W, b):
    B = len(x)
    z = reparameterise(mu, log_variance, e)
    a = z @ W + b
    da = (x >= 0.5) - np.exp(log_sigmoid(a))
    dz = da @ W.T / B
    s = np.exp(log_variance / 2)
    return dz - mu / B, dz * s * e / 2 - (s * s - 1) / (2 * B)
