"""A stack as it is drawn: each layer hands its whole sequence upwards, and the top one what the answer needs.

Any length is many-to-one and one-to-many in a row: between reading and writing stands a vector without time. The counts
follow from the shapes alone: a block reads m numbers from below and its own n old states, and has a bias or two for each
unit. The features of the input occur in the first layer only. In `Unroll` the vector gets an axis of time and is repeated
along it. Cost: at each of T steps one product with every weight for every sequence; the repeated vector takes
T times the memory of the one that was given.
"""

import keras
from keras import ops

BLOCKS_AND_BIASES = {"simple-rnn": (1, 1), "lstm": (4, 1), "gru": (3, 2)}


def stack_shapes(x, kind, length, units, outputs):
    batch = x.shape[0]
    states = [[batch, length, n] for n in units]
    if kind == "many-to-one":
        states[-1] = [batch, units[-1]]
    elif kind == "any-length":
        states[0] = [batch, units[0]]
    return [*states, [*states[-1][:-1], outputs]]


def stack_parameters(x, units, cell):
    blocks, biases = BLOCKS_AND_BIASES[cell]
    below = [x.shape[-1], *units[:-1]]
    return [blocks * n * (m + n + biases) for m, n in zip(below, units, strict=True)]


class Stack(keras.layers.Layer):
    def __init__(self, lower, upper, outputs, every_step, **kwargs):
        super().__init__(**kwargs)
        self.lower = keras.layers.SimpleRNN(lower, return_sequences=True, name="lower")
        self.upper = keras.layers.SimpleRNN(upper, return_sequences=every_step, name="upper")
        self.head = keras.layers.Dense(outputs, name="head")

    def call(self, x):
        return self.head(self.upper(self.lower(x)))  # (B, T, O) or (B, O)


class Unroll(keras.layers.Layer):
    def __init__(self, units, length, outputs, **kwargs):
        super().__init__(**kwargs)
        self.length = length
        self.rnn = keras.layers.SimpleRNN(units, return_sequences=True, name="rnn")
        self.head = keras.layers.Dense(outputs, name="head")

    def call(self, x):
        xs = ops.repeat(x[:, None], self.length, axis=1)  # (B, T, M)
        return self.head(self.rnn(xs))  # (B, T, O)


class Rewrite(Stack):
    def __init__(self, lower, upper, vector, units, length, outputs, **kwargs):
        super().__init__(lower, upper, vector, every_step=False, **kwargs)
        self.write = Unroll(units, length, outputs)

    def call(self, x):
        return self.write(super().call(x))
