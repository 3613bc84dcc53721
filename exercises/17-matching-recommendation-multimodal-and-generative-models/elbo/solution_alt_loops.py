"""Number by number, as the sums in the statement read: no matrix product, no broadcasting.

The sigmoid is taken from the side on which its exponential is at most 1. Slower by a factor of B·L·O, and easy to check.
"""

import numpy as np


def reparameterise(mu, log_variance, e):
    z = np.zeros(mu.shape)
    for at in np.ndindex(mu.shape):
        z[at] = mu[at] + np.sqrt(np.exp(float(log_variance[at]))) * e[at]
    return z


def divergence(mu, log_variance):
    kl = np.zeros(len(mu))
    for at in np.ndindex(mu.shape):
        m, v = float(mu[at]), float(log_variance[at])
        kl[at[0]] += (m * m + np.exp(v) - v - 1) / 2
    return kl


def log_sigmoid(a):
    return -np.log1p(np.exp(-a)) if a > 0 else a - np.log1p(np.exp(a))


def logit(z, W, b, o):
    return sum(float(z[k]) * float(W[k, o]) for k in range(len(z))) + float(b[o])


def elbo(x, mu, log_variance, e, W, b):
    z, kl = reparameterise(mu, log_variance, e), divergence(mu, log_variance)
    total = 0.0
    for n, o in np.ndindex(x.shape):
        a = logit(z[n], W, b, o)
        total += float(x[n, o]) * log_sigmoid(a) + (1 - float(x[n, o])) * log_sigmoid(-a)
    return (total - sum(kl)) / len(x)


def elbo_gradient(x, mu, log_variance, e, W, b):
    z, count = reparameterise(mu, log_variance, e), len(x)
    dmu, dlog_variance = np.zeros(mu.shape), np.zeros(mu.shape)
    for n, k in np.ndindex(mu.shape):
        wrong = [float(x[n, o]) - np.exp(log_sigmoid(logit(z[n], W, b, o))) for o in range(x.shape[1])]
        dz = sum(wrong[o] * float(W[k, o]) for o in range(x.shape[1]))
        v = float(log_variance[n, k])
        dmu[n, k] = (dz - float(mu[n, k])) / count
        dlog_variance[n, k] = (dz * float(e[n, k]) * np.exp(v / 2) / 2 - (np.exp(v) - 1) / 2) / count
    return dmu, dlog_variance
