"""The paper's cheaper order: move the averages by a share of their distance, and put both corrections into one rate.

The rate lr · √(1 - β₂ᵗ) / (1 - β₁ᵗ) is one number per step, so that the arrays are passed over less often. It is equal to
Algorithm 1 because ε, too, is multiplied by √(1 - β₂ᵗ); Keras leaves that factor out. The moments of all T steps are
weighted sums of the gradients, so `adam` needs no loop: row t of a lower triangle holds the weights (1 - β) β^(t - s).
"""

import numpy as np


def moments(g, m, v, beta1, beta2):
    return m + (g - m) * (1 - beta1), v + (np.square(g) - v) * (1 - beta2)


def bias_corrected(m, v, t, beta1, beta2):
    grown = 1 / (1 - np.power([beta1, beta2], float(t)))
    return [m * grown[0], v * grown[1]]


def adam_step(theta, g, m, v, t, lr, beta1, beta2, epsilon):
    m, v = moments(g, m, v, beta1, beta2)
    root = (1 - beta2**t) ** 0.5
    return [theta - (lr * root / (1 - beta1**t)) * m / (v**0.5 + epsilon * root), m, v]


def weights(beta, length):
    """(T, T): how much of the gradient of step s is in the corrected average after step t."""
    age = np.arange(length)[:, None] - np.arange(length)  # t - s
    share = np.where(age >= 0, beta ** np.maximum(age, 0.0), 0)
    return share / share.sum(axis=1, keepdims=True)


def adam(theta, gs, lr, beta1, beta2, epsilon):
    m_hats = np.tensordot(weights(beta1, len(gs)), gs, axes=1)  # (T, ...)
    v_hats = np.tensordot(weights(beta2, len(gs)), gs * gs, axes=1)
    return theta - np.cumsum(lr * m_hats / (np.sqrt(v_hats) + epsilon), axis=0)
