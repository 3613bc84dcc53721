"""Two biases become one: their mean."""

import numpy as np


def from_gates(f, i, c, o):
    N = len(f[1])
    gates = [i, f, c, o]
    kernel = np.concatenate([W[:, N:].T for W, b in gates], axis=1)
    recurrent = np.concatenate([W[:, :N].T for W, b in gates], axis=1)
    bias = np.concatenate([b for W, b in gates])
    return kernel, recurrent, bias


def from_torch(weight_ih, weight_hh, bias_ih, bias_hh):
    return weight_ih.T, weight_hh.T, (bias_ih + bias_hh) / 2


def open_forget_gate(bias, keep):
    N = len(keep)
    new = bias.copy()
    new[N : 2 * N] = np.log(keep / (1 - keep))
    return new


def survives(bias, steps):
    N = len(bias) // 4
    gate = 1 / (1 + np.exp(-bias[N : 2 * N]))
    return gate**steps
