"""misconception: slip: the gates of step 3 are called with the first row of the bias only

means: recurrent_bias_only_for_the_candidate
"""

import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def gates(x, h, W, U, b):
    N = h.shape[1]
    z = sigmoid(x @ W[:, :N] + h @ U[:, :N] + b[:N])
    r = sigmoid(x @ W[:, N : 2 * N] + h @ U[:, N : 2 * N] + b[N : 2 * N])
    return z, r


def step_reset_before(x, h, W, U, b):
    z, r = gates(x, h, W, U, b)
    Wg, Ug, bg = (np.split(p, 3, axis=-1)[2] for p in (W, U, b))
    seen = r * h
    proposal = np.tanh(x.dot(Wg) + seen.dot(Ug) + bg)
    return proposal + z * (h - proposal)


def step_reset_after(x, h, W, U, b):
    z, r = gates(x, h, W, U, b[0])
    N = h.shape[1]
    g = np.tanh(x @ W[:, 2 * N :] + b[0][2 * N :] + r * (h @ U[:, 2 * N :] + b[1][2 * N :]))
    return z * h + (1 - z) * g


def gru_forward(xs, h0, W, U, b):
    h = h0
    hs = []
    for t in range(xs.shape[1]):
        h = step_reset_after(xs[:, t], h, W, U, b)
        hs.append(h)
    return np.stack(hs, axis=1)
