"""misconception: the vector goes in at the first step; afterwards the network runs on its state, with zeros as input

means: vector_at_the_first_step_only
"""

import keras
from keras import ops


def stack_shapes(x, kind, length, units, outputs):
    B = int(x.shape[0])
    one = kind == "many-to-one"
    shapes = [[B, length, n] for n in units[:-1]]
    shapes += [[B, n] if one else [B, length, n] for n in (units[-1], outputs)]
    if kind == "any-length":
        shapes[0] = [B, units[0]]
    return shapes


def stack_parameters(x, units, cell):
    blocks = dict([("simple-rnn", 1), ("lstm", 4), ("gru", 3)])[cell]
    biases = 2 if cell == "gru" else 1
    below = int(x.shape[-1])
    counts = []
    for n in units:
        counts.append(blocks * (below * n + n**2 + biases * n))
        below = n
    return counts


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
        steps = [x]
        for _ in range(self.length - 1):
            steps.append(ops.zeros_like(x))
        return self.head(self.rnn(ops.stack(steps, axis=1)))


class Rewrite(Stack):
    def __init__(self, lower, upper, vector, units, length, outputs, **kwargs):
        super().__init__(lower, upper, vector, every_step=False, **kwargs)
        self.write = Unroll(units, length, outputs)

    def call(self, x):
        return self.write(super().call(x))
