"""misconception: all four blocks are squashed with the sigmoid

means: sigmoid_candidate
"""

import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def gates(x, h, W, U, b):
    z = sigmoid(x @ W + h @ U + b)  # squash all of it at once
    n = z.shape[1] // 4
    return tuple(z[:, j * n : (j + 1) * n] for j in range(4))


def lstm_step(x, h, c, W, U, b):
    """One time step."""
    i, f, g, o = gates(x, h, W, U, b)
    kept = np.multiply(f, c)
    added = np.multiply(i, g)
    memory = kept + added
    return o * np.tanh(memory), memory


def lstm_forward(xs, W, U, b):
    batch, steps = xs.shape[:2]
    state = np.zeros((batch, len(U))), np.zeros((batch, len(U)))
    out = []
    for t in range(steps):
        state = lstm_step(xs[:, t, :], state[0], state[1], W, U, b)
        out.append(state[0])
    return np.stack(out, axis=1)
