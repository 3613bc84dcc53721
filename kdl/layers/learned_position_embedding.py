"""
title: Learned position embedding
entry: learned-position-embedding
paper: Gehring, Auli, Grangier, Yarats, Dauphin, "Convolutional sequence to sequence learning", 2017, arXiv:1705.03122; in
    Transformers: Radford et al., 2018 (GPT-1), and Devlin et al., 2018, arXiv:1810.04805 (BERT)
year: 2017

Problem. To attention a text is a set: shuffle the places, and the answers are shuffled in the same way, and unchanged
otherwise.

Idea. Give each place a row of numbers of its own, learned like all others, and add it to what stands there:

    y_t = x_t + P_t                                              P (N, D), one row for each place

Nothing is known of a place that no training text reached: the row N - 1 of a model that has read short texts only is as
it was drawn, and a row N does not exist. A longer text is refused.

Parameters: N D.

Shapes: B batch, T time, D width, N places.
"""

import keras
from keras import layers, ops

from kdl.layers._calls import expect_room, handed_down


@keras.saving.register_keras_serializable("kdl.learned_position_embedding")
class LearnedPositionEmbedding(layers.Layer):
    """Adds the row of its place to each vector: (B, T, D) -> (B, T, D).

    Args:
        length: N, places that have a row; T may be less.
        stddev: of the normal distribution from which the rows are drawn.

    Call arguments:
        x: (B, T, D).
        cache: a `KeyValueCache`; the first place of x is then the one that it says.

    Raises:
        ValueError: the text is longer than N. Where its length is known when it runs only, TensorFlow's own error says so;
            where the first place is a tensor, the caller sees to it.
    """

    cached = True

    def __init__(self, length, *, stddev=0.02, **kwargs):
        super().__init__(**kwargs)
        self.length, self.stddev = length, stddev
        handed_down(self, "cache")

    def build(self, x_shape):
        drawn = keras.initializers.RandomNormal(stddev=self.stddev)
        self.positions = self.add_weight(shape=(self.length, x_shape[-1]), initializer=drawn, name="positions")

    def call(self, x, cache=None):
        first = 0 if cache is None else cache.position
        expect_room(first, x.shape[1], self.length)
        rows = ops.convert_to_tensor(self.positions)  # JAX slices no variable
        return x + ops.slice(rows, (first, 0), (ops.shape(x)[1], x.shape[2]))  # (B, T, D)

    def compute_output_shape(self, x_shape):
        return x_shape

    def get_config(self):
        return {**super().get_config(), "length": self.length, "stddev": self.stddev}
