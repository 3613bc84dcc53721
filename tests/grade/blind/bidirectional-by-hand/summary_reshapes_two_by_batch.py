"""misconception: both final states are stacked to (2, B, N) and then reshaped to (B, 2N), which mixes the sequences

means: permuted
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
    B, T = xs.shape[:2]
    N = U.shape[0]
    gs = np.zeros((B, T + 1, N))
    for t in range(T - 1, -1, -1):
        gs[:, t] = np.tanh(xs[:, t] @ W + gs[:, t + 1] @ U + b)
    return gs[:, :T]


def bidirectional(xs, forward, backward):
    fs = read_forwards(xs, *forward)
    gs = read_backwards(xs, *backward)
    return np.concatenate([fs, gs], axis=-1)


def summary(xs, forward, backward):
    h_n = np.stack([read_forwards(xs, *forward)[:, -1], read_backwards(xs, *backward)[:, 0]])
    return h_n.reshape(xs.shape[0], -1)


def bidirectional_lengths(xs, lengths, forward, backward):
    B, T = xs.shape[:2]
    N = forward[1].shape[0]
    hs = np.zeros((B, T, 2 * N))
    for i in range(B):
        hs[i, : lengths[i]] = bidirectional(xs[i : i + 1, : lengths[i]], forward, backward)[0]
    return hs
