"""
title: Convolutional network (CNN)
entry: cnn
paper: LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", 1998
year: 1998
tasks: clothes: lr=2e-3 steps=600; digits: lr=5e-3 steps=600

Problem. A fully connected layer gives every pixel a weight of its own in every unit. A picture of 28 by 28 pixels and 100
units are 78,400 weights, and what they have learned about the upper left corner they do not know about the lower right.

Idea. Look at a small window, and use the same weights at every place. A feature map is what one filter answers, place by
place; the next layer reads all maps, and a window of it sees a larger part of the picture.

    z[i, j, n] = b[n] + sum over u, v, c of  x[i+u, j+v, c] K[u, v, c, n]        u, v = 0 .. k-1
    h = relu(z)

So each window of k k C numbers, written in one row, goes through one affine layer, which all windows share. (Written as
above it is a cross-correlation; a convolution turns the kernel round, which learning does not notice.)

Between convolutions, pooling keeps the largest of each 2 x 2 block: a feature is there or not, and where in the block it
is no longer matters. The last maps are written in one row and classified by an MLP.

    p[i, j, n] = max of h[2i, 2j, n], h[2i+1, 2j, n], h[2i, 2j+1, n], h[2i+1, 2j+1, n]

What it is not: blind to position. Shift the input, and the maps shift with it (equivariance). Pooling forgives a shift only
where it stays in its block, and the MLP at the end knows each place by its own weights: P02 measures what a pixel costs.

The usual mistake: counting the input's channels out. A kernel is k k C numbers for *each* filter, not k k.

Parameters of a convolution: N (k k C + 1), whatever the size of the picture.

Shapes: B batch, H height, W width, C channels that come in, N filters, k size of a window, O outputs.

Differs from mlp.py: windows in place of the whole picture, the same weights at all places, and pooling. The paper's
LeNet-5 squashes by tanh, pools by a mean with two weights of its own, and joins its maps by a table.
"""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("kdl.cnn")
class Convolution(layers.Layer):
    """relu of an affine map of every window: maps (B, H, W, C) -> (B, H-k+1, W-k+1, N). Keras calls it Conv2D.

    Args:
        filters: N, feature maps that come out.
        kernel_size: k, height and width of a window; odd or even.
        padding: "valid": only windows that lie inside. "same": a border of zeros, so that H and W stay.
    """

    def __init__(self, filters, kernel_size, padding="valid", **kwargs):
        super().__init__(**kwargs)
        if filters < 1 or kernel_size < 1:
            raise ValueError(
                f"filters and kernel_size must be at least 1. Received: filters={filters}, kernel_size={kernel_size}"
            )
        if padding not in ("valid", "same"):
            raise ValueError(f'padding must be "valid" or "same". Received: padding={padding!r}')
        self.filters, self.kernel_size, self.padding = filters, kernel_size, padding

    def build(self, input_shape):
        shape = (self.kernel_size, self.kernel_size, input_shape[-1], self.filters)
        self.kernel = self.add_weight(shape=shape, initializer="he_uniform", name="kernel")
        self.bias = self.add_weight(shape=(self.filters,), initializer="zeros", name="bias")

    def call(self, x):
        k = self.kernel_size
        if self.padding == "same":
            before = (k - 1) // 2
            x = ops.pad(x, ((0, 0), (before, k - 1 - before), (before, k - 1 - before), (0, 0)))
        _, height, width, channels = x.shape
        rows, columns = height - k + 1, width - k + 1
        seen = [x[:, u : u + rows, v : v + columns] for u in range(k) for v in range(k)]
        windows = ops.concatenate(seen, axis=-1)  # (B, H, W, k*k*C)
        kernel = ops.reshape(self.kernel, (k * k * channels, self.filters))
        return ops.maximum(ops.matmul(windows, kernel) + self.bias, 0)  # (B, H, W, N)

    def compute_output_shape(self, input_shape):
        batch, height, width, _ = input_shape
        lost = 0 if self.padding == "same" else self.kernel_size - 1
        return (batch, height - lost, width - lost, self.filters)

    def get_config(self):
        return {**super().get_config(), "filters": self.filters, "kernel_size": self.kernel_size, "padding": self.padding}


@keras.saving.register_keras_serializable("kdl.cnn")
class Pooling(layers.Layer):
    """The largest of each 2 x 2 block: maps (B, H, W, C) -> (B, H//2, W//2, C); an odd last row or column is left out."""

    def call(self, x):
        _, height, width, channels = x.shape
        x = x[:, : height // 2 * 2, : width // 2 * 2]
        x = ops.reshape(x, (-1, height // 2, 2, width // 2, 2, channels))
        return ops.max(x, axis=(2, 4))  # (B, H, W, C)

    def compute_output_shape(self, input_shape):
        batch, height, width, channels = input_shape
        return (batch, height // 2, width // 2, channels)


def build(*, shape=(28, 28, 1), filters=(8, 16), kernel_size=3, padding="same", hidden=(), outputs=10):
    """A picture (B, H, W, C) -> one number for each kind (B, O).

    Args:
        shape: H, W, C of the picture.
        filters: N of each convolution, first to last; a pooling follows each of the first two.
        kernel_size: k, height and width of every window.
        padding: "same" keeps the size of the maps, "valid" loses k - 1 rows and columns.
        hidden: units of each fully connected layer before the answer; () goes from the maps to the answer.
        outputs: O, numbers to predict; logits where they stand for classes.
    """
    if len(shape) != 3:
        raise ValueError(f"shape must be height, width and channels. Received: shape={tuple(shape)}")
    picture = keras.Input(tuple(shape), name="picture")  # (B, H, W, C)
    x = picture
    for number, count in enumerate(filters, 1):
        if padding == "valid" and min(x.shape[1:3]) < kernel_size:
            raise ValueError(
                f"No window of {kernel_size} x {kernel_size} lies inside the maps of {x.shape[1]} x {x.shape[2]} that "
                f"convolution {number} reads. Received: shape={tuple(shape)}, filters={tuple(filters)}"
            )
        x = Convolution(count, kernel_size, padding, name=f"convolution_{number}")(x)  # (B, H, W, N)
        if number <= 2:
            x = Pooling(name=f"pooling_{number}")(x)  # (B, H, W, N)
    x = layers.Flatten(name="flatten")(x)  # (B, H*W*N)
    for number, units in enumerate(hidden, 1):
        x = layers.Dense(units, activation="relu", name=f"hidden_{number}")(x)
    answer = layers.Dense(outputs, name="head")(x)  # (B, O)
    return keras.Model(picture, answer, name="cnn")


PRESETS = {
    "tiny": {
        "shape": (13, 14, 2), "filters": (3, 4, 5), "kernel_size": 2, "padding": "valid", "hidden": (6,), "outputs": 7,
    },
    # LeNet-5's sizes (section II.B): C1, C3 and C5 are convolutions, C5 over all of its maps; F6 has 84 units.
    "lenet-5": {
        "shape": (32, 32, 1), "filters": (6, 16, 120), "kernel_size": 5, "padding": "valid", "hidden": (84,), "outputs": 10,
    },
}  # fmt: skip
