"""misconception: one answer for the whole sequence is the mean of the answers at all steps

means: mean_over_time
"""

import keras
from keras import ops


def stack_shapes(x, kind, length, units, outputs):
    b = int(x.shape[0])
    *below, top = units
    shapes = [[b, length, n] for n in below]
    if kind == "many-to-one":
        return shapes + [[b, top], [b, outputs]]
    if kind == "any-length":
        shapes[0] = [b, units[0]]
    return shapes + [[b, length, top], [b, length, outputs]]


def stack_parameters(x, units, cell):
    blocks = {"simple-rnn": 1, "lstm": 4, "gru": 3}[cell]
    extra = 1 if cell == "gru" else 0
    sizes = [int(x.shape[-1])] + list(units)
    return [blocks * (lo * hi + hi * hi + hi + extra * hi) for lo, hi in zip(sizes, sizes[1:])]


class Stack(keras.layers.Layer):
    def __init__(self, lower, upper, outputs, every_step, **kwargs):
        super().__init__(**kwargs)
        self.every_step = every_step
        self.lower = keras.layers.SimpleRNN(lower, return_sequences=True, name="lower")
        self.upper = keras.layers.SimpleRNN(upper, return_sequences=True, name="upper")
        self.head = keras.layers.Dense(outputs, name="head")

    def call(self, x):
        answers = self.head(self.upper(self.lower(x)))
        if self.every_step:
            return answers
        return ops.mean(answers, axis=1)


class Unroll(keras.layers.Layer):
    def __init__(self, units, length, outputs, **kwargs):
        super().__init__(**kwargs)
        self.length = length
        self.rnn = keras.layers.SimpleRNN(units, return_sequences=True, name="rnn")
        self.head = keras.layers.Dense(outputs, name="head")

    def call(self, x):
        return self.head(self.rnn(ops.repeat(ops.expand_dims(x, 1), self.length, axis=1)))


class Rewrite(Stack):
    def __init__(self, lower, upper, vector, units, length, outputs, **kwargs):
        super().__init__(lower, upper, vector, every_step=False, **kwargs)
        self.write = Unroll(units, length, outputs)

    def call(self, x):
        return self.write(super().call(x))
