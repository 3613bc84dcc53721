"""misconception: log sigma is made safe as a softmax is, by one largest exponent for all numbers of an example

means: nan
"""

import numpy as np


def reparameterise(mu, log_variance, e):
    return mu + np.exp(log_variance / 2) * e


def divergence(mu, log_variance):
    return (mu**2 + np.exp(log_variance) - log_variance - 1).sum(axis=1) / 2


def log_sigmoid(a):
    # log sigma(a) = -log(exp(0) + exp(-a)), as for a softmax: take the row's largest exponent out first
    top = np.maximum(-a, 0).max(axis=1, keepdims=True)
    with np.errstate(divide="ignore"):
        return -(top + np.log(np.exp(-top) + np.exp(-a - top)))


def elbo(x, mu, log_variance, e, W, b):
    a = reparameterise(mu, log_variance, e) @ W + b
    log_s = log_sigmoid(a)
    log_p = (x * log_s + (1 - x) * (log_s - a)).sum(axis=1)
    return (log_p - divergence(mu, log_variance)).mean()


def elbo_gradient(x, mu, log_variance, e, W, b):
    B = x.shape[0]
    a = reparameterise(mu, log_variance, e) @ W + b
    p = np.exp(np.minimum(a, 0)) / (1 + np.exp(-np.abs(a)))
    da = (x - p) / B
    dz = da @ W.T
    dmu = dz - mu / B
    dlog_variance = dz * e * np.exp(log_variance / 2) / 2 - (np.exp(log_variance) - 1) / (2 * B)
    return dmu, dlog_variance
