"""misconception: slip: the state is set before the loop over the sequences, so the next one begins where the last ended

means: none
"""

import numpy as np


def rnn_step(x, h, W, U, b):
    return np.tanh(x @ W + h @ U + b)


def rnn_forward(xs, h0, W, U, b):
    n_seq, n_steps = xs.shape[:2]
    n_units = len(U)
    hs = np.zeros((n_seq, n_steps, n_units))
    h = np.zeros(n_units) if h0 is None else h0[0]
    for i in range(n_seq):
        for t in range(n_steps):
            h = rnn_step(xs[i, t], h, W, U, b)
            hs[i, t] = h
    return hs


def rnn_masked(xs, mask, h0, W, U, b):
    n_seq, n_steps = xs.shape[:2]
    n_units = len(U)
    hs = np.zeros((n_seq, n_steps, n_units))
    for i in range(n_seq):
        h = np.zeros(n_units) if h0 is None else h0[i]
        for t in range(n_steps):
            if mask is None or mask[i, t]:
                h = rnn_step(xs[i, t], h, W, U, b)
            hs[i, t] = h
    return hs
