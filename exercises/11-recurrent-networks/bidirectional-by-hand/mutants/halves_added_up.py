"""One state for each step: the sum of both."""

import numpy as np


def read_forwards(xs, W, U, b):
    f, fs = np.zeros((len(xs), len(U)), xs.dtype), []
    for t in range(xs.shape[1]):
        f = np.tanh(xs[:, t] @ W + f @ U + b)
        fs.append(f)
    return np.stack(fs, axis=1)


def read_backwards(xs, W, U, b):
    return read_forwards(xs[:, ::-1], W, U, b)[:, ::-1]


def bidirectional(xs, forward, backward):
    return read_forwards(xs, *forward) + read_backwards(xs, *backward)


def summary(xs, forward, backward):
    return read_forwards(xs, *forward)[:, -1] + read_backwards(xs, *backward)[:, 0]


def bidirectional_lengths(xs, lengths, forward, backward):
    step, ends = np.arange(xs.shape[1]), lengths[:, None]
    real = step < ends
    turned = np.where(real, ends - 1 - step, step)[:, :, None]
    gs = read_forwards(np.take_along_axis(xs, turned, axis=1), *backward)
    gs = np.take_along_axis(gs, turned, axis=1)
    hs = read_forwards(xs, *forward) + gs
    return np.where(real[:, :, None], hs, 0)
