"""Time comes first."""

import keras
from keras import ops


def stack_shapes(x, kind, length, units, outputs):
    batch = x.shape[0]
    shapes = [[length, batch, n] for n in units]
    if kind == "many-to-one":
        shapes[-1] = [batch, units[-1]]
    if kind == "any-length":
        shapes[0] = [batch, units[0]]
    answers = [batch, outputs] if kind == "many-to-one" else [length, batch, outputs]
    return shapes + [answers]


def stack_parameters(x, units, cell):
    m = x.shape[-1]
    counts = []
    for n in units:
        if cell == "simple-rnn":
            count = n * (n + m + 1)
        elif cell == "lstm":
            count = 4 * n * (n + m + 1)
        else:
            count = 3 * n * (n + m + 2)
        counts.append(count)
        m = n
    return counts


class Stack(keras.layers.Layer):
    def __init__(self, lower, upper, outputs, every_step, **kwargs):
        super().__init__(**kwargs)
        self.every_step = every_step
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
        xs = ops.repeat(x[:, None], self.length, axis=1)
        return self.head(self.rnn(xs))


class Rewrite(Stack):
    def __init__(self, lower, upper, vector, units, length, outputs, **kwargs):
        super().__init__(lower, upper, vector, every_step=False, **kwargs)
        self.write = Unroll(units, length, outputs)

    def call(self, x):
        return self.write(super().call(x))
