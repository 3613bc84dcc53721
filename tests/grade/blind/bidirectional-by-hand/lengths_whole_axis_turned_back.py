"""misconception: the real steps are turned round alone, but the states are turned back over all T steps, so they land too late

means: backward_half_at_the_end_of_the_row
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
    return np.flip(read_forwards(np.flip(xs, axis=1), W, U, b), axis=1)


def bidirectional(xs, forward, backward):
    return np.concatenate((read_forwards(xs, *forward), read_backwards(xs, *backward)), axis=-1)


def summary(xs, forward, backward):
    fs, gs = read_forwards(xs, *forward), read_backwards(xs, *backward)
    return np.concatenate((fs[:, -1], gs[:, 0]), axis=-1)


def bidirectional_lengths(xs, lengths, forward, backward):
    turned = xs.copy()
    for i, n in enumerate(lengths):
        turned[i, :n] = xs[i, :n][::-1]
    fs = read_forwards(xs, *forward)
    gs = np.flip(read_forwards(turned, *backward), axis=1)
    hs = np.concatenate((fs, gs), axis=-1)
    for i, n in enumerate(lengths):
        hs[i, n:] = 0
    return hs
