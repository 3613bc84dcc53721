"""Both directions with one loop: the backward network is the forward one on a sequence that is turned round.

Turning twice is the whole trick: once before reading, and once after it, so that the states stand at their steps again. For
unequal lengths the same is done with an index that turns round the real steps of each row and leaves the filling behind
them. Then the backward network meets the filling last, where it can do no harm, and the same index undoes the turn.
Cost: two readings, each T products of (B, M) with (M, N) and of (B, N) with (N, N); filling is computed as well.
In Keras: `Bidirectional(SimpleRNN(N, return_sequences=True))(xs, mask=mask)`.
"""

import numpy as np


def read_forwards(xs, W, U, b):
    f, fs = np.zeros((len(xs), len(U)), xs.dtype), []
    for t in range(xs.shape[1]):
        f = np.tanh(xs[:, t] @ W + f @ U + b)
        fs.append(f)
    return np.stack(fs, axis=1)  # (B, T, N)


def read_backwards(xs, W, U, b):
    return read_forwards(xs[:, ::-1], W, U, b)[:, ::-1]


def bidirectional(xs, forward, backward):
    return np.concatenate([read_forwards(xs, *forward), read_backwards(xs, *backward)], axis=2)  # (B, T, 2N)


def summary(xs, forward, backward):
    units = len(forward[1])
    hs = bidirectional(xs, forward, backward)
    return np.concatenate([hs[:, -1, :units], hs[:, 0, units:]], axis=1)  # (B, 2N)


def bidirectional_lengths(xs, lengths, forward, backward):
    step, ends = np.arange(xs.shape[1]), lengths[:, None]
    real = step < ends  # (B, T)
    turned = np.where(real, ends - 1 - step, step)[:, :, None]  # (B, T, 1): which step to read at place t
    gs = read_forwards(np.take_along_axis(xs, turned, axis=1), *backward)
    gs = np.take_along_axis(gs, turned, axis=1)
    hs = np.concatenate([read_forwards(xs, *forward), gs], axis=2)
    return np.where(real[:, :, None], hs, 0)
