"""A gate decides how much of each value goes through."""

import keras
from keras import ops


class Gated(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.gate = keras.layers.Dense(units, name="gate")
        self.value = keras.layers.Dense(units, use_bias=False, name="value")

    def call(self, x, mask=None):
        y = self.value(x) / (1 + ops.exp(-self.gate(x)))
        return y if mask is None else ops.where(mask[..., None], 0.0, y)
