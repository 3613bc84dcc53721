"""misconception: reading and remembering are two dense layers, and each of them adds the bias

means: none
"""

import numpy as np


def dense(inputs, weights, bias):
    return inputs @ weights + bias


def rnn_step(x, h, W, U, b):
    read = dense(x, W, b)
    remembered = dense(h, U, b)
    return np.tanh(read + remembered)


def rnn_forward(xs, h0, W, U, b):
    return rnn_masked(xs, None, h0, W, U, b)


def rnn_masked(xs, mask, h0, W, U, b):
    batch, steps, _ = xs.shape
    units = U.shape[0]
    if mask is None:
        mask = np.ones((batch, steps), dtype=bool)
    if h0 is None:
        h0 = np.zeros((batch, units))
    state = h0
    out = []
    for t in range(steps):
        new = rnn_step(xs[:, t, :], state, W, U, b)
        state = np.where(mask[:, t][:, np.newaxis], new, state)
        out.append(state)
    return np.stack(out, axis=1)
