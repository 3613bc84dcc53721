"""misconception: the four gates of one unit stand next to each other: i, f, c, o of unit 1, then i, f, c, o of unit 2

means: units_interleaved
"""

import numpy as np


def interleave(blocks):
    stacked = np.stack(blocks, axis=-1)
    return stacked.reshape(stacked.shape[:-2] + (-1,))


def from_gates(f, i, c, o):
    N = f[1].size
    kernel = interleave([W[:, N:].T for W, b in (i, f, c, o)])
    recurrent = interleave([W[:, :N].T for W, b in (i, f, c, o)])
    bias = interleave([b for W, b in (i, f, c, o)])
    return kernel, recurrent, bias


def from_torch(weight_ih, weight_hh, bias_ih, bias_hh):
    return weight_ih.T.copy(), weight_hh.T.copy(), bias_ih + bias_hh


def open_forget_gate(bias, keep):
    N = keep.size
    out = bias.astype(float)
    out[N : 2 * N] = np.log(keep / (1 - keep))
    return out


def survives(bias, steps):
    N = bias.size // 4
    return (1 + np.exp(-bias[N : 2 * N])) ** (-float(steps))
