"""misconception: going back to h_{t-1}, the matrix comes first and then the slope of the state one arrives at (h0 has none)

means: matrix_before_the_slope, slope_of_the_step_before
"""

import numpy as np


def states_and_slopes(xs, h0, W, U, b, kind):
    h, hs, slopes = h0, [], []
    for t in range(xs.shape[1]):
        a = xs[:, t] @ W + h @ U + b
        if kind == "relu":
            h = np.maximum(a, 0.0)
            slope = np.where(a > 0, 1.0, 0.0)
        else:
            h = np.tanh(a)
            slope = 1.0 - h * h
        hs.append(h)
        slopes.append(slope)
    return np.stack(hs, 1), np.stack(slopes, 1)


def gradient_norms(dh, slopes, U):
    T = slopes.shape[1]
    g = dh
    norms = [np.linalg.norm(g, axis=1)]
    for t in range(T, 0, -1):
        # from h_t to h_{t-1}
        g = g @ U.T
        if t - 1 >= 1:
            g = g * slopes[:, t - 2]  # slopes[:, t - 2] belongs to h_{t-1}
        norms.append(np.linalg.norm(g, axis=1))
    return np.stack(norms, 1)


def bounds(dh, slopes, U):
    T = slopes.shape[1]
    s = np.linalg.svd(U, compute_uv=False)
    low = up = np.linalg.norm(dh, axis=1)
    lows, ups = [low], [up]
    for t in range(T, 0, -1):
        low = low * slopes[:, t - 1].min(1) * s[-1]
        up = up * slopes[:, t - 1].max(1) * s[0]
        lows.append(low)
        ups.append(up)
    return np.stack(lows, 1), np.stack(ups, 1)
