"""
title: Single shot multibox detector (SSD)
entry: ssd
paper: Liu, Anguelov, Erhan, Szegedy, Reed, Fu, Berg, "SSD: Single shot multibox detector", 2015, arXiv:1512.02325
year: 2015
tasks: emoji-by-default-box: lr=3e-3 steps=600 batch=32
pairs: P30

Problem. YOLO looks once and answers from its last, coarsest map, with two boxes a cell. Small objects take it long to learn,
crowds do not fit in, and its boxes have to be found from nothing.

Idea. Ask several maps, fine ones for small objects and coarse ones for large, and begin from boxes that are there already:
at each place of a map k_m default boxes of different sizes and shapes. Each says what it holds and how it has to be changed:

    o = K_m * f_m + b_m         3 x 3 windows of map f_m, with 4 k_m filters for offsets and (1 + kinds) k_m for logits

    middle  = d_middle + 0.1 o_xy d_size            size = d_size exp(0.2 o_wh)
    score   = softmax(logits), of "nothing" and the kinds

    number of default boxes = sum over the maps of rows * columns * k_m

which is 38*38*4 + 19*19*6 + 10*10*6 + 5*5*6 + 3*3*4 + 1*4 = 8732 for pictures of 300 pixels. A window is all that a default
box sees, and the same weights serve all places of a map: what is learned in one corner is known in all others.

In the paper the first map is scaled: its numbers are much larger than those of the others, so each place is divided by its
norm and multiplied by a learned number for each channel, 20 at the start:

    f'[i, j, c] = g[c] f[i, j, c] / sqrt(sum over c of f[i, j, c]^2)

What it is not: independent of the size of things. A default box exists for some sizes; an object far from all of them is
matched to the nearest only, and badly.

The usual mistake: the order of the rows. Answers come map by map, row by row, column by column, box by box, and the default
boxes have to come in the same order; a network that is trained with another learns, and finds nothing.

Shapes: B batch, H height, W width, C channels, K default boxes at a place, D default boxes in all, O numbers for each: four
offsets and a logit for "nothing" and for each of the kinds.

Differs from yolo_v1.py: several maps answer, by convolutions in place of fully connected layers; boxes are changes of default
boxes; each has kinds of its own, with "nothing" among them, in place of a confidence.
"""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("kdl.ssd")
class ScaledNorm(layers.Layer):
    """Each place of (B, H, W, C) divided by its norm, times a learned number for each channel.

    Args:
        start: those numbers before training.
    """

    def __init__(self, start, **kwargs):
        super().__init__(**kwargs)
        self.start = start

    def build(self, input_shape):
        initializer = keras.initializers.Constant(self.start)
        self.scale = self.add_weight(shape=(input_shape[-1],), initializer=initializer, name="scale")

    def call(self, x):
        norm = ops.sqrt(ops.sum(ops.square(x), axis=-1, keepdims=True) + 1e-12)  # (B, H, W, 1)
        return self.scale * x / norm

    def get_config(self):
        return {**super().get_config(), "start": self.start}


def features(x, plan, name):
    """Convolutions with relu, and poolings, in the order of `plan`: maps (B, H, W, C) -> (B, H, W, C).

    Args:
        plan: (filters, kernel size, stride) one after the other. A fourth "valid" leaves out the border of zeros, a fourth
            number is how far apart the taps of a dilated window lie. "pool" halves, rounding up; "pool 3" takes the largest
            of each 3 x 3 and keeps the size.
    """
    for number, step in enumerate(plan, 1):
        if isinstance(step, str):
            size, stride = (3, 1) if step == "pool 3" else (2, 2)
            x = layers.MaxPooling2D(size, stride, padding="same", name=f"{name}_pool_{number}")(x)  # (B, H, W, C)
            continue
        filters, size, stride, *how = step
        dilation = next((one for one in how if one != "valid"), 1)
        x = layers.Conv2D(
            filters, size, stride, padding="valid" if "valid" in how else "same", dilation_rate=dilation, activation="relu",
            kernel_initializer="he_normal", name=f"{name}_convolution_{number}",
        )(x)  # (B, H, W, C)  # fmt: skip
    return x


def build(
    *,
    shape=(48, 48, 3),
    plan=(((16, 5, 2), (32, 3, 2), (48, 3, 1)), ((64, 3, 2), (64, 3, 1)), ((32, 1, 1), (64, 3, 2))),
    boxes=(0, 4, 4),
    scale=None,
    kinds=5,
):
    """A picture (B, H, W, C) -> what each default box holds and how it is changed (B, D, O).

    Args:
        shape: H, W, C of the picture.
        plan: for each map, the way to it from the one before; see `features`. Maps after the last that is asked are left out.
        boxes: K of each map, default boxes at each of its places; a map with 0 is not asked.
        scale: the first map is scaled (ScaledNorm), with this number at the start; None: it answers as it is.
        kinds: of objects; each default box gives O = 4 + 1 + kinds numbers.
    """
    if not any(boxes) or len(boxes) > len(plan):
        raise ValueError(f"boxes must have a number for 1 to {len(plan)} maps, as plan has. Received: boxes={tuple(boxes)}")
    last = max(number for number, count in enumerate(boxes, 1) if count)
    picture = keras.Input(tuple(shape), name="picture")  # (B, H, W, C)
    x, answers = picture, []
    for number, (steps, count) in enumerate(zip(plan[:last], boxes, strict=False), 1):
        x = features(x, steps, f"map_{number}")  # (B, H, W, C)
        if not count:
            continue
        asked = ScaledNorm(scale, name="map_1_scaled")(x) if scale and number == 1 else x
        rows = []
        for what, size in (("offsets", 4), ("logits", 1 + kinds)):
            given = layers.Conv2D(count * size, 3, padding="same", name=f"map_{number}_{what}")(asked)  # (B, H, W, K*size)
            rows.append(layers.Reshape((-1, size), name=f"map_{number}_{what}_rows")(given))
        answers.append(layers.Concatenate(name=f"map_{number}_answer")(rows))  # (B, D, O)
    answer = layers.Concatenate(axis=1, name="answer")(answers) if len(answers) > 1 else answers[0]  # (B, D, O)
    return keras.Model(picture, answer, name="ssd")


_VGG = (
    (64, 3, 1), (64, 3, 1), "pool", (128, 3, 1), (128, 3, 1), "pool", (256, 3, 1), (256, 3, 1), (256, 3, 1), "pool",
    (512, 3, 1), (512, 3, 1), (512, 3, 1),
)  # fmt: skip

PRESETS = {
    "tiny": {
        "shape": (20, 16, 2), "plan": (((4, 3, 2), (5, 3, 1, 2), "pool 3"), ((6, 3, 1, "valid"),)), "boxes": (3, 2),
        "scale": 10.0, "kinds": 4,
    },
    # Figure 2 and section 3: VGG-16 up to conv4_3, fc6 and fc7 as convolutions, and four more maps; 20 kinds of PASCAL VOC.
    "ssd300": {
        "shape": (300, 300, 3),
        "plan": (
            _VGG,
            ("pool", (512, 3, 1), (512, 3, 1), (512, 3, 1), "pool 3", (1024, 3, 1, 6), (1024, 1, 1)),
            ((256, 1, 1), (512, 3, 2)),
            ((128, 1, 1), (256, 3, 2)),
            ((128, 1, 1), (256, 3, 1, "valid")),
            ((128, 1, 1), (256, 3, 1, "valid")),
        ),
        "boxes": (4, 6, 6, 6, 4, 4), "scale": 20.0, "kinds": 20,
    },
}  # fmt: skip
