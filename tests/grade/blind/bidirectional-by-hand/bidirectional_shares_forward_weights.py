"""misconception: it is one network that reads twice, so the backward reading in step 2 uses the forward weights

means: forward_weights_in_both
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
    g = np.zeros((len(xs), len(U)), xs.dtype)
    gs = []
    for t in reversed(range(xs.shape[1])):
        g = np.tanh(xs[:, t] @ W + g @ U + b)
        gs.insert(0, g)
    return np.stack(gs, axis=1)


def bidirectional(xs, forward, backward):
    W, U, b = forward
    there = read_forwards(xs, W, U, b)
    and_back = read_backwards(xs, W, U, b)
    return np.concatenate([there, and_back], axis=-1)


def summary(xs, forward, backward):
    Wf, Uf, bf = forward
    Wb, Ub, bb = backward
    there = read_forwards(xs, Wf, Uf, bf)
    and_back = read_backwards(xs, Wb, Ub, bb)
    return np.concatenate([there[:, -1], and_back[:, 0]], axis=-1)


def bidirectional_lengths(xs, lengths, forward, backward):
    Wf, Uf, bf = forward
    Wb, Ub, bb = backward
    real = (np.arange(xs.shape[1]) < np.asarray(lengths)[:, None])[..., None]
    there = read_forwards(xs, Wf, Uf, bf)
    g = np.zeros((len(xs), len(Ub)), xs.dtype)
    and_back = []
    for t in reversed(range(xs.shape[1])):
        g = np.where(real[:, t], np.tanh(xs[:, t] @ Wb + g @ Ub + bb), 0)
        and_back.insert(0, g)
    return np.concatenate([there, np.stack(and_back, axis=1)], axis=-1) * real
