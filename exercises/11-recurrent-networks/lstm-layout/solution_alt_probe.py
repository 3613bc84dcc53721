"""Every weight is found by asking the other form: what does it give for a state or an input of zeros and a single 1?

The answer for the unit vector number k is row k of the matrix that Keras wants, and the answer for zeros is the bias. It
works for any form that can be computed, without a thought about transposes.
"""

import numpy as np


def read_off(gates, units, features):
    """Kernel, recurrent kernel and bias of a function (h, x) -> z (4N,) that is a matrix product and a bias."""
    none_h, none_x = np.zeros(units), np.zeros(features)
    bias = gates(none_h, none_x)
    kernel = [gates(none_h, x) - bias for x in np.eye(features)]
    recurrent = [gates(h, none_x) - bias for h in np.eye(units)]
    return np.array(kernel), np.array(recurrent), bias


def from_gates(f, i, c, o):
    units = len(f[1])

    def gates(h, x):
        column = np.append(h, x)
        return np.concatenate([W.astype(float) @ column + b for W, b in (i, f, c, o)])

    return read_off(gates, units, f[0].shape[1] - units)


def from_torch(weight_ih, weight_hh, bias_ih, bias_hh):
    def gates(h, x):
        return weight_ih.astype(float) @ x + bias_ih + weight_hh.astype(float) @ h + bias_hh

    return read_off(gates, weight_hh.shape[1], weight_ih.shape[1])


def open_forget_gate(bias, keep):
    blocks = bias.reshape(4, -1).astype(float)
    blocks[1] = 2 * np.arctanh(2 * keep.astype(float) - 1)
    return blocks.ravel()


def survives(bias, steps):
    return np.exp(-steps * np.logaddexp(0, -bias.reshape(4, -1)[1]))
