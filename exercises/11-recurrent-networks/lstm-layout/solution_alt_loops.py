"""One number at a time: where each weight of each gate stands in the three arrays."""

import numpy as np

ORDER = "ifco"


def from_gates(f, i, c, o):
    given = {"i": i, "f": f, "c": c, "o": o}
    units, width = f[0].shape
    features = width - units
    kernel, recurrent = np.zeros((features, 4 * units)), np.zeros((units, 4 * units))
    bias = np.zeros(4 * units)
    for block, letter in enumerate(ORDER):
        W, b = given[letter]
        for n in range(units):
            column = block * units + n
            bias[column] = b[n]
            for k in range(units):
                recurrent[k, column] = W[n, k]
            for m in range(features):
                kernel[m, column] = W[n, units + m]
    return kernel, recurrent, bias


def from_torch(weight_ih, weight_hh, bias_ih, bias_hh):
    kernel, recurrent = np.empty(weight_ih.shape[::-1]), np.empty(weight_hh.shape[::-1])
    for row in range(len(bias_ih)):
        kernel[:, row] = weight_ih[row]
        recurrent[:, row] = weight_hh[row]
    return kernel, recurrent, np.array([one + other for one, other in zip(bias_ih, bias_hh, strict=True)])


def open_forget_gate(bias, keep):
    new = np.array(bias)
    for n in range(len(keep)):
        new[len(keep) + n] = np.log(keep[n] / (1 - keep[n]))
    return new


def survives(bias, steps):
    units = len(bias) // 4
    share = np.ones(units)
    for _ in range(steps):
        share = share / (1 + np.exp(-bias[units : 2 * units]))
    return share
