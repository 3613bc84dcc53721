"""
title: Residual network (ResNet)
entry: resnet
paper: He, Zhang, Ren, Sun, "Deep residual learning for image recognition", 2015, arXiv:1512.03385
year: 2015
tasks: clothes: lr=3e-3 steps=300

Problem. Stack more layers (plain_deep_net.py), and from some depth on the *training* loss rises: a stack of layers finds it
hard to learn that it should do nothing.

Idea. Make doing nothing the default. Let a block learn only what to *add* to what comes in:

    y = relu(x + F(x))

    F(x) = norm(K_2 * relu(norm(K_1 * x)))                                     basic: two 3 x 3
    F(x) = norm(K_3 * relu(norm(K_2 * relu(norm(K_1 * x)))))                   bottleneck: 1 x 1, 3 x 3, 1 x 1

If nothing is the best that a block can do, its weights have only to go to 0. And the gradient reaches x along the sum
without passing through a single weight: dLoss/dx holds dLoss/dy itself, wherever the relu is open.

Where a block halves the picture or changes the channels, x and F(x) do not fit, and x goes along a shortcut:

    by hand (option A)        every second row and column, new channels filled with zeros: no parameters
    by projection (option B)  a 1 x 1 convolution with stride 2, and its normalisation

What it is not: a cure for vanishing gradients. The plain net has batch normalisation, too, and its gradients are healthy
(section 4.1). What shortcuts cure is degradation: a deeper net that is worse *on its training set*.

The usual mistake: relu before the sum. Then F(x) is never negative, and a block can only add.

Parameters of a basic block from C to N channels: 9 C N + 9 N N, and 2 N for each normalisation; option A adds none.

Shapes: B batch, H height, W width, C channels, O outputs.

Differs from plain_deep_net.py: `x +`. With option A there is not one parameter more.
"""

import keras
from keras import layers, ops

EPSILON = 1.001e-5  # of batch normalisation: the number of the public ResNet-50 of Keras, with which this one is compared
EXPANSION = 4  # a bottleneck gives four times the channels that its 3 x 3 convolution has


@keras.saving.register_keras_serializable("kdl.resnet")
class Subsampled(layers.Layer):
    """Option A: every `stride`-th row and column of (B, H, W, C), and channels of zeros up to `filters`.

    Args:
        filters: channels that come out, at least as many as come in.
        stride: 1 or 2.
    """

    def __init__(self, filters, stride, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride

    def call(self, x):
        x = x[:, :: self.stride, :: self.stride]
        return ops.pad(x, ((0, 0), (0, 0), (0, 0), (0, self.filters - x.shape[-1])))  # (B, H, W, C)

    def compute_output_shape(self, input_shape):
        batch, height, width, _ = input_shape
        return (batch, -(-height // self.stride), -(-width // self.stride), self.filters)

    def get_config(self):
        return {**super().get_config(), "filters": self.filters, "stride": self.stride}


def convolved(x, filters, size, stride, bias, name):
    """norm(K * x): maps (B, H, W, C) -> (B, H/stride, W/stride, filters)."""
    if size > 1:
        x = layers.ZeroPadding2D(size // 2, name=f"{name}_pad")(x)
    x = layers.Conv2D(filters, size, stride, use_bias=bias, kernel_initializer="he_normal", name=f"{name}_conv")(x)
    return layers.BatchNormalization(momentum=0.9, epsilon=EPSILON, name=f"{name}_norm")(x)  # (B, H, W, C)


def block(x, filters, stride, *, bottleneck, projection, bias, name):
    """relu(x + F(x)): maps (B, H, W, C) -> (B, H/stride, W/stride, filters or 4 filters)."""
    given = filters * EXPANSION if bottleneck else filters
    shortcut = x
    if stride > 1 or x.shape[-1] != given:
        if projection:
            shortcut = convolved(x, given, 1, stride, bias, f"{name}_shortcut")  # (B, H, W, C)
        else:
            shortcut = Subsampled(given, stride, name=f"{name}_shortcut")(x)  # (B, H, W, C)
    sizes = (1, 3, 1) if bottleneck else (3, 3)
    last = len(sizes)
    for number, size in enumerate(sizes, 1):
        count = given if number == last else filters
        x = convolved(x, count, size, stride if number == 1 else 1, bias, f"{name}_{number}")  # (B, H, W, C)
        if number < last:
            x = layers.ReLU(name=f"{name}_{number}_relu")(x)
    return layers.ReLU(name=f"{name}_relu")(layers.Add(name=f"{name}_sum")([shortcut, x]))  # (B, H, W, C)


def build(
    *,
    shape=(28, 28, 1),
    blocks=(1, 1, 1),
    filters=8,
    bottleneck=False,
    projection=False,
    large_stem=False,
    bias=False,
    outputs=10,
):
    """A picture (B, H, W, C) -> one number for each kind (B, O).

    Args:
        shape: H, W, C of the picture.
        blocks: blocks in each stage; (n, n, n) of the basic kind make a net of 6 n + 2 layers with weights.
        filters: channels of the first stage's 3 x 3 convolutions; each further stage has twice as many.
        bottleneck: 1 x 1, 3 x 3, 1 x 1 in place of two 3 x 3.
        projection: option B for the shortcuts that do not fit, in place of option A.
        large_stem: begin as for ImageNet, with a 7 x 7 convolution and a pooling that each halve the picture.
        bias: give each convolution a bias, which its normalisation takes out again; the public ResNet-50 has them.
        outputs: O, numbers to predict; logits where they stand for classes.
    """
    if min(blocks, default=0) < 1:
        raise ValueError(f"every stage needs at least 1 block. Received: blocks={tuple(blocks)}")
    picture = keras.Input(tuple(shape), name="picture")  # (B, H, W, C)
    x = convolved(picture, filters, 7 if large_stem else 3, 2 if large_stem else 1, bias, "stem")
    x = layers.ReLU(name="stem_relu")(x)
    if large_stem:
        x = layers.ZeroPadding2D(1, name="stem_pool_pad")(x)
        x = layers.MaxPooling2D(3, 2, name="stem_pool")(x)
    for stage, count in enumerate(blocks, 1):
        for number in range(1, count + 1):
            stride = 2 if stage > 1 and number == 1 else 1
            how = {"bottleneck": bottleneck, "projection": projection, "bias": bias}
            x = block(x, filters * 2 ** (stage - 1), stride, **how, name=f"stage_{stage}_block_{number}")  # (B, H, W, C)
    x = layers.GlobalAveragePooling2D(name="mean")(x)  # (B, C)
    answer = layers.Dense(outputs, name="head")(x)  # (B, O)
    return keras.Model(picture, answer, name="resnet")


_IMAGENET = {"shape": (224, 224, 3), "filters": 64, "projection": True, "large_stem": True, "outputs": 1000}

PRESETS = {
    "tiny": {
        "shape": (15, 14, 2), "blocks": (2, 1), "filters": 3, "bottleneck": True, "projection": True, "large_stem": True,
        "bias": True, "outputs": 7,
    },
    # Table 6: 20 and 56 layers on CIFAR-10, 0.27 and 0.85 million parameters.
    "cifar-20": {"shape": (32, 32, 3), "blocks": (3, 3, 3), "filters": 16},
    "cifar-56": {"shape": (32, 32, 3), "blocks": (9, 9, 9), "filters": 16},
    # Table 1, with projections where the shapes change.
    "resnet-18": {**_IMAGENET, "blocks": (2, 2, 2, 2)},
    "resnet-34": {**_IMAGENET, "blocks": (3, 4, 6, 3)},
    "resnet-50": {**_IMAGENET, "blocks": (3, 4, 6, 3), "bottleneck": True, "bias": True},
}  # fmt: skip
