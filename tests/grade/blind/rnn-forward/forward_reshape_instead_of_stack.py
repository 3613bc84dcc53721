"""misconception: a list of T arrays (B, N) becomes (B, T, N) by reshape

means: time_axis_reshaped, permuted
"""

import numpy as np


def rnn_step(x, h, W, U, b):
    z = np.dot(x, W)
    z = z + np.dot(h, U)
    z = z + b
    return np.tanh(z)


def rnn_forward(xs, h0, W, U, b):
    B = xs.shape[0]
    T = xs.shape[1]
    N = U.shape[0]

    if h0 is None:
        h = np.zeros((B, N))
    else:
        h = h0

    all_states = []
    for t in range(T):
        h = rnn_step(xs[:, t, :], h, W, U, b)
        all_states.append(h)

    return np.array(all_states).reshape(B, T, N)


def rnn_masked(xs, mask, h0, W, U, b):
    B = xs.shape[0]
    T = xs.shape[1]
    N = U.shape[0]

    if h0 is None:
        h = np.zeros((B, N))
    else:
        h = h0

    hs = np.zeros((B, T, N))
    for t in range(T):
        h_new = rnn_step(xs[:, t, :], h, W, U, b)
        if mask is not None:
            keep = np.asarray(mask[:, t], dtype=bool).reshape(B, 1)
            h_new = np.where(keep, h_new, h)
        h = h_new
        hs[:, t, :] = h

    return hs
