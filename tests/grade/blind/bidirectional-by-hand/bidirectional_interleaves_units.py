"""misconception: side by side means f and g of each unit next to each other: f0 g0 f1 g1 ...

means: halves_interleaved
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
    turned = xs[:, ::-1, :]
    states = read_forwards(turned, W, U, b)
    return states[:, ::-1, :]


def bidirectional(xs, forward, backward):
    f = read_forwards(xs, *forward)
    g = read_backwards(xs, *backward)
    pairs = np.stack([f, g], axis=-1)
    return pairs.reshape(f.shape[0], f.shape[1], -1)


def summary(xs, forward, backward):
    f = read_forwards(xs, *forward)
    g = read_backwards(xs, *backward)
    return np.hstack([f[:, -1], g[:, 0]])


def bidirectional_lengths(xs, lengths, forward, backward):
    batch, steps, _ = xs.shape
    units = len(forward[2])
    hs = np.zeros((batch, steps, 2 * units))
    for i in range(batch):
        n = lengths[i]
        alone = xs[i, :n][np.newaxis]
        hs[i, :n, :units] = read_forwards(alone, *forward)[0]
        hs[i, :n, units:] = read_backwards(alone, *backward)[0]
    return hs
