"""misconception: the 1 of the divergence is taken away once for each example, not once for each number of its code

means: none
"""

import numpy as np


def reparameterise(mu, log_variance, e):
    return mu + np.exp(log_variance / 2) * e


def divergence(mu, log_variance):
    squares = np.sum(mu**2, axis=1)
    variances = np.sum(np.exp(log_variance), axis=1)
    logs = np.sum(log_variance, axis=1)
    return 0.5 * (squares + variances - logs - 1)


def log_sigmoid(a):
    return -np.logaddexp(0, -a)


def elbo(x, mu, log_variance, e, W, b):
    z = reparameterise(mu, log_variance, e)
    kl = divergence(mu, log_variance)
    a = np.dot(z, W) + b
    yes = log_sigmoid(a)
    no = yes - a
    fit = (x * yes + (1 - x) * no).sum(axis=1)
    return float((fit - kl).sum() / len(x))


def elbo_gradient(x, mu, log_variance, e, W, b):
    B = x.shape[0]
    z = reparameterise(mu, log_variance, e)
    a = z @ W + b
    dz = (x - np.exp(log_sigmoid(a))) @ W.T / B
    s = np.exp(log_variance / 2)
    dmu = dz - mu / B
    dlog_variance = dz * e * s / 2 - (s**2 - 1) / (2 * B)
    return dmu, dlog_variance
