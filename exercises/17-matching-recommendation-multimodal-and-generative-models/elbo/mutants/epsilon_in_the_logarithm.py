"""1e-8 is added inside both logarithms."""

import numpy as np


def reparameterise(mu, log_variance, e):
    s = np.exp(log_variance / 2)
    return mu + s * e


def divergence(mu, log_variance):
    terms = mu**2 + np.exp(log_variance) - log_variance - 1
    return terms.sum(axis=1) / 2


def elbo(x, mu, log_variance, e, W, b):
    z = reparameterise(mu, log_variance, e)
    kl = divergence(mu, log_variance)
    a = z @ W + b
    p = (1 + np.tanh(a / 2)) / 2
    log_p = (x * np.log(p + 1e-8) + (1 - x) * np.log(1 - p + 1e-8)).sum(axis=1)
    return np.mean(log_p - kl)


def elbo_gradient(x, mu, log_variance, e, W, b):
    B = x.shape[0]
    z = reparameterise(mu, log_variance, e)
    a = z @ W + b
    da = (x - (1 + np.tanh(a / 2)) / 2) / B
    dz = da @ W.T
    s = np.exp(log_variance / 2)
    dmu = dz - mu / B
    dlog_variance = dz * e * s / 2 - (np.exp(log_variance) - 1) / (2 * B)
    return dmu, dlog_variance
