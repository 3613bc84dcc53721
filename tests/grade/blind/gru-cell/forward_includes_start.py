"""misconception: slip: the list of states begins with h0 and lacks the last one

means: states_before_the_steps
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
    return z * h + (1 - z) * g


def step_reset_after(x, h, W, U, b):
    N = h.shape[1]
    xw = x @ W + b[0]
    hu = h @ U + b[1]
    z = sigmoid(xw[:, :N] + hu[:, :N])
    r = sigmoid(xw[:, N : 2 * N] + hu[:, N : 2 * N])
    g = np.tanh(xw[:, 2 * N :] + r * hu[:, 2 * N :])
    return z * h + (1 - z) * g


def gru_forward(xs, h0, W, U, b):
    states = [h0]
    for t in range(1, xs.shape[1]):
        states.append(step_reset_after(xs[:, t - 1], states[-1], W, U, b))
    return np.stack(states, axis=1)
