"""misconception: slope and matrix are bounded together, by the singular values of diag(slope) Uᵀ at each step

means: none
"""

import numpy as np


def states_and_slopes(xs, h0, W, U, b, kind):
    T = xs.shape[1]
    hs, slopes = [None] * T, [None] * T
    h = h0
    for t in range(T):
        a = xs[:, t] @ W + h @ U + b
        if kind == "tanh":
            hs[t] = np.tanh(a)
            slopes[t] = 1 - hs[t] ** 2
        else:
            hs[t] = np.maximum(a, 0)
            slopes[t] = (a > 0).astype(np.float64)
        h = hs[t]
    return np.stack(hs, axis=1), np.stack(slopes, axis=1)


def gradient_norms(dh, slopes, U):
    g = dh
    norms = [np.linalg.norm(g, axis=-1)]
    for t in range(slopes.shape[1])[::-1]:
        g = (g * slopes[:, t]) @ U.T
        norms.append(np.linalg.norm(g, axis=-1))
    return np.stack(norms, axis=-1)


def bounds(dh, slopes, U):
    # row vector times this matrix = one step back
    jacobians = slopes[..., :, None] * U.T
    sv = np.linalg.svd(jacobians, compute_uv=False)  # (B, T, N)
    lo = np.linalg.norm(dh, axis=-1)
    hi = lo
    lower, upper = [lo], [hi]
    for t in range(slopes.shape[1])[::-1]:
        lo = lo * sv[:, t, -1]
        hi = hi * sv[:, t, 0]
        lower.append(lo)
        upper.append(hi)
    return np.stack(lower, axis=-1), np.stack(upper, axis=-1)
