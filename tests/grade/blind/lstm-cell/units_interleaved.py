"""misconception: the four numbers of one unit stand next to each other in z

means: columns_of_a_unit_together
"""

import numpy as np


def s(a):
    return 1.0 / (1.0 + np.exp(-a))


def gates(x, h, W, U, b):
    z = x @ W + h @ U + b
    z = z.reshape(x.shape[0], -1, 4)
    i, f, g, o = (z[:, :, k] for k in range(4))
    return s(i), s(f), np.tanh(g), s(o)


def lstm_step(x, h, c, W, U, b):
    """One time step."""
    i, f, g, o = gates(x, h, W, U, b)
    kept = np.multiply(f, c)
    added = np.multiply(i, g)
    memory = kept + added
    return o * np.tanh(memory), memory


def lstm_forward(xs, W, U, b):
    B, T, M = xs.shape
    N = U.shape[0]
    h = np.zeros((B, N))
    c = np.zeros((B, N))
    hs = np.zeros((B, T, N))
    for t in range(T):
        h, c = lstm_step(xs[:, t], h, c, W, U, b)
        hs[:, t] = h
    return hs
