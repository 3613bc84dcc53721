"""misconception: log p is the mean over the numbers of an example, as a library's cross-entropy takes it

means: mean_over_the_example
"""

import numpy as np


def reparameterise(mu, log_variance, e):
    s = np.exp(0.5 * log_variance)
    z = mu + s * e
    return z


def divergence(mu, log_variance):
    return 0.5 * np.sum(mu**2 + np.exp(log_variance) - log_variance - 1, axis=1)


def log_sigmoid(a):
    return np.minimum(a, 0) - np.log1p(np.exp(-np.abs(a)))


def elbo(x, mu, log_variance, e, W, b):
    z = reparameterise(mu, log_variance, e)
    kl = divergence(mu, log_variance)
    a = z @ W + b
    log_p = np.mean(x * log_sigmoid(a) + (1 - x) * (log_sigmoid(a) - a), axis=1)
    return np.mean(log_p - kl)


def elbo_gradient(x, mu, log_variance, e, W, b):
    B, O = x.shape
    z = reparameterise(mu, log_variance, e)
    da = (x - np.exp(log_sigmoid(z @ W + b))) / (B * O)
    dz = da @ W.T
    s = np.exp(log_variance / 2)
    dmu = dz - mu / B
    dlog_variance = dz * e * s / 2 - (s**2 - 1) / (2 * B)
    return dmu, dlog_variance
