"""Backpropagation through time as the chain rule reads.

`step_backward` knows one time step only. `bptt` walks back with one array, `dh`: what the later steps say about the state.
At each step the loss's own share dhs[:, t] is added to it before it goes through the step; the gradients of the shared
weights are added up. The forward states are kept, since 1 - h² is tanh' without a second tanh. Cost: about twice that of
the forward pass, and memory for all T states, which is why long sequences are truncated.
"""

import numpy as np


def rnn_forward(xs, h0, W, U, b):
    h, hs = h0, []
    for t in range(xs.shape[1]):
        h = np.tanh(xs[:, t] @ W + h @ U + b)
        hs.append(h)
    return np.stack(hs, axis=1)  # (B, T, N)


def step_backward(dh, x, h_prev, h, W, U):
    da = dh * (1.0 - h**2)  # (B, N): through the tanh
    return da @ W.T, da @ U.T, x.T @ da, h_prev.T @ da, da.sum(axis=0)


def bptt(dhs, xs, h0, W, U, b):
    hs = rnn_forward(xs, h0, W, U, b)
    dxs = np.zeros_like(xs)
    dW, dU, db = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
    dh = np.zeros_like(h0)  # (B, N): nothing reads the last state but the loss
    for t in reversed(range(xs.shape[1])):
        h_prev = hs[:, t - 1] if t > 0 else h0
        dxs[:, t], dh, dW_t, dU_t, db_t = step_backward(dh + dhs[:, t], xs[:, t], h_prev, hs[:, t], W, U)
        dW, dU, db = dW + dW_t, dU + dU_t, db + db_t
    return dxs, dh, dW, dU, db
