"""
title: IRNN (simple RNN with ReLU, started at the identity)
entry: irnn
paper: Le, Jaitly, Hinton, "A simple way to initialize recurrent networks of rectified linear units", 2015
year: 2015
tasks: adding: lr=3e-3 steps=3000; name-language: lr=1e-2 steps=1500 batch=128 schedule=one-cycle-policy

Problem. In a simple RNN the gradient through many steps is a product of as many factors, diag(1 - h * h) U^T. The tanh
alone makes each factor smaller than U. Gates cure that, with three to four times the weights. Is there a cheaper cure?

Idea. Change where training starts, and nothing else. Let U begin as the identity and the units be ReLUs: the new network
copies its state from step to step and adds what comes in.

    h_t = relu(x_t W + h_{t-1} U + b)                h_0 = 0;  relu(z) = max(z, 0)
    y   = h_T V + d

    at the start    U = 1 (identity)    b = 0    W drawn with standard deviation 0.001

    dh_t / dh_{t-1} = diag(1 where unit is on, 0 where it is off) U^T

Why it helps. At the start the factor is exactly 1 for every unit that is on: without input the state, and the gradient,
go through any number of steps unchanged, as in the cell of an LSTM whose gates hold at 1.

What it costs. That holds at the start only. Once U has moved, its largest eigenvalue may be above 1, and nothing bounds
the units: state and gradient can explode. Clip the gradient and keep the steps small. "ReLU cures recurrent networks" and
"never use ReLU in one" are both half true: it takes this start (or an orthogonal one), clipping, and luck with the seed.

What it reaches. On name-language these settings come to 0.49 (mean of seeds 1000 to 1004, from 0.477 to 0.498), just short
of the target 0.5; more steps, other rates and a constant one do no better. With the paper's 100 units in place of 32, at
lr=5e-3 for 2000 steps, it passes by a hair: 0.500 and 0.502 on seeds 1000 and 1001.

Parameters of the recurrence: N (N + M + 1), those of the simple RNN.

Shapes: B batch, T time, M features of one step, N units of the state, O outputs.

Differs from simple_rnn.py: relu in place of tanh, and the weights that training starts from. The paper draws *all* weights
but U with deviation 0.001; here V starts as Glorot and Bengio have it, like every other head, so that only the recurrence
differs.
"""

import keras
from keras import initializers, layers, ops


@keras.saving.register_keras_serializable("kdl.irnn")
class IRNNCell(layers.Layer):
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
        # Next to the ones of the identity the input begins as a whisper: it must not swamp what is remembered.
        faint = initializers.RandomNormal(stddev=0.001)
        self.kernel = self.add_weight(shape=(features, units), initializer=faint, name="kernel")
        self.recurrent_kernel = self.add_weight(shape=(units, units), initializer="identity", name="recurrent_kernel")
        self.bias = self.add_weight(shape=(units,), initializer="zeros", name="bias")

    def call(self, x, states):
        (h,) = states  # (B, N)
        h = ops.relu(ops.matmul(x, self.kernel) + ops.matmul(h, self.recurrent_kernel) + self.bias)  # (B, N)
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
    last = layers.RNN(IRNNCell(units, name="cell"), name="recurrence")(sequence)  # (B, N)
    answer = layers.Dense(outputs, name="head")(last)  # (B, O)
    return keras.Model(sequence, answer, name="irnn")


PRESETS = {
    "tiny": {"features": 3, "units": 5, "outputs": 2, "length": 7},
    "adding": {"features": 2, "units": 100, "outputs": 1},  # section 4.1
    "pixel-mnist": {"features": 1, "units": 100, "outputs": 10, "length": 784},  # section 4.2: one pixel a step
}
