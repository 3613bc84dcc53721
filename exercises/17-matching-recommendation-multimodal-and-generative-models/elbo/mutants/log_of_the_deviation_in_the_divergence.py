"""The divergence subtracts log s, half of log_variance, where log s² belongs."""

import numpy as np


def reparameterise(mu, log_variance, e):
    s = np.exp(log_variance / 2)
    return mu + s * e


def divergence(mu, log_variance):
    terms = mu**2 + np.exp(log_variance) - log_variance / 2 - 1
    return terms.sum(axis=1) / 2


def elbo(x, mu, log_variance, e, W, b):
    z = reparameterise(mu, log_variance, e)
    kl = divergence(mu, log_variance)
    a = z @ W + b
    log_p = (x * a - np.logaddexp(0, a)).sum(axis=1)
    return np.mean(log_p - kl)


def elbo_gradient(x, mu, log_variance, e, W, b):
    B = x.shape[0]
    z = reparameterise(mu, log_variance, e)
    a = z @ W + b
    da = (x - (1 + np.tanh(a / 2)) / 2) / B
    dz = da @ W.T
    s = np.exp(log_variance / 2)
    dmu = dz - mu / B
    dlog_variance = dz * e * s / 2 - (np.exp(log_variance) - 0.5) / (2 * B)
    return dmu, dlog_variance
