"""misconception: only the input part has to be turned over; the recurrent part of a gate is square and already fits

means: recurrent_part_not_transposed
"""

import numpy as np


def from_gates(f, i, c, o):
    order = [i, f, c, o]
    N = order[0][0].shape[0]

    # (N, M) -> (M, N)
    kernel = np.concatenate([gate[0][:, N:].T for gate in order], axis=-1)
    # (N, N) is already what we want
    recurrent = np.concatenate([gate[0][:, :N] for gate in order], axis=-1)
    bias = np.concatenate([gate[1] for gate in order])

    return kernel, recurrent, bias


def from_torch(weight_ih, weight_hh, bias_ih, bias_hh):
    kernel = weight_ih.T  # (M, 4N)
    recurrent = weight_hh.T  # (N, 4N)
    return kernel, recurrent, bias_ih + bias_hh


def open_forget_gate(bias, keep):
    N = len(keep)
    new_bias = np.array(bias, dtype=np.result_type(bias, keep))
    new_bias[N : 2 * N] = np.log(keep) - np.log(1 - keep)
    return new_bias


def survives(bias, steps):
    N = len(bias) // 4
    share_per_step = 1 / (1 + np.exp(-bias[N : 2 * N]))
    return np.power(share_per_step, steps)
