"""misconception: the biases of all the steps add up, and the sigmoid is taken once at the end

means: bias_times_steps
"""

import numpy as np

sigma = lambda a: 1 / (1 + np.exp(-a))


def from_gates(f, i, c, o):
    N = len(f[1])
    W = np.concatenate([i[0], f[0], c[0], o[0]])
    bias = np.concatenate([i[1], f[1], c[1], o[1]])
    return W[:, N:].T, W[:, :N].T, bias


def from_torch(weight_ih, weight_hh, bias_ih, bias_hh):
    return weight_ih.T, weight_hh.T, bias_ih + bias_hh


def open_forget_gate(bias, keep):
    blocks = list(np.split(bias, 4))
    blocks[1] = np.log(keep / (1 - keep))
    return np.concatenate(blocks)


def survives(bias, steps):
    blocks = np.split(bias, 4)
    return sigma(steps * blocks[1])
