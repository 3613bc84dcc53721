"""Walk back only for da, the gradient before the tanh; everything else is one product over the whole sequence.

The recursion da_t = (dhs_t + da_{t+1} Uᵀ) ⊙ (1 - h_t²) is the only part that needs a loop. With da for all steps in one array,
dW = Σ_bt x da is one einsum, and so are the others: this is how fast implementations do it.
"""

import numpy as np


def rnn_forward(xs, h0, W, U, b):
    inputs = xs @ W + b  # (B, T, N): does not depend on the state
    hs = np.empty(inputs.shape, inputs.dtype)
    before = h0
    for t in range(inputs.shape[1]):
        hs[:, t] = before = np.tanh(inputs[:, t] + before @ U)
    return hs


def step_backward(dh, x, h_prev, h, W, U):
    da = dh * (1 + h) * (1 - h)
    return (
        np.einsum("bn,mn->bm", da, W),
        np.einsum("bn,kn->bk", da, U),
        np.einsum("bm,bn->mn", x, da),
        np.einsum("bk,bn->kn", h_prev, da),
        np.einsum("bn->n", da),
    )


def bptt(dhs, xs, h0, W, U, b):
    hs = rnn_forward(xs, h0, W, U, b)
    slope = 1 - hs * hs
    das = np.empty_like(hs)  # (B, T, N)
    back = np.zeros_like(h0)
    for t in range(hs.shape[1] - 1, -1, -1):
        das[:, t] = (dhs[:, t] + back) * slope[:, t]
        back = das[:, t] @ U.T
    before = np.concatenate([h0[:, None], hs[:, :-1]], axis=1)  # (B, T, N): the state that each step started from
    dW = np.einsum("btm,btn->mn", xs, das)
    dU = np.einsum("btk,btn->kn", before, das)
    return das @ W.T, back, dW, dU, das.sum(axis=(0, 1))
