"""
title: Simple RNN (Elman network)
entry: simple-rnn
paper: Elman, "Finding structure in time", 1990
year: 1990
tasks: adding: lr=3e-3 steps=800; name-language: lr=5e-3 steps=1500
pairs: P03, P52, P56

Problem. A sequence has no fixed length, and what one step means depends on the steps before it. A dense layer over the
whole sequence needs the length to be fixed, and has to learn the same thing anew for every position.

Idea. Keep one vector, the state, and update it at every step with the same weights. The state is the network's only
memory: whatever is needed later has to survive every update in between.

    h_t = tanh(x_t W + h_{t-1} U + b)                h_0 = 0
    y   = h_T V + d

What it costs. The gradient that reaches step s from step t is a product of t - s Jacobians:

    dh_t / dh_{t-1} = diag(1 - h_t * h_t) U^T
    dh_t / dh_s     = product over k = s+1 .. t of diag(1 - h_k * h_k) U^T

Where the norm of each factor stays below 1 the product vanishes; where it stays above 1 it can explode; nothing in the
equations keeps it near 1. Clipping the gradient cures the second, not the first.

Parameters of the recurrence: N (N + M + 1).

Shapes: B batch, T time, M features of one step, N units of the state, O outputs.

Differs from an MLP: the weights W, U, b are shared by all steps, and the state h goes round.
"""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("kdl.simple_rnn")
class SimpleRNNCell(layers.Layer):
    """One step in time: input (B, M) and state h (B, N) -> output h (B, N), states [h].

    Args:
        units: N, the size of the state.
    """

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        if units < 1:
            raise ValueError(f"units must be at least 1. Received: units={units}")
        self.units = units
        self.state_size = [units]  # h: what keras.layers.RNN carries from step to step
        self.output_size = units

    def build(self, input_shape):
        features, units = input_shape[-1], self.units
        self.kernel = self.add_weight(shape=(features, units), initializer="glorot_uniform", name="kernel")
        # An orthogonal U keeps the length of every vector: at the start only the factor 1 - h * h shrinks the product.
        self.recurrent_kernel = self.add_weight(shape=(units, units), initializer="orthogonal", name="recurrent_kernel")
        self.bias = self.add_weight(shape=(units,), initializer="zeros", name="bias")

    def call(self, x, states):
        (h,) = states  # (B, N)
        h = ops.tanh(ops.matmul(x, self.kernel) + ops.matmul(h, self.recurrent_kernel) + self.bias)  # (B, N)
        return h, [h]

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def build(*, features=2, units=32, outputs=1, length=None):
    """A sequence (B, T, M) -> one answer after its last step (B, O).

    Args:
        features: M, numbers per step.
        units: N, size of the state.
        outputs: O, numbers to predict; logits where they stand for classes.
        length: T where it is fixed; None takes any length.
    """
    sequence = keras.Input((length, features), name="sequence")  # (B, T, M)
    last = layers.RNN(SimpleRNNCell(units, name="cell"), name="recurrence")(sequence)  # (B, N)
    answer = layers.Dense(outputs, name="head")(last)  # (B, O)
    return keras.Model(sequence, answer, name="simple_rnn")


PRESETS = {
    "tiny": {"features": 3, "units": 5, "outputs": 2, "length": 7},
}
