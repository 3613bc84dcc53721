"""The ELBO as its equations read, and its gradient by the chain rule.

log σ(a) = -log(1 + exp(-a)) is written with `logaddexp`, which never overflows. Going back, the decoder's log-likelihood
has the shortest of all derivatives by a logit, x - σ(a); the matrix W carries it to z. From z it goes to mu with the factor
1 and to log s² with the factor s e / 2. Cost: two products of 2·B·L·O multiplications and additions.
In Keras: `kdl.models.generative.vae`, whose decoder is deeper.
"""

import numpy as np


def reparameterise(mu, log_variance, e):
    return mu + np.exp(log_variance / 2) * e


def divergence(mu, log_variance):
    return (mu**2 + np.exp(log_variance) - log_variance - 1).sum(axis=1) / 2


def elbo(x, mu, log_variance, e, W, b):
    a = reparameterise(mu, log_variance, e) @ W + b  # (B, O)
    log_p = (x * a - np.logaddexp(0, a)).sum(axis=1)  # (B,)
    return (log_p - divergence(mu, log_variance)).mean()


def elbo_gradient(x, mu, log_variance, e, W, b):
    a = reparameterise(mu, log_variance, e) @ W + b  # (B, O)
    share = 0.5 * (1 + np.tanh(a / 2))  # the sigmoid, by a function that cannot overflow
    dz = (x - share) @ W.T / len(x)  # (B, L)
    dmu = dz - mu / len(x)
    dlog_variance = dz * e * np.exp(log_variance / 2) / 2 - (np.exp(log_variance) - 1) / (2 * len(x))
    return dmu, dlog_variance
