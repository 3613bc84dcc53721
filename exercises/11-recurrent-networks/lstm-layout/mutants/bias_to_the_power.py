"""The bias itself is multiplied."""

import numpy as np


def from_gates(f, i, c, o):
    units = len(f[1])
    joined = np.concatenate([W for W, _ in (i, f, c, o)]).T
    return joined[units:], joined[:units], np.concatenate([b for _, b in (i, f, c, o)])


def from_torch(weight_ih, weight_hh, bias_ih, bias_hh):
    return weight_ih.T, weight_hh.T, bias_ih + bias_hh


def open_forget_gate(bias, keep):
    i, _, c, o = np.split(bias, 4)
    return np.concatenate([i, np.log(keep) - np.log1p(-keep), c, o])


def survives(bias, steps):
    _, f, _, _ = np.split(bias, 4)
    return f**steps
