"""misconception: where one answer is wanted, every layer of the stack hands up its last state only

means: last_state_of_every_layer
"""

import keras
from keras import ops


def stack_shapes(x, kind, length, units, outputs):
    B = int(x.shape[0])
    if kind == "many-to-one":
        return [[B, n] for n in units] + [[B, outputs]]
    if kind == "any-length":
        return [[B, units[0]]] + [[B, length, n] for n in units[1:]] + [[B, length, outputs]]
    return [[B, length, n] for n in units] + [[B, length, outputs]]


def stack_parameters(x, units, cell):
    blocks, biases = {"simple-rnn": (1, 1), "lstm": (4, 1), "gru": (3, 2)}[cell]
    reads = [int(x.shape[-1])] + list(units[:-1])
    return [blocks * (m * n + n * n + biases * n) for m, n in zip(reads, units)]


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
        xs = ops.repeat(ops.expand_dims(x, 1), self.length, axis=1)
        return self.head(self.rnn(xs))


class Rewrite(Stack):
    def __init__(self, lower, upper, vector, units, length, outputs, **kwargs):
        super().__init__(lower, upper, vector, every_step=False, **kwargs)
        self.write = Unroll(units, length, outputs)

    def call(self, x):
        return self.write(super().call(x))
