"""misconception: the logarithm is safe when the sigmoid is kept a little away from 0 and from 1, as Keras does

means: probability_kept_off_the_ends
"""

import numpy as np


def reparameterise(mu, log_variance, e):
    return mu + np.exp(log_variance / 2) * e


def divergence(mu, log_variance):
    variance = np.exp(log_variance)
    terms = np.square(mu) + variance - log_variance - 1.0
    return terms.sum(axis=-1) / 2


def sigmoid(a):
    return np.exp(-np.logaddexp(0, -a))


def elbo(x, mu, log_variance, e, W, b):
    z = reparameterise(mu, log_variance, e)
    kl = divergence(mu, log_variance)
    p = np.clip(sigmoid(z @ W + b), 1e-7, 1 - 1e-7)
    log_p = np.sum(x * np.log(p) + (1 - x) * np.log(1 - p), axis=1)
    return np.mean(log_p - kl)


def elbo_gradient(x, mu, log_variance, e, W, b):
    B = len(x)
    s = np.exp(log_variance / 2)
    z = reparameterise(mu, log_variance, e)
    dz = (x - sigmoid(z @ W + b)) @ W.T
    dmu = (dz - mu) / B
    dlog_variance = (dz * s * e - s**2 + 1) / (2 * B)
    return dmu, dlog_variance
