"""misconception: the log variance is clipped to -30 ... 20 before every exponential and term, as if it could not be right outside

means: none
"""

import numpy as np

LOW, HIGH = -30.0, 20.0


def reparameterise(mu, log_variance, e):
    log_variance = np.clip(log_variance, LOW, HIGH)
    return mu + np.exp(log_variance / 2) * e


def divergence(mu, log_variance):
    log_variance = np.clip(log_variance, LOW, HIGH)
    return (mu**2 + np.exp(log_variance) - log_variance - 1).sum(axis=1) / 2


def log_sigmoid(a):
    return np.minimum(a, 0) - np.log1p(np.exp(-np.abs(a)))


def elbo(x, mu, log_variance, e, W, b):
    a = reparameterise(mu, log_variance, e) @ W + b
    log_s = log_sigmoid(a)
    log_p = (x * log_s + (1 - x) * (log_s - a)).sum(axis=1)
    return (log_p - divergence(mu, log_variance)).mean()


def elbo_gradient(x, mu, log_variance, e, W, b):
    B = x.shape[0]
    a = reparameterise(mu, log_variance, e) @ W + b
    log_variance = np.clip(log_variance, LOW, HIGH)
    p = np.exp(np.minimum(a, 0)) / (1 + np.exp(-np.abs(a)))
    da = (x - p) / B
    dz = da @ W.T
    dmu = dz - mu / B
    dlog_variance = dz * e * np.exp(log_variance / 2) / 2 - (np.exp(log_variance) - 1) / (2 * B)
    return dmu, dlog_variance
