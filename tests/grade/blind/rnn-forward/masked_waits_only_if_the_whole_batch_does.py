"""misconception: a step is skipped for the batch as a whole, so it is run if any sequence has a real one there

means: step_where_any_is_real
"""

import numpy as np


def rnn_step(x, h, W, U, b):
    return np.tanh(x @ W + h @ U + b)


def rnn_forward(xs, h0, W, U, b):
    return rnn_masked(xs, None, h0, W, U, b)


def rnn_masked(xs, mask, h0, W, U, b):
    B, T, M = xs.shape
    if h0 is None:
        h0 = np.zeros((B, U.shape[0]), xs.dtype)
    h = h0
    states = []
    for t in range(T):
        if mask is None or mask[:, t].any():
            h = rnn_step(xs[:, t], h, W, U, b)
        states.append(h)
    return np.stack(states, axis=1)
