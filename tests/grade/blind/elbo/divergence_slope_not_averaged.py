"""misconception: the mean over the batch is that of log p: in the gradient the divergence is not divided by B

means: divergence_summed_over_the_batch
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
    a = z @ W + b
    log_p = np.sum(x * log_sigmoid(a) + (1 - x) * (log_sigmoid(a) - a), axis=1)
    return np.mean(log_p - kl)


def elbo_gradient(x, mu, log_variance, e, W, b):
    z = reparameterise(mu, log_variance, e)
    a = z @ W + b
    da = (x - np.exp(log_sigmoid(a))) / len(x)
    dz = da @ W.T
    dmu = dz - mu
    dlog_variance = dz * 0.5 * np.exp(log_variance / 2) * e - 0.5 * (np.exp(log_variance) - 1)
    return dmu, dlog_variance
