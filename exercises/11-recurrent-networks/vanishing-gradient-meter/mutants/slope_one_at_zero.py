"""A sum of 0 is not negative, so the unit is on."""

import numpy as np


def states_and_slopes(xs, h0, W, U, b, kind):
    h = h0
    hs, slopes = [], []
    for t in range(xs.shape[1]):
        a = xs[:, t] @ W + h @ U + b
        if kind == "tanh":
            h = np.tanh(a)
            slope = 1 - h**2
        else:
            h = np.maximum(a, 0)
            slope = (a >= 0).astype(a.dtype)
        hs.append(h)
        slopes.append(slope)
    return np.stack(hs, axis=1), np.stack(slopes, axis=1)


def gradient_norms(dh, slopes, U):
    g = dh
    norms = [np.sqrt((g**2).sum(axis=1))]
    for t in reversed(range(slopes.shape[1])):
        g = (g * slopes[:, t]) @ U.T
        norms.append(np.sqrt((g**2).sum(axis=1)))
    return np.stack(norms, axis=1)


def bounds(dh, slopes, U):
    sigma = np.linalg.svd(U, compute_uv=False)
    lower = [np.linalg.norm(dh, axis=1)]
    upper = [np.linalg.norm(dh, axis=1)]
    for t in reversed(range(slopes.shape[1])):
        lower.append(lower[-1] * slopes[:, t].min(axis=1) * sigma.min())
        upper.append(upper[-1] * slopes[:, t].max(axis=1) * sigma.max())
    return np.stack(lower, axis=1), np.stack(upper, axis=1)
