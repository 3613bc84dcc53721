"""misconception: tanh is only for showing a state; what goes on to the next step is the sum before tanh

means: no_tanh
"""

import numpy as np


def rnn_step(x, h, W, U, b):
    return np.tanh(x @ W + h @ U + b)


def rnn_forward(xs, h0, W, U, b):
    if h0 is None:
        h0 = np.zeros((xs.shape[0], U.shape[0]))
    memory = h0
    sums = []
    for t in range(xs.shape[1]):
        memory = xs[:, t] @ W + memory @ U + b
        sums.append(memory)
    # activation on all of the outputs at the end
    return np.tanh(np.stack(sums, axis=1))


def rnn_masked(xs, mask, h0, W, U, b):
    if h0 is None:
        h0 = np.zeros((xs.shape[0], U.shape[0]))
    if mask is None:
        mask = np.ones(xs.shape[:2], bool)
    h = h0
    states = []
    for t in range(xs.shape[1]):
        h = np.where(mask[:, t : t + 1], rnn_step(xs[:, t], h, W, U, b), h)
        states.append(h)
    return np.stack(states, axis=1)
