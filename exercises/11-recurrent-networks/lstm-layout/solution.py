"""Weights carried from one form to the other: cut, transpose, put in order; and the inverse of the sigmoid.

A row times a matrix is the transpose of the transposed matrix times a column: x kernel = (kernelᵀ xᵀ)ᵀ. So both forms hold the
same numbers in exchanged axes. The logit is the inverse of the sigmoid; `keep` of 0.99 needs a bias of 4.6.
Cost: nothing is multiplied; from_gates copies its 4N(M + N + 1) numbers once, and from_torch's transposes are views.
In Keras: `layer.set_weights([kernel, recurrent, bias])` puts the three into an LSTM.
"""

import numpy as np


def from_gates(f, i, c, o):
    units = len(f[1])
    joined = np.concatenate([W for W, _ in (i, f, c, o)]).T  # (N + M, 4N): h's rows on top of x's
    return joined[units:], joined[:units], np.concatenate([b for _, b in (i, f, c, o)])


def from_torch(weight_ih, weight_hh, bias_ih, bias_hh):
    return weight_ih.T, weight_hh.T, bias_ih + bias_hh


def open_forget_gate(bias, keep):
    i, _, c, o = np.split(bias, 4)
    return np.concatenate([i, np.log(keep) - np.log1p(-keep), c, o])


def survives(bias, steps):
    _, f, _, _ = np.split(bias, 4)
    return (1.0 / (1.0 + np.exp(-f))) ** steps
