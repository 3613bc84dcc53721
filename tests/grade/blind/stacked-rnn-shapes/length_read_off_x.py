"""misconception: the second axis of x is always the time, also where x is one vector to be repeated

means: none
"""

import keras
from keras import ops


def stack_shapes(x, kind, length, units, outputs):
    batch, steps = [int(s) for s in x.shape[:2]]
    shapes = []
    for u in units:
        shapes.append([batch, steps, u])
    shapes.append([batch, steps, outputs])
    if kind == "many-to-one":
        shapes[-2] = [batch, units[-1]]
        shapes[-1] = [batch, outputs]
    if kind == "any-length":
        shapes[0] = [batch, units[0]]
    return shapes


def stack_parameters(x, units, cell):
    counts = []
    m = int(x.shape[-1])
    for n in units:
        if cell == "simple-rnn":
            counts.append(n * m + n * n + n)
        elif cell == "lstm":
            counts.append(4 * (n * m + n * n + n))
        else:
            counts.append(3 * (n * m + n * n + 2 * n))
        m = n
    return counts


class Stack(keras.layers.Layer):
    def __init__(self, lower, upper, outputs, every_step, **kwargs):
        super().__init__(**kwargs)
        self.lower = keras.layers.SimpleRNN(lower, return_sequences=True, name="lower")
        self.upper = keras.layers.SimpleRNN(upper, return_sequences=bool(every_step), name="upper")
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
        return self.head(self.rnn(ops.stack([x] * self.length, axis=1)))


class Rewrite(Stack):
    def __init__(self, lower, upper, vector, units, length, outputs, **kwargs):
        super().__init__(lower, upper, vector, every_step=False, **kwargs)
        self.write = Unroll(units, length, outputs)

    def call(self, x):
        return self.write(super().call(x))
