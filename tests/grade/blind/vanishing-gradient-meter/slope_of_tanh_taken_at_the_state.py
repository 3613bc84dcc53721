"""misconception: the slope is computed at the state h_t, which has been squashed already: 1 - tanh(h_t)²

means: tanh_squashed_a_second_time
"""

import numpy as np


def phi(a, kind):
    return np.tanh(a) if kind == "tanh" else np.maximum(a, 0)


def phi_prime(v, kind):
    if kind == "tanh":
        return 1 - np.tanh(v) ** 2
    return np.where(v > 0, 1.0, 0.0)


def states_and_slopes(xs, h0, W, U, b, kind):
    h = h0
    hs, slopes = [], []
    for t in range(xs.shape[1]):
        h = phi(xs[:, t] @ W + h @ U + b, kind)
        hs.append(h)
        slopes.append(phi_prime(h, kind))
    return np.stack(hs, axis=1), np.stack(slopes, axis=1)


def gradient_norms(dh, slopes, U):
    g = dh
    norms = [np.linalg.norm(g, axis=1)]
    for t in reversed(range(slopes.shape[1])):
        g = (g * slopes[:, t]) @ U.T
        norms.append(np.linalg.norm(g, axis=1))
    return np.stack(norms, axis=1)


def bounds(dh, slopes, U):
    s = np.linalg.svd(U, compute_uv=False)
    lo = hi = np.linalg.norm(dh, axis=1)
    lower, upper = [lo], [hi]
    for t in reversed(range(slopes.shape[1])):
        lo = lo * slopes[:, t].min(axis=1) * s.min()
        hi = hi * slopes[:, t].max(axis=1) * s.max()
        lower.append(lo)
        upper.append(hi)
    return np.stack(lower, axis=1), np.stack(upper, axis=1)
