"""
title: Stack of relu layers
paper: Nair, Hinton, "Rectified linear units improve restricted Boltzmann machines", 2010
year: 2010

What the networks of small generative models are made of: `depth` layers, each an affine map and a relu,

    h_k = max(0, h_{k-1} W_k + b_k)                  h_0 = x;  W_1 (M, N), all others (N, N)

A function that wires, no layer of its own: the layers belong to the model that calls it, by the names it gives.

Parameters: N (M + 1) + (depth - 1) N (N + 1).

Shapes: B batch, M numbers of x, N width.
"""

from keras import layers


def relu_stack(x, width, depth, name):
    """(B, M) -> (B, N), through layers called NAME_1, NAME_2 and so on."""
    for number in range(1, depth + 1):
        x = layers.Dense(width, activation="relu", name=f"{name}_{number}")(x)  # (B, N)
    return x
