"""The four gates of a unit belong together."""

import numpy as np


def from_gates(f, i, c, o):
    N = len(f[1])
    gates = [i, f, c, o]
    kernel = np.stack([W[:, N:].T for W, b in gates], axis=2).reshape(-1, 4 * N)
    recurrent = np.stack([W[:, :N].T for W, b in gates], axis=2).reshape(-1, 4 * N)
    bias = np.stack([b for W, b in gates], axis=1).reshape(-1)
    return kernel, recurrent, bias


def from_torch(weight_ih, weight_hh, bias_ih, bias_hh):
    return weight_ih.T, weight_hh.T, bias_ih + bias_hh


def open_forget_gate(bias, keep):
    N = len(keep)
    new = bias.copy()
    new[N : 2 * N] = np.log(keep / (1 - keep))
    return new


def survives(bias, steps):
    N = len(bias) // 4
    gate = 1 / (1 + np.exp(-bias[N : 2 * N]))
    return gate**steps
