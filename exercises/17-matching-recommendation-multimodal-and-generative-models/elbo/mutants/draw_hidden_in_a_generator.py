"""mu and log_variance get the divergence's gradient alone, as if z had been drawn inside a generator."""

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
    log_p = (x * a - np.logaddexp(0, a)).sum(axis=1)
    return np.mean(log_p - kl)


def elbo_gradient(x, mu, log_variance, e, W, b):
    B = x.shape[0]
    dmu = -mu / B
    dlog_variance = -(np.exp(log_variance) - 1) / (2 * B)
    return dmu, dlog_variance
