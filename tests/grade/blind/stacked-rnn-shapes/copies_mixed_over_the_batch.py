"""misconception: slip: the whole batch is tiled and then reshaped, so a sequence gets the vectors of other ones

means: vectors_of_the_batch_mixed
"""

import keras
from keras import ops


def stack_shapes(x, kind, length, units, outputs):
    B = int(x.shape[0])
    seq = [[B, length, n] for n in units]
    if kind == "many-to-one":
        return seq[:-1] + [[B, units[-1]], [B, outputs]]
    if kind == "any-length":
        seq[0] = [B, units[0]]
    return seq + [[B, length, outputs]]


def stack_parameters(x, units, cell):
    table = {"simple-rnn": (1, 1), "lstm": (4, 1), "gru": (3, 2)}
    blocks, biases = table[cell]
    ins = [int(x.shape[-1])] + units[:-1]
    return [blocks * n * (m + n + biases) for n, m in zip(units, ins)]


class Stack(keras.layers.Layer):
    def __init__(self, lower, upper, outputs, every_step, **kwargs):
        super().__init__(**kwargs)
        rnn = keras.layers.SimpleRNN
        self.lower = rnn(lower, return_sequences=True, name="lower")
        self.upper = rnn(upper, return_sequences=every_step, name="upper")
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
        many = ops.tile(x, (self.length, 1))
        many = ops.reshape(many, (-1, self.length, x.shape[-1]))
        return self.head(self.rnn(many))


class Rewrite(Stack):
    def __init__(self, lower, upper, vector, units, length, outputs, **kwargs):
        super().__init__(lower, upper, vector, every_step=False, **kwargs)
        self.write = Unroll(units, length, outputs)

    def call(self, x):
        return self.write(super().call(x))
