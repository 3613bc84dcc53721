"""misconception: "as if the step were not there" means the real steps move up to the front, and their states stay there

means: real_steps_pushed_together
"""

import numpy as np


def rnn_step(x, h, W, U, b):
    return np.tanh(x @ W + h @ U + b)


def rnn_forward(xs, h0, W, U, b):
    T = xs.shape[1]
    h = h0
    if h is None:
        h = np.zeros((xs.shape[0], U.shape[0]))
    result = []
    for t in range(T):
        h = rnn_step(xs[:, t], h, W, U, b)
        result.append(h)
    return np.stack(result, axis=1)


def rnn_masked(xs, mask, h0, W, U, b):
    if mask is None:
        return rnn_forward(xs, h0, W, U, b)
    mask = np.asarray(mask, dtype=bool)
    B, T = mask.shape
    N = U.shape[0]
    start = np.zeros((B, N)) if h0 is None else h0
    hs = np.zeros((B, T, N))
    for i in range(B):
        real = xs[i][mask[i]]
        n = len(real)
        if n == 0:
            hs[i] = start[i]
            continue
        states = rnn_forward(real[None], start[i : i + 1], W, U, b)[0]
        hs[i, :n] = states
        hs[i, n:] = states[-1]
    return hs
