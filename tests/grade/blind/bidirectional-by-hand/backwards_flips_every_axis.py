"""misconception: slip: np.flip without an axis turns round the batch and the features along with the time

means: none
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
    return np.flip(read_forwards(np.flip(xs), W, U, b))


def bidirectional(xs, forward, backward):
    return np.concatenate([read_forwards(xs, *forward), read_backwards(xs, *backward)], axis=-1)


def summary(xs, forward, backward):
    return np.concatenate([read_forwards(xs, *forward)[:, -1], read_backwards(xs, *backward)[:, 0]], axis=-1)


def bidirectional_lengths(xs, lengths, forward, backward):
    hs = np.zeros((xs.shape[0], xs.shape[1], 2 * len(forward[1])))
    for i, n in enumerate(lengths):
        hs[i : i + 1, :n] = bidirectional(xs[i : i + 1, :n], forward, backward)
    return hs
