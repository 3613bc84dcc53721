"""misconception: what is trained is a loss, so the sign is turned

means: loss_in_place_of_the_bound, sign
"""

import numpy as np


def softplus(a):
    return np.maximum(a, 0) + np.log1p(np.exp(-np.abs(a)))


def reparameterise(mu, log_variance, e):
    sigma = np.exp(0.5 * log_variance)
    return mu + sigma * e


def divergence(mu, log_variance):
    variance = np.exp(log_variance)
    return 0.5 * np.sum(mu**2 + variance - log_variance - 1, axis=-1)


def elbo(x, mu, log_variance, e, W, b):
    z = reparameterise(mu, log_variance, e)
    logits = z @ W + b
    explained = np.sum(x * logits - softplus(logits), axis=-1)
    return np.mean(divergence(mu, log_variance)) - np.mean(explained)


def elbo_gradient(x, mu, log_variance, e, W, b):
    n = len(mu)
    sigma = np.exp(0.5 * log_variance)
    logits = reparameterise(mu, log_variance, e) @ W + b
    p = np.exp(-softplus(-logits))
    back = (x - p) @ W.T
    dmu = (back - mu) / n
    dlog_variance = (0.5 * back * e * sigma - 0.5 * (sigma**2 - 1)) / n
    return -dmu, -dlog_variance
