"""misconception: slip: lengths is taken for the index of the last real step, so the way back reads one step of filling

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


def step(x, h, W, U, b):
    return np.tanh(x @ W + h @ U + b)


def read_backwards(xs, W, U, b):
    g = np.zeros((xs.shape[0], U.shape[0]))
    gs = np.zeros((xs.shape[0], xs.shape[1], U.shape[0]))
    for t in range(xs.shape[1])[::-1]:
        g = step(xs[:, t], g, W, U, b)
        gs[:, t] = g
    return gs


def bidirectional(xs, forward, backward):
    return np.concatenate([read_forwards(xs, *forward), read_backwards(xs, *backward)], axis=-1)


def summary(xs, forward, backward):
    return np.concatenate(
        [read_forwards(xs, *forward)[:, -1], read_backwards(xs, *backward)[:, 0]],
        axis=-1,
    )


def bidirectional_lengths(xs, lengths, forward, backward):
    W, U, b = backward
    T = xs.shape[1]
    last = np.asarray(lengths)[:, None]
    fs = read_forwards(xs, *forward)
    gs = np.zeros(fs.shape)
    g = np.zeros((xs.shape[0], U.shape[0]))
    for t in range(T)[::-1]:
        g = np.where(t <= last, step(xs[:, t], g, W, U, b), 0.0)
        gs[:, t] = g
    hs = np.concatenate([fs, gs], axis=-1)
    filling = np.arange(T) >= last
    hs[filling] = 0
    return hs
