"""misconception: slip: the wanted forget bias is added to the one that is there, as if that were zero

means: added_to_the_old_bias
"""

import numpy as np


def from_gates(f, i, c, o):
    N = f[0].shape[0]
    keras_order = (i, f, c, o)
    kernel = np.column_stack([W[:, N:].T for W, _ in keras_order])
    recurrent = np.column_stack([W[:, :N].T for W, _ in keras_order])
    bias = np.concatenate([b for _, b in keras_order])
    return kernel, recurrent, bias


def from_torch(weight_ih, weight_hh, bias_ih, bias_hh):
    return weight_ih.T, weight_hh.T, np.add(bias_ih, bias_hh)


def open_forget_gate(bias, keep):
    N = keep.shape[0]
    extra = np.zeros(4 * N)
    extra[N : 2 * N] = np.log(keep / (1 - keep))
    return bias + extra


def survives(bias, steps):
    N = bias.shape[0] // 4
    forget = 1 / (1 + np.exp(-bias[N : 2 * N]))
    return forget**steps
