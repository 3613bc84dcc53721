"""Stacked RNNs: fill in two functions and two layers. README.md beside this file says what each must do."""

import keras
from keras import ops


def stack_shapes(x, kind, length, units, outputs):
    """The shape behind each recurrent layer, and that of the answers: a list of lists of whole numbers.

    x is (B, T, M) where kind is "many-to-one" or "many-to-many", (B, M) where it is "one-to-many", and (B, S, M) where it
    is "any-length".
    """
    raise NotImplementedError("step 1: which layer gives a sequence, and which only its last state?")


def stack_parameters(x, units, cell):
    """How many weights each layer has: a list of whole numbers. cell is "simple-rnn", "lstm" or "gru"."""
    raise NotImplementedError("step 2: input weights, recurrent weights and biases of each block")


class Stack(keras.layers.Layer):
    """Two simple RNNs on top of each other and a dense head: `layer(x)`, x (B, T, M).

    Args:
        lower, upper: units of the two layers.
        outputs: O.
        every_step: whether to answer at every step, (B, T, O), or once, (B, O).
    """

    def __init__(self, lower, upper, outputs, every_step, **kwargs):
        super().__init__(**kwargs)
        raise NotImplementedError("step 3: make self.lower, self.upper and self.head")

    def call(self, x):
        return self.head(self.upper(self.lower(x)))


class Unroll(keras.layers.Layer):
    """One vector in, a sequence out: `layer(x)`, x (B, M) -> (B, T, O).

    Args:
        units: N.
        length: T, steps to write.
        outputs: O.
    """

    def __init__(self, units, length, outputs, **kwargs):
        super().__init__(**kwargs)
        self.length = length
        self.rnn = keras.layers.SimpleRNN(units, return_sequences=True, name="rnn")
        self.head = keras.layers.Dense(outputs, name="head")

    def call(self, x):
        raise NotImplementedError("step 4: give every time step the vector to read")


class Rewrite(Stack):
    """A sequence in, one of another length out: (B, S, M) -> (B, T, O). It is given: step 5 trains it, with your layers.

    Args:
        lower, upper: units of the two layers that read.
        vector: numbers in what the reader hands to the writer.
        units, length, outputs: as in Unroll.
    """

    def __init__(self, lower, upper, vector, units, length, outputs, **kwargs):
        super().__init__(lower, upper, vector, every_step=False, **kwargs)
        self.write = Unroll(units, length, outputs)

    def call(self, x):
        return self.write(super().call(x))
