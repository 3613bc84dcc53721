"""misconception: the candidate is squashed like the gates, and every sequence starts from a state of zeros

means: sigmoid_candidate, sequence_begins_with_zeros, several
"""

import numpy as np


def squash(a):
    return 1 / (1 + np.exp(-a))


def gates(x, h, W, U, b):
    N = U.shape[0]
    pre = x @ W + h @ U + b
    return squash(pre[:, :N]), squash(pre[:, N : 2 * N])


def step_reset_before(x, h, W, U, b):
    z, r = gates(x, h, W, U, b)
    N = U.shape[0]
    g = squash(x @ W[:, 2 * N :] + (r * h) @ U[:, 2 * N :] + b[2 * N :])
    return z * h + (1 - z) * g


def step_reset_after(x, h, W, U, b):
    z, r = gates(x, h, W, U, b[0] + b[1])
    N = U.shape[0]
    g = squash(x @ W[:, 2 * N :] + b[0, 2 * N :] + r * (h @ U[:, 2 * N :] + b[1, 2 * N :]))
    return z * h + (1 - z) * g


def gru_forward(xs, h0, W, U, b):
    h = np.zeros_like(h0)
    hs = []
    for t in range(xs.shape[1]):
        h = step_reset_after(xs[:, t], h, W, U, b)
        hs.append(h)
    return np.stack(hs, axis=1)
