"""misconception: Keras has no recurrent bias, so PyTorch's bias_hh has no place and is left out

means: one_bias_of_two
"""

import numpy as np


def sigmoid(a):
    return 1.0 / (1.0 + np.exp(-a))


def from_gates(f, i, c, o):
    (Wf, bf), (Wi, bi), (Wc, bc), (Wo, bo) = f, i, c, o
    N = len(bf)
    big = np.concatenate([Wi, Wf, Wc, Wo], axis=0)  # (4N, N + M)
    return big[:, N:].T, big[:, :N].T, np.concatenate([bi, bf, bc, bo])


def from_torch(weight_ih, weight_hh, bias_ih, bias_hh):
    return weight_ih.T, weight_hh.T, bias_ih.copy()


def open_forget_gate(bias, keep):
    N = len(keep)
    return np.concatenate([bias[:N], np.log(keep / (1.0 - keep)), bias[2 * N :]])


def survives(bias, steps):
    N = len(bias) // 4
    return sigmoid(bias[N : 2 * N]) ** steps
