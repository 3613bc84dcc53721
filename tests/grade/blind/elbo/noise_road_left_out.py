"""misconception: the noise is 0 on average, so log_variance gets its gradient from the divergence only

means: draw_cuts_the_gradient
"""

import numpy as np


def reparameterise(mu, log_variance, e):
    return mu + np.exp(log_variance / 2) * e


def divergence(mu, log_variance):
    return 0.5 * np.sum(mu**2 + np.exp(log_variance) - log_variance - 1, axis=1)


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
    dz = (x - np.exp(log_sigmoid(z @ W + b))) @ W.T / B
    dmu = dz - mu / B
    dlog_variance = -(np.exp(log_variance) - 1) / (2 * B)
    return dmu, dlog_variance
