"""misconception: the update gate says how much is updated, so z stands at the candidate and 1 - z at the old state

means: z_weighs_the_candidate
"""

import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def gates(x, h, W, U, b):
    total = x @ W + h @ U + b
    z, r, _ = np.split(total, 3, axis=-1)
    return sigmoid(z), sigmoid(r)


def step_reset_before(x, h, W, U, b):
    z, r = gates(x, h, W, U, b)
    N = h.shape[1]
    g = np.tanh(x @ W[:, 2 * N :] + (r * h) @ U[:, 2 * N :] + b[2 * N :])
    return (1 - z) * h + z * g


def step_reset_after(x, h, W, U, b):
    z, r = gates(x, h, W, U, b[0] + b[1])
    N = h.shape[1]
    g = np.tanh(x @ W[:, 2 * N :] + b[0, 2 * N :] + r * (h @ U[:, 2 * N :] + b[1, 2 * N :]))
    return (1 - z) * h + z * g


def gru_forward(xs, h0, W, U, b):
    h = h0
    hs = []
    for t in range(xs.shape[1]):
        h = step_reset_after(xs[:, t], h, W, U, b)
        hs.append(h)
    return np.stack(hs, axis=1)
