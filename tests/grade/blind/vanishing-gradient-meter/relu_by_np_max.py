"""misconception: slip: max(a, 0) is written np.max(a, 0), which takes the largest over the batch instead of cutting at 0

means: none
"""

import numpy as np


def states_and_slopes(xs, h0, W, U, b, kind):
    B, T, M = xs.shape
    N = len(b)
    hs = np.empty((B, T, N))
    slopes = np.empty((B, T, N))
    prev = h0
    for t in range(T):
        a = xs[:, t] @ W + prev @ U + b
        if kind == "tanh":
            hs[:, t] = np.tanh(a)
            slopes[:, t] = 1 - np.tanh(a) ** 2
        elif kind == "relu":
            hs[:, t] = np.max(a, 0)
            slopes[:, t] = (a > 0).astype(float)
        prev = hs[:, t]
    return hs, slopes


def gradient_norms(dh, slopes, U):
    out = [np.linalg.norm(dh, axis=-1)]
    for s in np.moveaxis(slopes, 1, 0)[::-1]:
        dh = (dh * s) @ U.T
        out.append(np.linalg.norm(dh, axis=-1))
    return np.array(out).T


def bounds(dh, slopes, U):
    sv = np.linalg.svd(U, compute_uv=False)
    start = np.linalg.norm(dh, axis=-1)[:, None]
    back = slopes[:, ::-1]
    smallest = np.cumprod(back.min(axis=-1) * sv.min(), axis=1)
    largest = np.cumprod(back.max(axis=-1) * sv.max(), axis=1)
    one = np.ones((len(dh), 1))
    return start * np.hstack([one, smallest]), start * np.hstack([one, largest])
