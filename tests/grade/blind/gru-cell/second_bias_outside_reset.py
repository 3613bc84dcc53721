"""misconception: the recurrent bias of the candidate is an ordinary bias which the reset gate leaves alone

means: both_biases_added_beforehand
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
    Wg, Ug, bg = (np.split(p, 3, axis=-1)[2] for p in (W, U, b))
    seen = r * h
    proposal = np.tanh(x.dot(Wg) + seen.dot(Ug) + bg)
    return proposal + z * (h - proposal)


def step_reset_after(x, h, W, U, b):
    both = b[0] + b[1]
    z, r = gates(x, h, W, U, both)
    Wg = np.split(W, 3, axis=1)[2]
    Ug = np.split(U, 3, axis=1)[2]
    bg = np.split(both, 3)[2]
    g = np.tanh(x @ Wg + r * (h @ Ug) + bg)
    return z * h + (1 - z) * g


def gru_forward(xs, h0, W, U, b):
    h = h0
    hs = []
    for t in range(xs.shape[1]):
        h = step_reset_after(xs[:, t], h, W, U, b)
        hs.append(h)
    return np.stack(hs, axis=1)
