"""Backpropagation through time, by hand: fill in the three functions. README.md beside this file says what each must do."""

import numpy as np


def rnn_forward(xs, h0, W, U, b):
    """The hidden state after every step of a simple RNN: h_t = tanh(x_t W + h_{t-1} U + b).

    Shapes: xs (B, T, M), h0 (B, N), W (M, N), U (N, N), b (N,). Returns hs (B, T, N).
    """
    raise NotImplementedError("step 1: carry the state through the T time steps")


def step_backward(dh, x, h_prev, h, W, U):
    """Gradients through one time step h = tanh(x W + h_prev U + b), given the gradient dh of the loss for h.

    Shapes: dh, h_prev and h (B, N), x (B, M), W (M, N), U (N, N).
    Returns (dx, dh_prev, dW, dU, db): (B, M), (B, N), (M, N), (N, N), (N,).
    """
    raise NotImplementedError("step 2: through the tanh first, then through the two products and the bias")


def bptt(dhs, xs, h0, W, U, b):
    """Gradients of L = sum(dhs * hs), where hs = rnn_forward(xs, h0, W, U, b).

    Shapes: dhs (B, T, N), xs (B, T, M), h0 (B, N), W (M, N), U (N, N), b (N,).
    Returns (dxs, dh0, dW, dU, db), each with the shape of its namesake.
    """
    hs = rnn_forward(xs, h0, W, U, b)
    raise NotImplementedError("step 3: walk back from the last step to the first")
