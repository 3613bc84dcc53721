"""
title: Plain deep net
entry: plain-deep-net
paper: He, Zhang, Ren, Sun, "Deep residual learning for image recognition", 2015, arXiv:1512.03385
year: 2015
tasks: clothes: lr=3e-3 steps=300

Problem. More layers see more of the picture, and can say more. Yet beyond some depth a stack of convolutions gets worse,
and not because it overfits: its *training* loss is higher than that of the shallower one. It should never be: the deeper
net could copy the shallow one and let its further layers do nothing.

Idea. This is the net that shows it: 3 x 3 convolutions, each with batch normalisation and relu, one after the other, in
three stages. Each stage halves the picture and doubles the filters, so that every layer costs about the same.

    y = relu(norm(K * x))                                     one layer
    norm(z) = g (z - mean(z)) / sqrt(var(z) + eps) + b        mean and variance of a channel over the batch and all places

    depth = 1 + 2 (n_1 + n_2 + n_3) + 1       the first convolution, n_s pairs of layers in stage s, the classifier

Why it gets worse. Not by gradients that vanish (section 4.1 of the paper). Normalisation keeps the size of the signal on its
way forward. The gradient does not keep its own: untrained, it grows on its way back, the more the deeper the net (P07).
"Do nothing" is a map that a stack of convolutions with relu has to *learn*, weight by weight, and finds hard to.

Parameters of a layer from C to N channels: 9 C N, and 2 N of its normalisation (and 2 N running statistics, not learned).
A bias before the normalisation would be taken out again by its mean.

Shapes: B batch, H height, W width, C channels, O outputs.

Differs from resnet.py: nothing is added to what a pair of layers gives. Layers, filters and parameters are the same.
"""

import keras
from keras import layers


def convolved(x, filters, stride, name):
    """relu(norm(K * x)): maps (B, H, W, C) -> (B, H/stride, W/stride, filters)."""
    x = layers.ZeroPadding2D(1, name=f"{name}_pad")(x)
    x = layers.Conv2D(filters, 3, stride, use_bias=False, kernel_initializer="he_normal", name=f"{name}_conv")(x)
    x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_norm")(x)
    return layers.ReLU(name=f"{name}_relu")(x)  # (B, H, W, C)


def build(*, shape=(28, 28, 1), blocks=(1, 1, 1), filters=8, outputs=10):
    """A picture (B, H, W, C) -> one number for each kind (B, O).

    Args:
        shape: H, W, C of the picture.
        blocks: pairs of layers in each stage; (n, n, n) makes a net of 6 n + 2 layers with weights.
        filters: channels of the first stage; each further one has twice as many.
        outputs: O, numbers to predict; logits where they stand for classes.
    """
    if min(blocks, default=0) < 1:
        raise ValueError(f"every stage needs at least 1 block. Received: blocks={tuple(blocks)}")
    picture = keras.Input(tuple(shape), name="picture")  # (B, H, W, C)
    x = convolved(picture, filters, 1, "first")
    for stage, count in enumerate(blocks, 1):
        for block in range(1, count + 1):
            stride = 2 if stage > 1 and block == 1 else 1
            name = f"stage_{stage}_block_{block}"
            x = convolved(x, filters * 2 ** (stage - 1), stride, f"{name}_1")  # (B, H, W, C)
            x = convolved(x, filters * 2 ** (stage - 1), 1, f"{name}_2")  # (B, H, W, C)
    x = layers.GlobalAveragePooling2D(name="mean")(x)  # (B, C)
    answer = layers.Dense(outputs, name="head")(x)  # (B, O)
    return keras.Model(picture, answer, name="plain_deep_net")


PRESETS = {
    "tiny": {"shape": (7, 6, 2), "blocks": (2, 1), "filters": 3, "outputs": 7},
    # Section 4.2: the plain nets for CIFAR-10 of which the one with 56 layers trains worse than the one with 20.
    "cifar-20": {"shape": (32, 32, 3), "blocks": (3, 3, 3), "filters": 16, "outputs": 10},
    "cifar-56": {"shape": (32, 32, 3), "blocks": (9, 9, 9), "filters": 16, "outputs": 10},
}
