"""misconception: every layer of the stack reads the M features of the input

means: input_read_by_every_layer
"""

import keras
from keras import ops


def stack_shapes(x, kind, length, units, outputs):
    B = int(x.shape[0])
    time = [length]
    top = [] if kind == "many-to-one" else time
    shapes = [[B] + time + [n] for n in units[:-1]] + [[B] + top + [units[-1]], [B] + top + [outputs]]
    if kind == "any-length":
        shapes[0] = [B, units[0]]
    return shapes


def stack_parameters(x, units, cell):
    M = int(x.shape[-1])
    count = {
        "simple-rnn": lambda n: M * n + n * n + n,
        "lstm": lambda n: 4 * (M * n + n * n + n),
        "gru": lambda n: 3 * (M * n + n * n + 2 * n),
    }[cell]
    return [count(n) for n in units]


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
        return self.head(self.rnn(ops.tile(x[:, None, :], (1, self.length, 1))))


class Rewrite(Stack):
    def __init__(self, lower, upper, vector, units, length, outputs, **kwargs):
        super().__init__(lower, upper, vector, every_step=False, **kwargs)
        self.write = Unroll(units, length, outputs)

    def call(self, x):
        return self.write(super().call(x))
