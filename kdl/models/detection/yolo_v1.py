"""
title: YOLO v1, you only look once
entry: yolo-v1
paper: Redmon, Divvala, Girshick, Farhadi, "You only look once: Unified, real-time object detection", 2015, arXiv:1506.02640
year: 2015
tasks: emoji-by-cell: lr=3e-3 steps=1500 batch=32
pairs: P30

Problem. R-CNN finds objects by classifying thousands of pieces of a picture, one by one. It is slow, it is trained in parts,
and a piece does not see what is around it.

Idea. One network, one look, all boxes at once. Lay a grid over the picture; the cell in which the middle of an object lies
has to name it. Each cell answers with K boxes and one distribution over the kinds:

    box      x, y      middle, counted from the cell's upper left corner in cells
             u, v      roots of width and height: w = u^2, h = v^2, in pictures
             c         confidence: the IoU that the box expects to have with an object; 0 where there is none
    kinds    p_k       probability of kind k, given that there is an object; shared by the K boxes

    score of box b for kind k = c_b p_k

so that a cell gives 5 K + kinds numbers and the network S S (5 K + kinds): 7 * 7 * 30 = 1470 in the paper. They come from two
fully connected layers that read the last feature map as a whole, so that each cell sees all of the picture:

    h = leaky(W_1 f + b_1)                   f: the last map, written in one row
    answer = W_2 h + b_2                     no squashing: everything is learned as a number, by squares (losses/yolo_loss.py)

    leaky(z) = z where z > 0, else 0.1 z

What it is not: a detector for crowds. A cell has one distribution over the kinds, is taught one object, and cannot say which
of its boxes is of which kind; a flock of birds has more middles than the grid has cells.

The usual mistake: to square w and h once more when they are decoded, or never. The roots are what the network gives, so
that a pixel counts more in a small box.

Parameters, most of them of the first fully connected layer: N H for the N numbers of the last map and H hidden units, which
is S S F H where that map has F channels and the size of the grid. It may have another: the fully connected end reads any map.

Shapes: B batch, H height, W width, C channels, S rows and columns of the grid, N numbers of a map in one row, O numbers that
a cell gives.

Differs from cnn.py: the fully connected end gives S S cells in place of one answer, and boxes beside kinds.
"""

import keras
from keras import layers

SLOPE = 0.1  # of the leaky relu


def features(x, plan):
    """Convolutions and poolings in the order of `plan`: maps (B, H, W, C) -> (B, H, W, C).

    Args:
        plan: "pool", or (filters, kernel size, stride), one after the other.
    """
    for number, step in enumerate(plan, 1):
        if step == "pool":
            x = layers.MaxPooling2D(2, 2, name=f"pool_{number}")(x)  # (B, H, W, C)
            continue
        filters, size, stride = step
        x = layers.Conv2D(filters, size, stride, padding="same", kernel_initializer="he_normal", name=f"convolution_{number}")(
            x
        )  # (B, H, W, C)
        x = layers.LeakyReLU(SLOPE, name=f"leaky_{number}")(x)
    return x


def build(
    *,
    shape=(48, 48, 3),
    plan=((16, 5, 2), (32, 3, 2), (48, 3, 1), (64, 3, 2), (32, 1, 1)),
    hidden=128,
    dropout=0.0,
    grid=6,
    boxes=2,
    kinds=5,
):
    """A picture (B, H, W, C) -> what each cell says (B, S, S, O).

    Args:
        shape: H, W, C of the picture.
        plan: convolutions as (filters, kernel size, stride) and "pool", first to last.
        hidden: units of the first fully connected layer.
        dropout: share of them that is left out at each training step.
        grid: S, rows and columns of cells.
        boxes: K, boxes that each cell gives.
        kinds: of objects; a cell gives O = 5 K + kinds numbers.
    """
    if min(grid, boxes, kinds) < 1:
        raise ValueError(f"grid, boxes and kinds must be at least 1. Received: grid={grid}, boxes={boxes}, kinds={kinds}")
    picture = keras.Input(tuple(shape), name="picture")  # (B, H, W, C)
    x = layers.Flatten(name="flatten")(features(picture, plan))  # (B, N)
    x = layers.Dense(hidden, kernel_initializer="he_normal", name="hidden")(x)
    x = layers.LeakyReLU(SLOPE, name="hidden_leaky")(x)
    x = layers.Dropout(dropout, name="dropout")(x)
    x = layers.Dense(grid * grid * (5 * boxes + kinds), name="head")(x)
    cells = layers.Reshape((grid, grid, 5 * boxes + kinds), name="cells")(x)  # (B, S, S, O)
    return keras.Model(picture, cells, name="yolo_v1")


PRESETS = {
    "tiny": {
        "shape": (20, 16, 2), "plan": ((4, 3, 2), "pool", (5, 3, 1)), "hidden": 9, "dropout": 0.25, "grid": 3, "boxes": 1,
        "kinds": 4,
    },
    # Figure 3: 24 convolutions and two fully connected layers, for the 20 kinds of PASCAL VOC.
    "voc": {
        "shape": (448, 448, 3),
        "plan": (
            (64, 7, 2), "pool",
            (192, 3, 1), "pool",
            (128, 1, 1), (256, 3, 1), (256, 1, 1), (512, 3, 1), "pool",
            *((256, 1, 1), (512, 3, 1)) * 4, (512, 1, 1), (1024, 3, 1), "pool",
            *((512, 1, 1), (1024, 3, 1)) * 2, (1024, 3, 1), (1024, 3, 2),
            (1024, 3, 1), (1024, 3, 1),
        ),
        "hidden": 4096, "dropout": 0.5, "grid": 7, "boxes": 2, "kinds": 20,
    },
}  # fmt: skip
