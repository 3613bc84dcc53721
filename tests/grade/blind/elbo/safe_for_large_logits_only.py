"""misconception: -log(1 + exp(-a)) is safe, since it is right for a = 1000: very negative logits are forgotten

means: softplus_that_overflows, logarithm_of_the_sigmoid
"""

import numpy as np


def reparameterise(mu, log_variance, e):
    s = np.exp(0.5 * log_variance)
    z = mu + s * e
    return z


def divergence(mu, log_variance):
    return 0.5 * np.sum(mu**2 + np.exp(log_variance) - log_variance - 1, axis=1)


def elbo(x, mu, log_variance, e, W, b):
    z = reparameterise(mu, log_variance, e)
    kl = divergence(mu, log_variance)
    a = z @ W + b
    log_sigma = -np.log1p(np.exp(-a))
    log_p = np.sum(x * log_sigma + (1 - x) * (log_sigma - a), axis=1)
    return np.mean(log_p - kl)


def elbo_gradient(x, mu, log_variance, e, W, b):
    B = len(x)
    z = reparameterise(mu, log_variance, e)
    a = z @ W + b
    p = 0.5 * (1 + np.tanh(a / 2))
    dz = (x - p) @ W.T
    dmu = dz - mu
    dlog_variance = dz * e * np.exp(log_variance / 2) / 2 - (np.exp(log_variance) - 1) / 2
    return dmu / B, dlog_variance / B
