"""misconception: an answer at every step is the answer made of the last state, repeated T times

means: none
"""

import keras
from keras import ops


def stack_shapes(x, kind, length, units, outputs):
    B = int(x.shape[0])
    shapes = []
    for layer, n in enumerate(units):
        top = layer == len(units) - 1
        if top and kind == "many-to-one":
            shapes.append([B, n])
        else:
            shapes.append([B, length, n])
    shapes.append([B, outputs] if kind == "many-to-one" else [B, length, outputs])
    if kind == "any-length":
        shapes[0] = [B, units[0]]
    return shapes


def stack_parameters(x, units, cell):
    M = int(x.shape[-1])
    out = []
    for n in units:
        if cell == "gru":
            out.append(3 * n * (M + n + 2))
        elif cell == "lstm":
            out.append(4 * n * (M + n + 1))
        else:
            out.append(n * (M + n + 1))
        M = n
    return out


class Stack(keras.layers.Layer):
    def __init__(self, lower, upper, outputs, every_step, **kwargs):
        super().__init__(**kwargs)
        self.every_step = every_step
        self.lower = keras.layers.SimpleRNN(lower, return_sequences=True, name="lower")
        self.upper = keras.layers.SimpleRNN(upper, name="upper")
        self.head = keras.layers.Dense(outputs, name="head")

    def call(self, x):
        y = self.head(self.upper(self.lower(x)))
        if self.every_step:
            y = ops.repeat(ops.expand_dims(y, 1), x.shape[1], axis=1)
        return y


class Unroll(keras.layers.Layer):
    def __init__(self, units, length, outputs, **kwargs):
        super().__init__(**kwargs)
        self.length = length
        self.rnn = keras.layers.SimpleRNN(units, return_sequences=True, name="rnn")
        self.head = keras.layers.Dense(outputs, name="head")

    def call(self, x):
        x = ops.repeat(ops.expand_dims(x, 1), self.length, axis=1)
        return self.head(self.rnn(x))


class Rewrite(Stack):
    def __init__(self, lower, upper, vector, units, length, outputs, **kwargs):
        super().__init__(lower, upper, vector, every_step=False, **kwargs)
        self.write = Unroll(units, length, outputs)

    def call(self, x):
        return self.write(super().call(x))
