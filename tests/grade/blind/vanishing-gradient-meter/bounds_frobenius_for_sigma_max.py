"""misconception: np.linalg.norm(U) of a matrix is its largest singular value

means: frobenius_norm
"""

import numpy as np


def states_and_slopes(xs, h0, W, U, b, kind):
    B, T = xs.shape[:2]
    hs, slopes = [], []
    h = h0
    for t in range(T):
        a = xs[:, t] @ W + h @ U + b
        h = np.tanh(a) if kind == "tanh" else np.maximum(a, 0)
        slope = 1 - h**2 if kind == "tanh" else np.where(a > 0, 1.0, 0.0)
        hs.append(h)
        slopes.append(slope)
    return np.stack(hs, axis=1), np.stack(slopes, axis=1)


def gradient_norms(dh, slopes, U):
    norms = [np.linalg.norm(dh, axis=1)]
    g = dh
    for t in range(slopes.shape[1] - 1, -1, -1):
        g = (g * slopes[:, t]) @ U.T
        norms.append(np.linalg.norm(g, axis=1))
    return np.stack(norms, axis=1)


def bounds(dh, slopes, U):
    sigma_max = np.linalg.norm(U)
    sigma_min = np.linalg.svd(U, compute_uv=False)[-1]
    lower = [np.linalg.norm(dh, axis=1)]
    upper = [np.linalg.norm(dh, axis=1)]
    for t in range(slopes.shape[1] - 1, -1, -1):
        lower.append(lower[-1] * slopes[:, t].min(axis=1) * sigma_min)
        upper.append(upper[-1] * slopes[:, t].max(axis=1) * sigma_max)
    return np.stack(lower, axis=1), np.stack(upper, axis=1)
