"""misconception: the backward state at x_t has read only what comes after x_t, since the forward one has read x_t already

means: backward_state_excludes_its_step
"""

import numpy as np


def read_forwards(xs, W, U, b):
    """f_t = tanh(x_t W + f_{t-1} U + b) from the first step to the last. Shapes: xs (B, T, M). Returns fs (B, T, N)."""
    f, fs = np.zeros((len(xs), len(U)), xs.dtype), []
    for t in range(xs.shape[1]):
        f = np.tanh(xs[:, t] @ W + f @ U + b)
        fs.append(f)
    return np.stack(fs, axis=1)


def read_backwards(xs, W, U, b):
    B, T, M = xs.shape
    N = U.shape[0]
    gs = np.zeros((B, T, N))
    g = np.zeros((B, N))
    for t in range(T - 1, -1, -1):
        gs[:, t] = g
        g = np.tanh(xs[:, t] @ W + g @ U + b)
    return gs


def bidirectional(xs, forward, backward):
    fs = read_forwards(xs, *forward)
    gs = read_backwards(xs, *backward)
    return np.concatenate((fs, gs), axis=2)


def summary(xs, forward, backward):
    hs = bidirectional(xs, forward, backward)
    N = hs.shape[2] // 2
    return np.concatenate((hs[:, -1, :N], hs[:, 0, N:]), axis=1)


def bidirectional_lengths(xs, lengths, forward, backward):
    B, T, M = xs.shape
    N = forward[1].shape[0]
    hs = np.zeros((B, T, 2 * N))
    for i in range(B):
        n = int(lengths[i])
        hs[i, :n] = bidirectional(xs[i : i + 1, :n], forward, backward)[0]
    return hs
