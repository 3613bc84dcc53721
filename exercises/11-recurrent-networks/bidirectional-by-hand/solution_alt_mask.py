"""A loop from the end for the backward direction, and a state that is set back to zero while it meets filling.

Because filling stands at the end, the backward network meets it first; a state that is still zero at the first real step is
as if the sequence began there.
"""

import numpy as np


def read_forwards(xs, W, U, b):
    hs = np.zeros((*xs.shape[:2], len(b)), xs.dtype)
    before = hs[:, 0] * 0
    for t in range(xs.shape[1]):
        before = hs[:, t] = np.tanh(xs[:, t] @ W + before @ U + b)
    return hs


def read_backwards(xs, W, U, b, real=None):
    gs = np.zeros((*xs.shape[:2], len(b)), xs.dtype)
    after = np.zeros_like(gs[:, 0])
    for t in range(xs.shape[1] - 1, -1, -1):
        after = np.tanh(xs[:, t] @ W + after @ U + b)
        if real is not None:
            after = np.where(real[:, t, None], after, 0)
        gs[:, t] = after
    return gs


def bidirectional(xs, forward, backward):
    return np.dstack([read_forwards(xs, *forward), read_backwards(xs, *backward)])


def summary(xs, forward, backward):
    return np.hstack([read_forwards(xs, *forward)[:, -1], read_backwards(xs, *backward)[:, 0]])


def bidirectional_lengths(xs, lengths, forward, backward):
    real = np.arange(xs.shape[1])[None] < np.asarray(lengths)[:, None]
    fs = np.where(real[..., None], read_forwards(xs, *forward), 0)
    return np.dstack([fs, read_backwards(xs, *backward, real=real)])
