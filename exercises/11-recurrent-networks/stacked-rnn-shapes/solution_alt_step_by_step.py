"""Time outside, layers inside: at every step the lower cell moves first and the upper one right after it.

Floor by floor or step by step, the numbers are the same. The upper cell needs only the lower state of this step, so
nothing has to be kept for later but the two states.
"""

import keras
from keras import layers, ops


def stack_shapes(x, kind, length, units, outputs):
    steps = [[length]] * (len(units) + 1)  # behind every layer, and of the answers
    if kind == "many-to-one":
        steps[-2:] = [], []
    if kind == "any-length":
        steps[0] = []
    return [[len(x), *time, n] for time, n in zip(steps, [*units, outputs], strict=True)]


def stack_parameters(x, units, cell):
    found = []
    for number, n in enumerate(units):
        read = units[number - 1] if number else x.shape[-1]
        kernel, recurrent, bias = read * n, n * n, n
        block = kernel + recurrent + bias
        found.append({"simple-rnn": block, "lstm": 4 * block, "gru": 3 * (block + bias)}[cell])
    return found


class Stack(keras.layers.Layer):
    def __init__(self, lower, upper, outputs, every_step, **kwargs):
        super().__init__(**kwargs)
        self.every_step = every_step
        self.lower = layers.SimpleRNN(lower)
        self.upper = layers.SimpleRNN(upper)
        self.head = layers.Dense(outputs)

    def build(self, shape):
        self.lower.build(shape)
        self.upper.build((*shape[:2], self.lower.units))
        self.head.build((shape[0], self.upper.units))

    def call(self, x):
        low, high = ops.zeros((x.shape[0], self.lower.units)), ops.zeros((x.shape[0], self.upper.units))
        answers = []
        for t in range(x.shape[1]):
            low, _ = self.lower.cell(x[:, t], [low])
            high, _ = self.upper.cell(low, [high])
            answers.append(self.head(high))
        return ops.stack(answers, axis=1) if self.every_step else answers[-1]


class Unroll(keras.layers.Layer):
    def __init__(self, units, length, outputs, **kwargs):
        super().__init__(**kwargs)
        self.length = length
        self.rnn = layers.SimpleRNN(units)
        self.head = layers.Dense(outputs)

    def build(self, shape):
        self.rnn.build((shape[0], self.length, shape[1]))
        self.head.build((shape[0], self.rnn.units))

    def call(self, x):
        state = ops.zeros((x.shape[0], self.rnn.units))
        answers = []
        for _ in range(self.length):
            state, _ = self.rnn.cell(x, [state])
            answers.append(self.head(state))
        return ops.stack(answers, axis=1)


class Rewrite(Stack):
    def __init__(self, lower, upper, vector, units, length, outputs, **kwargs):
        super().__init__(lower, upper, vector, every_step=False, **kwargs)
        self.write = Unroll(units, length, outputs)

    def call(self, x):
        return self.write(super().call(x))
