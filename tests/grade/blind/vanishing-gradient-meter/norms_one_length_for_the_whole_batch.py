"""misconception: slip: np.linalg.norm without an axis, so every sequence is given the length of the whole batch

means: one_norm_for_the_batch
"""

import numpy as np


def states_and_slopes(xs, h0, W, U, b, kind):
    B, T, M = xs.shape
    N = h0.shape[1]
    hs = np.zeros((B, T, N))
    slopes = np.zeros((B, T, N))
    h = h0
    for t in range(T):
        a = np.dot(xs[:, t, :], W) + np.dot(h, U) + b
        if kind == "tanh":
            h = np.tanh(a)
            slopes[:, t, :] = 1 - h**2
        else:
            h = np.maximum(a, 0)
            slopes[:, t, :] = np.where(a > 0, 1, 0)
        hs[:, t, :] = h
    return hs, slopes


def gradient_norms(dh, slopes, U):
    B, T, N = slopes.shape
    norms = np.zeros((B, T + 1))
    grad = dh.copy()
    norms[:, 0] = np.linalg.norm(grad)
    for d in range(1, T + 1):
        grad = np.dot(grad * slopes[:, T - d, :], U.T)
        norms[:, d] = np.linalg.norm(grad)
    return norms


def bounds(dh, slopes, U):
    B, T, N = slopes.shape
    s = np.linalg.svd(U, compute_uv=False)
    lower = np.zeros((B, T + 1))
    upper = np.zeros((B, T + 1))
    for i in range(B):
        length = np.sqrt(np.sum(dh[i] ** 2))
        lower[i, 0] = length
        upper[i, 0] = length
        for d in range(1, T + 1):
            lower[i, d] = lower[i, d - 1] * np.min(slopes[i, T - d]) * s[-1]
            upper[i, d] = upper[i, d - 1] * np.max(slopes[i, T - d]) * s[0]
    return lower, upper
