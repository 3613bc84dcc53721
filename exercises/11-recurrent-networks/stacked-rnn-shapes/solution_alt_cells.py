"""With cells in place of layers, and the last state cut out of the whole sequence; the counts are those that Keras makes.

Shapes and counts are not computed but asked for: a small model is made and measured, on inputs of no meaning.
"""

import keras
from keras import layers, ops

LAYERS = {"simple-rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}


def stack_shapes(x, kind, length, units, outputs):
    repeat, shape = layers.RepeatVector(length), x.shape
    silent = {"many-to-one": len(units), "any-length": 1}.get(kind)  # the layer that gives its last state only
    found = []
    for number, n in enumerate(units, 1):
        shape = shape if len(shape) == 3 else repeat.compute_output_shape(shape)
        shape = layers.SimpleRNN(n, return_sequences=number != silent).compute_output_shape(shape)
        found.append(list(shape))
    return [*found, list(layers.Dense(outputs).compute_output_shape(shape))]


def stack_parameters(x, units, cell):
    counts, features = [], x.shape[-1]
    for n in units:
        layer = LAYERS[cell](n)
        layer.build((None, None, features))
        counts.append(layer.count_params())
        features = n
    return counts


class Stack(keras.layers.Layer):
    def __init__(self, lower, upper, outputs, every_step, **kwargs):
        super().__init__(**kwargs)
        self.every_step = every_step
        self.lower = layers.RNN(layers.SimpleRNNCell(lower), return_sequences=True)
        self.upper = layers.RNN(layers.SimpleRNNCell(upper), return_sequences=True)
        self.head = layers.Dense(outputs)

    def call(self, x):
        answers = self.head(self.upper(self.lower(x)))
        return answers if self.every_step else answers[:, -1]


class Unroll(keras.layers.Layer):
    def __init__(self, units, length, outputs, **kwargs):
        super().__init__(**kwargs)
        self.repeat = layers.RepeatVector(length)
        self.rnn = layers.RNN(layers.SimpleRNNCell(units), return_sequences=True)
        self.head = layers.Dense(outputs)

    def call(self, x):
        return self.head(self.rnn(self.repeat(ops.convert_to_tensor(x))))


class Rewrite(Stack):
    def __init__(self, lower, upper, vector, units, length, outputs, **kwargs):
        super().__init__(lower, upper, vector, every_step=False, **kwargs)
        self.write = Unroll(units, length, outputs)

    def call(self, x):
        return self.write(super().call(x))
