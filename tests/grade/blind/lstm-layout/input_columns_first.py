"""misconception: in each W the columns for the input x come first, those for the state h after them

means: input_on_top_of_the_state
"""

import numpy as np


def cut(W):
    units, both = W.shape
    features = both - units
    for_x, for_h = W[:, :features], W[:, features:]
    return for_x.T, for_h.T


def from_gates(f, i, c, o):
    gates = [i, f, c, o]
    parts = [cut(W) for W, _ in gates]
    kernel = np.hstack([p[0] for p in parts])
    recurrent = np.hstack([p[1] for p in parts])
    bias = np.hstack([b for _, b in gates])
    return kernel, recurrent, bias


def from_torch(weight_ih, weight_hh, bias_ih, bias_hh):
    return np.transpose(weight_ih), np.transpose(weight_hh), bias_ih + bias_hh


def open_forget_gate(bias, keep):
    i, f, c, o = np.split(bias, 4)
    f = -np.log(1 / keep - 1)
    return np.hstack([i, f, c, o])


def survives(bias, steps):
    _, f, _, _ = np.split(bias, 4)
    return (1 / (1 + np.exp(-f))) ** steps
