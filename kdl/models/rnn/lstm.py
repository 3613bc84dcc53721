"""
title: LSTM (long short-term memory)
entry: lstm
paper: Hochreiter, Schmidhuber, "Long short-term memory", 1997; forget gate: Gers, Schmidhuber, Cummins, 2000
year: 1997
tasks: adding: lr=1e-2 steps=800; name-language: lr=5e-3 steps=1500
pairs: P52, P55

Problem. In a simple RNN the state is rewritten at every step, and the gradient through many steps is a product of as
many matrices: it vanishes, and what happened fifty steps ago is never learned.

Idea. Give the network a second state, the cell c, that is *added to* and not rewritten. Three gates, each a vector of
numbers between 0 and 1, decide what is kept (f), what is written (i) and what is shown (o).

    i_t = sigmoid(x_t W_i + h_{t-1} U_i + b_i)       input gate
    f_t = sigmoid(x_t W_f + h_{t-1} U_f + b_f)       forget gate
    g_t = tanh   (x_t W_c + h_{t-1} U_c + b_c)       candidate
    o_t = sigmoid(x_t W_o + h_{t-1} U_o + b_o)       output gate
    c_t = f_t * c_{t-1} + i_t * g_t                  c_0 = 0
    h_t = o_t * tanh(c_t)                            h_0 = 0
    y   = h_T V + d

Why it helps. Along the cell, dc_t / dc_{t-1} contains diag(f_t): a number that the network can learn to hold at 1, in
place of a matrix product that it cannot. So the gradient need not vanish. It can still explode, through h: clip it.

The bias of the forget gate starts at 1 (sigmoid(1) = 0.73), because a new network that forgets half of its cell at each
step has lost everything after ten.

Other ways to write it. Courses join both products, sigmoid(W_f [h_{t-1}, x_t] + b_f) with columns: that matrix is U_f
and W_f, transposed and side by side. PyTorch keeps two biases, which count as one: their sum. Keras and PyTorch store
the blocks in the order i, f, g, o; many books print f first. The LSTM of 1997 had no forget gate: f = 1.

Parameters of the recurrence: 4 N (N + M + 1), four times those of the simple RNN.

Shapes: B batch, T time, M features of one step, N units of each state, O outputs.

Differs from simple_rnn.py: a second state c with an additive update, and three gates; what the simple RNN calls its
new state is here only the candidate g.
"""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("kdl.lstm")
class LSTMCell(layers.Layer):
    """One step in time: input (B, M) and states h, c (B, N) -> output h (B, N), states [h, c].

    The four blocks of the weights stand side by side in the order i, f, g, o, so that one product serves all gates.

    Args:
        units: N, the size of each state.
    """

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        if units < 1:
            raise ValueError(f"units must be at least 1. Received: units={units}")
        self.units = units
        self.state_size = [units, units]  # h and c: what keras.layers.RNN carries from step to step
        self.output_size = units

    def build(self, input_shape):
        features, units = input_shape[-1], self.units
        self.kernel = self.add_weight(shape=(features, 4 * units), initializer="glorot_uniform", name="kernel")
        self.recurrent_kernel = self.add_weight(shape=(units, 4 * units), initializer="orthogonal", name="recurrent_kernel")
        self.bias = self.add_weight(shape=(4 * units,), initializer=self._remember_at_first, name="bias")

    def _remember_at_first(self, shape, dtype=None):
        """Zeros, but ones for the forget gate."""
        zeros, ones = ops.zeros((self.units,), dtype), ops.ones((self.units,), dtype)
        return ops.concatenate([zeros, ones, zeros, zeros])  # (4N)

    def call(self, x, states):
        h, c = states  # 2 x (B, N)
        z = ops.matmul(x, self.kernel) + ops.matmul(h, self.recurrent_kernel) + self.bias  # (B, 4N)
        i, f, g, o = ops.split(z, 4, axis=-1)  # 4 x (B, N)
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)  # (B, N)
        h = ops.sigmoid(o) * ops.tanh(c)  # (B, N)
        return h, [h, c]

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def build(*, features=2, units=32, outputs=1, length=None):
    """A sequence (B, T, M) -> one answer after its last step (B, O).

    Args:
        features: M, numbers per step.
        units: N, size of each state.
        outputs: O, numbers to predict; logits where they stand for classes.
        length: T where it is fixed; None takes any length.
    """
    sequence = keras.Input((length, features), name="sequence")  # (B, T, M)
    last = layers.RNN(LSTMCell(units, name="cell"), name="recurrence")(sequence)  # (B, N)
    answer = layers.Dense(outputs, name="head")(last)  # (B, O)
    return keras.Model(sequence, answer, name="lstm")


PRESETS = {
    "tiny": {"features": 3, "units": 5, "outputs": 2, "length": 7},
}
