"""misconception: the forget gate is the share that is forgotten, so a unit that keeps 0.9 needs a gate of 0.1

means: sign_of_the_bias
"""

import numpy as np


def from_gates(f, i, c, o):
    N = f[1].shape[0]
    ks, rs, bs = zip(*[(W[:, N:].T, W[:, :N].T, b) for W, b in [i, f, c, o]])
    return np.hstack(ks), np.hstack(rs), np.hstack(bs)


def from_torch(weight_ih, weight_hh, bias_ih, bias_hh):
    return weight_ih.T, weight_hh.T, bias_ih + bias_hh


def logit(p):
    return np.log(p / (1 - p))


def open_forget_gate(bias, keep):
    forget = 1 - keep
    new = bias.astype(np.float64)
    N = len(keep)
    new[N : 2 * N] = logit(forget)
    return new


def survives(bias, steps):
    N = len(bias) // 4
    kept = 1 / (1 + np.exp(-bias[N : 2 * N].astype(np.float64)))
    return kept**steps
