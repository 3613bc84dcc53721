"""The input's share of all steps in one product before the loop, [W; U] joined for a single step, and the mask as 0 and 1.

x W + b does not depend on the state, so fast implementations compute it for the whole sequence at once. With a mask m of
zeros and ones the state is m · new + (1 - m) · old: a gate that the data sets, where a GRU computes its own.
"""

import numpy as np


def rnn_step(x, h, W, U, b):
    return np.tanh(np.hstack([x, h]) @ np.vstack([W, U]) + b)


def rnn_forward(xs, h0, W, U, b):
    batch, length, features = xs.shape
    shares = (xs.reshape(-1, features) @ W + b).reshape(batch, length, -1)  # (B, T, N)
    hs = np.empty(shares.shape, shares.dtype)
    before = np.zeros_like(shares[:, 0]) if h0 is None else h0
    for t in range(length):
        hs[:, t] = before = np.tanh(shares[:, t] + before @ U)
    return hs


def rnn_masked(xs, mask, h0, W, U, b):
    if mask is None:
        return rnn_forward(xs, h0, W, U, b)
    shares = np.einsum("btm,mn->tbn", xs, W) + b  # (T, B, N)
    keep = mask.astype(xs.dtype).T[..., None]  # (T, B, 1)
    h = np.zeros(shares.shape[1:], xs.dtype) if h0 is None else h0
    hs = []
    for share, m in zip(shares, keep, strict=True):
        h = m * np.tanh(share + h @ U) + (1 - m) * h
        hs.append(h)
    return np.array(hs).swapaxes(0, 1)  # (T, B, N) to (B, T, N)
