"""misconception: c is already squashed by the tanh of the candidate, so the output gate multiplies it directly

means: no_output_tanh
"""

import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def gates(x, h, W, U, b):
    z = x @ W + h @ U + b
    N = h.shape[1]
    i = sigmoid(z[:, :N])
    f = sigmoid(z[:, N : 2 * N])
    g = np.tanh(z[:, 2 * N : 3 * N])
    o = sigmoid(z[:, 3 * N :])
    return i, f, g, o


def lstm_step(x, h, c, W, U, b):
    i, f, g, o = gates(x, h, W, U, b)
    new_c = (f * c) + (i * g)
    return o * new_c, new_c


def lstm_forward(xs, W, U, b):
    batch, steps = xs.shape[:2]
    state = np.zeros((batch, len(U))), np.zeros((batch, len(U)))
    out = []
    for t in range(steps):
        state = lstm_step(xs[:, t, :], state[0], state[1], W, U, b)
        out.append(state[0])
    return np.stack(out, axis=1)
