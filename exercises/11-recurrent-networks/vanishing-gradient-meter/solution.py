"""Forwards, backwards with a ruler, and the two promises of linear algebra.

`states_and_slopes` keeps φ' beside each state, so that the walk back needs neither inputs nor activations. One step back
is a product with diag(φ') and with Uᵀ; only the length of what comes out is kept. The bounds are running products of the
largest and the smallest factors of each step: `cumprod` over time turned round. Cost: T products of (B, N) with (N, N), and
one singular value decomposition.
"""

import numpy as np


def states_and_slopes(xs, h0, W, U, b, kind):
    h, hs, slopes = h0, [], []
    for t in range(xs.shape[1]):
        a = xs[:, t] @ W + h @ U + b  # (B, N)
        h = np.tanh(a) if kind == "tanh" else np.maximum(a, 0)
        hs.append(h)
        slopes.append(1 - h**2 if kind == "tanh" else (a > 0).astype(a.dtype))
    return np.stack(hs, axis=1), np.stack(slopes, axis=1)  # each (B, T, N)


def gradient_norms(dh, slopes, U):
    lengths = [np.linalg.norm(dh, axis=1)]
    for t in reversed(range(slopes.shape[1])):
        dh = (dh * slopes[:, t]) @ U.T  # (B, N): a new array, one step further back
        lengths.append(np.linalg.norm(dh, axis=1))
    return np.stack(lengths, axis=1)  # (B, T + 1)


def bounds(dh, slopes, U):
    stretch = np.linalg.svd(U, compute_uv=False)  # (N,), the largest first
    start = np.linalg.norm(dh, axis=1, keepdims=True)  # (B, 1)
    most = slopes.max(axis=2)[:, ::-1] * stretch[0]  # (B, T), by distance
    least = slopes.min(axis=2)[:, ::-1] * stretch[-1]
    lower, upper = (np.cumprod(np.hstack([start, factors]), axis=1) for factors in (least, most))
    return lower, upper
