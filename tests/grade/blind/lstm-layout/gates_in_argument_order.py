"""misconception: the blocks stand side by side in the order of the arguments, forget gate first

means: order_of_the_arguments
"""

import numpy as np


def from_gates(f, i, c, o):
    N = f[1].shape[0]
    kernel, recurrent, bias = [], [], []
    for W, b in (f, i, c, o):
        recurrent.append(W[:, :N].T)
        kernel.append(W[:, N:].T)
        bias.append(b)
    return np.concatenate(kernel, axis=1), np.concatenate(recurrent, axis=1), np.concatenate(bias)


def from_torch(weight_ih, weight_hh, bias_ih, bias_hh):
    return weight_ih.T, weight_hh.T, bias_ih + bias_hh


def open_forget_gate(bias, keep):
    N = keep.shape[0]
    return np.concatenate([bias[:N], np.log(keep / (1 - keep)), bias[2 * N :]])


def survives(bias, steps):
    N = bias.shape[0] // 4
    f = 1 / (1 + np.exp(-bias[N : 2 * N]))
    return f**steps
