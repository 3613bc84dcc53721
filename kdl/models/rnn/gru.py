"""
title: GRU (gated recurrent unit)
entry: gru
paper: Cho, van Merrienboer, Gulcehre, Bahdanau, Bougares, Schwenk, Bengio, "Learning phrase representations using RNN
    encoder-decoder for statistical machine translation", 2014
year: 2014
tasks: adding: lr=1e-2 steps=800; name-language: lr=5e-3 steps=1500

Problem. The LSTM remembers, and pays for it: four blocks of weights and two states. Where a unit keeps its old value it
seldom has to write as well; are two gates for that one too many? And why hide the memory behind a third?

Idea. One state h. One gate z weighs the old state against a candidate g, so that keeping and writing add up to 1. A
second gate r says how much of the old state the candidate may look at.

    z_t = sigmoid(x_t W_z + b_z + h_{t-1} U_z + d_z)             update gate: the share of the old state that stays
    r_t = sigmoid(x_t W_r + b_r + h_{t-1} U_r + d_r)             reset gate
    g_t = tanh   (x_t W_h + b_h + r_t * (h_{t-1} U_h + d_h))     candidate
    h_t = z_t * h_{t-1} + (1 - z_t) * g_t                        h_0 = 0
    y   = h_T V + d

Why it helps. Along the direct path dh_t / dh_{t-1} contains diag(z_t): a number that the network can learn to hold near
1. And h_t lies between h_{t-1} and g_t, so it never leaves -1 .. 1: a GRU can hold a number, but not count without bound.

Two places for the reset gate. The equations are those of Keras, PyTorch and cuDNN: r acts *after* the product with U_h,
so one product serves all three blocks. The paper lets it act *before*, and then the two biases of a block are one:

    g_t = tanh(x_t W_h + (r_t * h_{t-1}) U_h + b_h)              as published; Keras calls it reset_after=False

These are two models. Before the product r scales the rows of U_h, after it the columns, and also d_h; they agree for every
r only where U_h is diagonal and d_h = 0.
Two names for the update gate. Chung and others (2014) and many courses let it name what is *written*, u = 1 - z. That is
the same model: 1 - sigmoid(a) = sigmoid(-a).

Parameters of the recurrence: 3 N (N + M + 2); as published, with one bias a block, 3 N (N + M + 1).

Shapes: B batch, T time, M features of one step, N units of the state, O outputs.

Differs from lstm.py: one state in place of two, no output gate, and 1 - z where the LSTM has an input gate of its own.
"""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("kdl.gru")
class GRUCell(layers.Layer):
    """One step in time: input (B, M) and state h (B, N) -> output h (B, N), states [h].

    The three blocks of the weights stand side by side in the order z, r, h. The bias has two rows: b, added to the
    input's product, and d, added to the state's; only in the candidate are they not one.

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
        self.kernel = self.add_weight(shape=(features, 3 * units), initializer="glorot_uniform", name="kernel")
        self.recurrent_kernel = self.add_weight(shape=(units, 3 * units), initializer="orthogonal", name="recurrent_kernel")
        self.bias = self.add_weight(shape=(2, 3 * units), initializer="zeros", name="bias")

    def call(self, x, states):
        (h,) = states  # (B, N)
        from_x = ops.matmul(x, self.kernel) + self.bias[0]  # (B, 3N)
        from_h = ops.matmul(h, self.recurrent_kernel) + self.bias[1]  # (B, 3N)
        x_z, x_r, x_h = ops.split(from_x, 3, axis=-1)  # 3 x (B, N)
        h_z, h_r, h_h = ops.split(from_h, 3, axis=-1)  # 3 x (B, N)
        z, r = ops.sigmoid(x_z + h_z), ops.sigmoid(x_r + h_r)  # 2 x (B, N)
        g = ops.tanh(x_h + r * h_h)  # (B, N)
        h = z * h + (1 - z) * g  # (B, N)
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
    last = layers.RNN(GRUCell(units, name="cell"), name="recurrence")(sequence)  # (B, N)
    answer = layers.Dense(outputs, name="head")(last)  # (B, O)
    return keras.Model(sequence, answer, name="gru")


PRESETS = {
    "tiny": {"features": 3, "units": 5, "outputs": 2, "length": 7},
    # Chung, Gulcehre, Cho, Bengio (2014), table 1: raw speech, 20 samples in, the next 10 out.
    "speech": {"features": 20, "units": 227, "outputs": 10},
}
