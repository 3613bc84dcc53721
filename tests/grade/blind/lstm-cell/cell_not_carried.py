"""misconception: only h is handed from step to step, c belongs to one step and starts from zero in each

means: cell_not_carried
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
    c_next = f * c + i * g
    h_next = o * np.tanh(c_next)
    return h_next, c_next


def lstm_forward(xs, W, U, b):
    N = U.shape[0]
    h = np.zeros((xs.shape[0], N))
    result = []
    for x in np.swapaxes(xs, 0, 1):
        c = np.zeros_like(h)
        h, c = lstm_step(x, h, c, W, U, b)
        result.append(h)
    return np.array(result).transpose(1, 0, 2)
