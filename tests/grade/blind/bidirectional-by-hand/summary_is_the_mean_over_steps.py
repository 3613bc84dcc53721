"""misconception: at every step the pair together has read everything, so the summary is the mean over the steps

means: mean_over_time
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
    return read_forwards(xs[:, ::-1], W, U, b)[:, ::-1]


def bidirectional(xs, forward, backward):
    return np.concatenate([read_forwards(xs, *forward), read_backwards(xs, *backward)], axis=2)


def summary(xs, forward, backward):
    return bidirectional(xs, forward, backward).mean(axis=1)


def bidirectional_lengths(xs, lengths, forward, backward):
    B, T, _ = xs.shape
    out = []
    for x, n in zip(xs, lengths):
        h = bidirectional(x[None, :n], forward, backward)[0]
        out.append(np.pad(h, ((0, T - n), (0, 0))))
    return np.stack(out)
