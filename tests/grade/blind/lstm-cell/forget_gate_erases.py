"""misconception: f says how much is forgotten, so the share that is kept is 1 - f

means: inverted_forget_gate
"""

import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def gates(x, h, W, U, b):
    units = U.shape[0]
    blocks = []
    for k in range(4):
        cols = slice(k * units, (k + 1) * units)
        blocks.append(x.dot(W[:, cols]) + h.dot(U[:, cols]) + b[cols])
    act = [sigmoid, sigmoid, np.tanh, sigmoid]
    return tuple(fn(block) for fn, block in zip(act, blocks, strict=False))


def lstm_step(x, h, c, W, U, b):
    i, f, g, o = gates(x, h, W, U, b)
    forgotten = f * c
    c = c - forgotten + i * g
    h = o * np.tanh(c)
    return h, c


def lstm_forward(xs, W, U, b):
    batch, steps = xs.shape[:2]
    state = np.zeros((batch, len(U))), np.zeros((batch, len(U)))
    out = []
    for t in range(steps):
        state = lstm_step(xs[:, t, :], state[0], state[1], W, U, b)
        out.append(state[0])
    return np.stack(out, axis=1)
