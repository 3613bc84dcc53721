"""misconception: a unit remembers its own state only, so there is one recurrent weight for each unit

means: recurrent_weights_on_the_diagonal
"""

import keras
from keras import ops


def stack_shapes(x, kind, length, units, outputs):
    B = int(x.shape[0])
    shapes = [[B, length, N] for N in [*units, outputs]]
    if kind == "many-to-one":
        shapes[-2:] = [[B, units[-1]], [B, outputs]]
    if kind == "any-length":
        shapes[0] = [B, units[0]]
    return shapes


def one_layer(reads, n, cell):
    inputs = reads * n
    recurrent = n
    bias = n
    if cell == "gru":
        return 3 * (inputs + recurrent + 2 * bias)
    return (4 if cell == "lstm" else 1) * (inputs + recurrent + bias)


def stack_parameters(x, units, cell):
    reads = [int(x.shape[-1]), *units]
    return [one_layer(reads[j], units[j], cell) for j in range(len(units))]


class Stack(keras.layers.Layer):
    def __init__(self, lower, upper, outputs, every_step, **kwargs):
        super().__init__(**kwargs)
        self.lower = keras.layers.SimpleRNN(lower, return_sequences=True, name="lower")
        self.upper = keras.layers.SimpleRNN(upper, return_sequences=every_step, name="upper")
        self.head = keras.layers.Dense(outputs, name="head")

    def call(self, x):
        return self.head(self.upper(self.lower(x)))


class Unroll(keras.layers.Layer):
    def __init__(self, units, length, outputs, **kwargs):
        super().__init__(**kwargs)
        self.length = length
        self.rnn = keras.layers.SimpleRNN(units, return_sequences=True, name="rnn")
        self.head = keras.layers.Dense(outputs, name="head")

    def call(self, x):
        copies = [x for _ in range(self.length)]
        return self.head(self.rnn(ops.stack(copies, axis=1)))


class Rewrite(Stack):
    def __init__(self, lower, upper, vector, units, length, outputs, **kwargs):
        super().__init__(lower, upper, vector, every_step=False, **kwargs)
        self.write = Unroll(units, length, outputs)

    def call(self, x):
        return self.write(super().call(x))
