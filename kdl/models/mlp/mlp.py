"""
title: Multilayer perceptron (MLP)
entry: mlp
paper: Rumelhart, Hinton, Williams, "Learning representations by back-propagating errors", Nature 323, 1986
year: 1986
tasks: digits: lr=3e-3 steps=600
pairs: P03

Problem. One affine map can only cut its input space with a straight line. Whether two bits differ (XOR), or whether a row
of bits reads the same backwards, cannot be said with one cut. And a stack of affine maps is no better: it is one affine
map again, (x W_1 + b_1) W_2 + b_2 = x (W_1 W_2) + (b_1 W_2 + b_2).

Idea. Bend between the cuts: after every affine map but the last comes a function that is not linear, number by number.
The hidden units are then features that nobody designed; the gradient of the loss, carried backwards layer by layer,
says what each of them should become.

    h_0 = x, all its numbers in one row
    h_k = relu(h_{k-1} W_k + b_k)                    k = 1 .. L, the hidden layers;  relu(z) = max(z, 0)
    y   = h_L V + d

Backwards, with s_k = dLoss / d(h_{k-1} W_k + b_k), the blame of each unit before it is bent:

    s_k       = (s_{k+1} W_{k+1}^T) * relu'(h_{k-1} W_k + b_k)
    dLoss/dW_k = h_{k-1}^T s_k           dLoss/db_k = s_k, summed over the batch

The paper's units are sigmoids, 1 / (1 + exp(-z)). Their slope is at most 1/4, so blame shrinks by that at each layer; the
slope of relu is 1 wherever the unit is on (Glorot, Bordes, Bengio, 2011), and deep stacks train.

Parameters of a layer from M to N units: N (M + 1).

Shapes: B batch, H height, W width, C channels, M units of one layer, N units of the next, O outputs.

Differs from a single affine layer (softmax regression): hidden layers, and the bend between them. What it does not know:
which pixels are neighbours. Shuffle the pixels of all pictures in the same way, and it learns just as well.
"""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("kdl.mlp")
class Affine(layers.Layer):
    """x W + b: input (B, M) -> output (B, N). Keras calls it Dense.

    Args:
        units: N, numbers that come out.
    """

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        if units < 1:
            raise ValueError(f"units must be at least 1. Received: units={units}")
        self.units = units

    def build(self, input_shape):
        # Uniform between +-sqrt(6 / (M + N)): neither the signal forwards nor the blame backwards grows or fades at once.
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform", name="kernel")
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")

    def call(self, x):
        return ops.matmul(x, self.kernel) + self.bias  # (B, N)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def get_config(self):
        return {**super().get_config(), "units": self.units}


@keras.saving.register_keras_serializable("kdl.mlp")
class Hidden(Affine):
    """relu(x W + b): input (B, M) -> output (B, N)."""

    def call(self, x):
        return ops.maximum(super().call(x), 0)  # (B, N)


def build(*, shape=(8, 8, 1), hidden=(64,), outputs=10):
    """A picture (B, H, W, C) -> one number for each answer (B, O).

    Args:
        shape: of one example: H, W, C of a picture; any other shape does as well, as (6,).
        hidden: units of each hidden layer, first to last; () leaves softmax regression.
        outputs: O, numbers to predict; logits where they stand for classes.
    """
    picture = keras.Input(tuple(shape), name="picture")  # (B, H, W, C)
    x = layers.Flatten(name="flatten")(picture)  # (B, H*W*C)
    for number, units in enumerate(hidden, 1):
        x = Hidden(units, name=f"hidden_{number}")(x)  # (B, N)
    answer = Affine(outputs, name="head")(x)  # (B, O)
    return keras.Model(picture, answer, name="mlp")


PRESETS = {
    "tiny": {"shape": (3, 4, 2), "hidden": (5, 6), "outputs": 7},
    # The paper's first task: are six bits symmetric about their middle? Two hidden units are enough.
    "symmetry": {"shape": (6,), "hidden": (2,), "outputs": 1},
    # "LeNet-300-100", the fully connected net that LeCun and others (1998) set beside their LeNet on MNIST.
    "lenet-300-100": {"shape": (28, 28, 1), "hidden": (300, 100), "outputs": 10},
}
