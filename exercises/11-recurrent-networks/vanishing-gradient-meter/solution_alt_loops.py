"""One sequence and one number at a time; the slope of tanh as (1 + h)(1 - h), and each distance computed from the start."""

import math

import numpy as np


def states_and_slopes(xs, h0, W, U, b, kind):
    hs, slopes = np.zeros((*xs.shape[:2], len(b))), np.zeros((*xs.shape[:2], len(b)))
    for s in range(len(xs)):
        before = h0[s]
        for t in range(xs.shape[1]):
            for n in range(len(b)):
                a = b[n] + sum(xs[s, t, m] * W[m, n] for m in range(len(W))) + sum(before[k] * U[k, n] for k in range(len(U)))
                hs[s, t, n] = math.tanh(a) if kind == "tanh" else max(a, 0.0)
                slopes[s, t, n] = (1 + hs[s, t, n]) * (1 - hs[s, t, n]) if kind == "tanh" else float(a > 0)
            before = hs[s, t]
    return hs, slopes


def gradient_norms(dh, slopes, U):
    batch, length, units = slopes.shape
    norms = np.zeros((batch, length + 1))
    for s in range(batch):
        for d in range(length + 1):
            g = [float(number) for number in dh[s]]
            for t in range(length - 1, length - 1 - d, -1):
                g = [sum(g[n] * slopes[s, t, n] * U[k, n] for n in range(units)) for k in range(units)]
            norms[s, d] = math.sqrt(sum(number * number for number in g))
    return norms


def bounds(dh, slopes, U):
    batch, length, _ = slopes.shape
    stretch = np.linalg.svd(U)[1]
    lower, upper = np.zeros((batch, length + 1)), np.zeros((batch, length + 1))
    for s in range(batch):
        for d in range(length + 1):
            last = slopes[s, length - d :]
            lower[s, d] = upper[s, d] = np.linalg.norm(dh[s])
            for row in last:
                lower[s, d] *= min(row) * min(stretch)
                upper[s, d] *= max(row) * max(stretch)
    return lower, upper
