"""misconception: sequences are sorted by length, longest first, and the result is not put back into the order of the batch

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
    gs = read_forwards(xs[:, ::-1], W, U, b)
    return gs[:, ::-1]


def bidirectional(xs, forward, backward):
    return np.concatenate([read_forwards(xs, *forward), read_backwards(xs, *backward)], axis=-1)


def summary(xs, forward, backward):
    last = read_forwards(xs, *forward)[:, -1]
    first = read_backwards(xs, *backward)[:, 0]
    return np.concatenate([last, first], axis=-1)


def bidirectional_lengths(xs, lengths, forward, backward):
    order = np.argsort(-np.asarray(lengths), kind="stable")
    xs, lengths = xs[order], np.asarray(lengths)[order]
    T = xs.shape[1]
    N = forward[1].shape[0]
    hs = np.zeros((len(xs), T, 2 * N))
    # sequences of one length can be computed together
    for n in np.unique(lengths):
        same = lengths == n
        hs[same, :n] = bidirectional(xs[same, :n], forward, backward)
    return hs
