"""The mean of losses that a model has computed itself: the last line of a `compute_loss` that is the lesson.

Problem. A model whose loss is no comparison of an answer with a right answer (a bound on a likelihood, a game of two networks)
computes one number for each example. Its mean over the batch is what an optimizer lowers. But on several devices each sees
only its share of the batch, and Keras adds up what they say: a plain mean would then count as many times as there are devices.

Idea. Let Keras take the mean, as of any loss of its own: it knows over how many devices the batch is spread, and divides.

    L = (l_1 + .. + l_B) / B

Shapes: B batch.
"""

import keras


@keras.saving.register_keras_serializable("kdl.mean")
class Mean(keras.losses.Loss):
    """Of losses (B,) that are computed already, as the second argument; the first is not looked at."""

    def call(self, _, losses):
        return losses
