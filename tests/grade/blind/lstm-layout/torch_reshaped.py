"""misconception: a reshape turns PyTorch's (4N, M) into (M, 4N)

means: reshape_for_transpose, torch_all_reshaped, permuted
"""

import numpy as np


def from_gates(f, i, c, o):
    n = f[0].shape[0]
    W = np.vstack([i[0], f[0], c[0], o[0]])
    b = np.concatenate([i[1], f[1], c[1], o[1]])
    recurrent, kernel = np.split(W.T, [n])
    return kernel, recurrent, b


def from_torch(weight_ih, weight_hh, bias_ih, bias_hh):
    four_n, m = weight_ih.shape
    kernel = weight_ih.reshape(m, four_n)
    recurrent = weight_hh.reshape(four_n // 4, four_n)
    bias = bias_ih + bias_hh
    return kernel, recurrent, bias


def open_forget_gate(bias, keep):
    n = keep.shape[0]
    logit = np.log(keep / (1 - keep))
    return np.concatenate((bias[:n], logit, bias[2 * n :]))


def survives(bias, steps):
    n = bias.shape[0] // 4
    f = 1 / (1 + np.exp(-bias[n : 2 * n]))
    return f**steps
