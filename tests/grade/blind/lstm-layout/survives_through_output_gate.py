"""misconception: what is left must also pass the output gate at the end

means: none
"""

import numpy as np


def _sig(a):
    return 1 / (1 + np.exp(-a))


def from_gates(f, i, c, o):
    N = f[1].shape[0]
    kernel = np.concatenate([W[:, N:] for W, _ in (i, f, c, o)]).T
    recurrent = np.concatenate([W[:, :N] for W, _ in (i, f, c, o)]).T
    bias = np.concatenate([b for _, b in (i, f, c, o)])
    return kernel, recurrent, bias


def from_torch(weight_ih, weight_hh, bias_ih, bias_hh):
    kernel, recurrent = weight_ih.T, weight_hh.T
    return kernel, recurrent, bias_ih + bias_hh


def open_forget_gate(bias, keep):
    N = keep.shape[0]
    return np.concatenate([bias[:N], -np.log(1 / keep - 1), bias[2 * N :]])


def survives(bias, steps):
    N = bias.shape[0] // 4
    cell = np.ones(N)
    for _ in range(steps):
        cell = cell * _sig(bias[N : 2 * N])
    return _sig(bias[3 * N :]) * cell
