"""misconception: the noise is scaled by what exp of log_variance is, the variance

means: variance_in_place_of_the_deviation
"""

import numpy as np


def reparameterise(mu, log_variance, e):
    return mu + np.exp(log_variance) * e


def divergence(mu, log_variance):
    return 0.5 * np.sum(mu**2 + np.exp(log_variance) - log_variance - 1, axis=1)


def log_sigmoid(a):
    return np.minimum(a, 0) - np.log1p(np.exp(-np.abs(a)))


def elbo(x, mu, log_variance, e, W, b):
    z = reparameterise(mu, log_variance, e)
    kl = divergence(mu, log_variance)
    a = z @ W + b
    log_p = np.sum(x * log_sigmoid(a) + (1 - x) * (log_sigmoid(a) - a), axis=1)
    return np.mean(log_p - kl)


def elbo_gradient(x, mu, log_variance, e, W, b):
    B = x.shape[0]
    variance = np.exp(log_variance)
    a = reparameterise(mu, log_variance, e) @ W + b
    dz = (x - np.exp(log_sigmoid(a))) @ W.T / B
    dmu = dz - mu / B
    dlog_variance = dz * e * variance - (variance - 1) / (2 * B)
    return dmu, dlog_variance
