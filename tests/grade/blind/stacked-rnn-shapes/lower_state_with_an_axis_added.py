"""misconception: "expected ndim=3, found ndim=2" is mended by giving the last state of the lower layer a time axis

means: none
"""

import keras
from keras import ops


def stack_shapes(x, kind, length, units, outputs):
    B = int(x.shape[0])
    shapes = [[B, length, n] for n in units] + [[B, length, outputs]]
    if kind == "many-to-one":
        for k in (-2, -1):
            shapes[k] = [shapes[k][0], shapes[k][2]]
    if kind == "any-length":
        shapes[0] = [B, units[0]]
    return shapes


def stack_parameters(x, units, cell):
    counts, m = [], int(x.shape[-1])
    for n in units:
        per_block = n * (m + n + (2 if cell == "gru" else 1))
        counts.append({"simple-rnn": 1, "lstm": 4, "gru": 3}[cell] * per_block)
        m = n
    return counts


class Stack(keras.layers.Layer):
    def __init__(self, lower, upper, outputs, every_step, **kwargs):
        super().__init__(**kwargs)
        self.lower = keras.layers.SimpleRNN(lower, name="lower")
        self.upper = keras.layers.SimpleRNN(upper, return_sequences=every_step, name="upper")
        self.head = keras.layers.Dense(outputs, name="head")

    def call(self, x):
        state = self.lower(x)
        state = ops.expand_dims(state, axis=1)
        return self.head(self.upper(state))


class Unroll(keras.layers.Layer):
    def __init__(self, units, length, outputs, **kwargs):
        super().__init__(**kwargs)
        self.length = length
        self.rnn = keras.layers.SimpleRNN(units, return_sequences=True, name="rnn")
        self.head = keras.layers.Dense(outputs, name="head")

    def call(self, x):
        return self.head(self.rnn(ops.repeat(x[:, None], self.length, axis=1)))


class Rewrite(Stack):
    def __init__(self, lower, upper, vector, units, length, outputs, **kwargs):
        super().__init__(lower, upper, vector, every_step=False, **kwargs)
        self.write = Unroll(units, length, outputs)

    def call(self, x):
        return self.write(super().call(x))
