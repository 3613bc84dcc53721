"""misconception: the mask only repairs what is shown; underneath, the network goes on through the filling

means: state_goes_on_behind_the_mask
"""

import numpy as np


def rnn_step(x, h, W, U, b):
    return np.tanh(x @ W + h @ U + b)


def rnn_forward(xs, h0, W, U, b):
    h = np.zeros((len(xs), len(U))) if h0 is None else h0
    hs = []
    for x in np.swapaxes(xs, 0, 1):
        h = rnn_step(x, h, W, U, b)
        hs.append(h)
    return np.stack(hs, 1)


def rnn_masked(xs, mask, h0, W, U, b):
    hs = rnn_forward(xs, h0, W, U, b)
    if mask is None:
        return hs
    last = np.zeros((len(xs), len(U))) if h0 is None else h0
    for t in range(xs.shape[1]):
        # a masked step repeats what stood before it
        hs[:, t] = np.where(mask[:, t, None], hs[:, t], last)
        last = hs[:, t]
    return hs
