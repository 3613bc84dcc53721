"""misconception: slip: the slope is noted before the state is renewed, so step t gets the slope of the state before it

means: slope_at_the_state_before
"""

import numpy as np


def states_and_slopes(xs, h0, W, U, b, kind):
    B, T, _ = xs.shape
    N = U.shape[0]
    hs = np.zeros((B, T, N))
    slopes = np.zeros((B, T, N))
    h = h0
    for t in range(T):
        # both slopes can be had from the state: 1 - h^2, or whether it is on
        if kind == "tanh":
            slopes[:, t] = 1 - h**2
        else:
            slopes[:, t] = h > 0
        a = xs[:, t] @ W + h @ U + b
        h = np.tanh(a) if kind == "tanh" else np.maximum(a, 0)
        hs[:, t] = h
    return hs, slopes


def gradient_norms(dh, slopes, U):
    B, T, N = slopes.shape
    norms = np.zeros((B, T + 1))
    g = dh
    norms[:, 0] = np.sqrt((g**2).sum(axis=-1))
    for d in range(1, T + 1):
        g = (g * slopes[:, T - d]) @ U.T
        norms[:, d] = np.sqrt((g**2).sum(axis=-1))
    return norms


def bounds(dh, slopes, U):
    B, T, N = slopes.shape
    sigma = np.linalg.svd(U, compute_uv=False)
    lower = np.zeros((B, T + 1))
    upper = np.zeros((B, T + 1))
    lower[:, 0] = upper[:, 0] = np.sqrt((dh**2).sum(axis=-1))
    for d in range(1, T + 1):
        lower[:, d] = lower[:, d - 1] * slopes[:, T - d].min(axis=-1) * sigma[-1]
        upper[:, d] = upper[:, d - 1] * slopes[:, T - d].max(axis=-1) * sigma[0]
    return lower, upper
