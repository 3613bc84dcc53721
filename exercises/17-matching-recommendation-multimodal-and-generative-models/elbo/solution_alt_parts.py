"""Both halves kept apart: the deviation comes first, and the gradient is that of each half, added up at the end.

The likelihood is written as its two logarithms, with log σ(a) = min(a, 0) - log(1 + exp(-|a|)), and the products are sums
over named axes.
"""

import numpy as np


def reparameterise(mu, log_variance, e):
    s = np.exp(0.5 * log_variance)
    return np.multiply(s, e) + mu


def divergence(mu, log_variance):
    s = np.exp(0.5 * log_variance)
    return np.einsum("bl->b", 0.5 * (mu * mu + s * s - 1) - np.log(s))


def log_sigmoid(a):
    return np.minimum(a, 0) - np.log1p(np.exp(-np.abs(a)))


def logits(mu, log_variance, e, W, b):
    return np.einsum("bl,lo->bo", reparameterise(mu, log_variance, e), W) + b


def elbo(x, mu, log_variance, e, W, b):
    a = logits(mu, log_variance, e, W, b)
    explained = x * log_sigmoid(a) + (1 - x) * log_sigmoid(-a)
    return explained.sum() / len(x) - divergence(mu, log_variance).sum() / len(x)


def elbo_gradient(x, mu, log_variance, e, W, b):
    a = logits(mu, log_variance, e, W, b)
    by_a = x * np.exp(log_sigmoid(-a)) - (1 - x) * np.exp(log_sigmoid(a))
    by_z = np.einsum("bo,lo->bl", by_a, W)
    s = np.exp(0.5 * log_variance)
    explained = (by_z, 0.5 * by_z * e * s)
    costs = (mu, 0.5 * (s * s - 1))
    return tuple((one - other) / len(x) for one, other in zip(explained, costs, strict=True))
