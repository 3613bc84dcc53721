"""misconception: the derivative of s by log s^2 is s, as that of an exponential: the half is lost in z's road

means: half_lost_on_the_way_to_log_variance
"""

import numpy as np


def reparameterise(mu, log_variance, e):
    s = np.exp(0.5 * log_variance)
    z = mu + s * e
    return z


def divergence(mu, log_variance):
    variance = np.exp(log_variance)
    terms = np.square(mu) + variance - log_variance - 1.0
    return terms.sum(axis=-1) / 2


def log_sigmoid(a):
    return np.minimum(a, 0) - np.log1p(np.exp(-np.abs(a)))


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
    s = np.exp(log_variance / 2)
    a = reparameterise(mu, log_variance, e) @ W + b
    dz = (x - np.exp(log_sigmoid(a))) @ W.T
    dmu = dz - mu
    dlog_variance = dz * s * e - (s**2 - 1) / 2
    return dmu / B, dlog_variance / B
