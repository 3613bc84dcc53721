"""misconception: the second bias of a GRU belongs to the candidate only, where the reset gate acts; z and r have one

means: none
"""

import keras
from keras import ops


def stack_shapes(x, kind, length, units, outputs):
    B = int(x.shape[0])
    result = [[B, length, n] for n in units]
    if kind == "many-to-one":
        result[-1] = [B, units[-1]]
    if kind == "any-length":
        result[0] = [B, units[0]]
    answer = result[-1][:-1] + [outputs]
    return result + [answer]


def stack_parameters(x, units, cell):
    m = int(x.shape[-1])
    counts = []
    for n in units:
        block = n * m + n * n + n
        if cell == "simple-rnn":
            total = block
        elif cell == "lstm":
            total = 4 * block
        elif cell == "gru":
            total = 3 * block + n
        counts.append(total)
        m = n
    return counts


class Stack(keras.layers.Layer):
    def __init__(self, lower, upper, outputs, every_step, **kwargs):
        super().__init__(**kwargs)
        self.lower = keras.layers.SimpleRNN(lower, return_sequences=True, name="lower")
        self.upper = keras.layers.SimpleRNN(upper, return_sequences=True, name="upper")
        self.head = keras.layers.Dense(outputs, name="head")
        self.every_step = every_step

    def call(self, x):
        y = self.head(self.upper(self.lower(x)))
        return y if self.every_step else y[:, -1]


class Unroll(keras.layers.Layer):
    def __init__(self, units, length, outputs, **kwargs):
        super().__init__(**kwargs)
        self.length = length
        self.rnn = keras.layers.SimpleRNN(units, return_sequences=True, name="rnn")
        self.head = keras.layers.Dense(outputs, name="head")

    def call(self, x):
        x = ops.expand_dims(x, axis=1)
        x = ops.repeat(x, self.length, axis=1)
        return self.head(self.rnn(x))


class Rewrite(Stack):
    def __init__(self, lower, upper, vector, units, length, outputs, **kwargs):
        super().__init__(lower, upper, vector, every_step=False, **kwargs)
        self.write = Unroll(units, length, outputs)

    def call(self, x):
        return self.write(super().call(x))
