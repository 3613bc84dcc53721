"""
question: How many multiply-adds does a depthwise separable convolution save, and how many a grouped one?
pair: T20
arms: convolution-2d, depthwise-separable-convolution, group-convolution
budget: short

The notes call both cheaper than a convolution. By how much is not measured but counted: a convolution with a kernel of
k x k, from C channels to N, does H W k^2 C N multiply-adds for a picture of H x W. In G groups each output sees C / G
channels only: 1 / G of that. The separable one looks at each channel alone (H W k^2 C) and then mixes them at each place
(H W C N); together that is

    1/N + 1/k^2

of the whole (Howard and others, MobileNets, 2017, section 3.1). With k = 3 it is never less than 1/9, however many channels
there are: the depthwise part gets cheap, the mixing stays.

What is counted: one layer of each kind with the same input, kernel and output, built by Keras, by what it computes when it
answers (`kdl.metrics.multiply_adds`). The formulas are not used to count; they are what the counts are held against.

What it does not say. Fewer multiply-adds are not as much less time: a depthwise layer does few sums for each number that
it reads, so that memory is what it waits for. And less work is less to learn with: a grouped convolution never lets the
channels of two groups meet, which is why ShuffleNet shuffles them.
"""

from functools import partial

from kdl.experiment.claims import Exact, Prediction

PLACES, KERNEL, CHANNELS, FILTERS, GROUPS = 32, 3, 64, 128, 4


def costs(*names):
    """Multiply-adds of the named kinds of layer for one picture (1, H, W, C)."""
    from kdl.backend import start
    from kdl.metrics import multiply_adds

    keras = start()
    how = {"filters": FILTERS, "kernel_size": KERNEL, "padding": "same", "use_bias": False}
    layers = {
        "whole": keras.layers.Conv2D(**how),
        "separable": keras.layers.SeparableConv2D(**how),
        "grouped": keras.layers.Conv2D(**how, groups=GROUPS),
    }
    counts = {}
    for name in names:
        picture = keras.Input((PLACES, PLACES, CHANNELS))
        model = keras.Model(picture, layers[name](picture))
        counts[name] = multiply_adds.total(multiply_adds.of_model(model, keras.ops.ones((1, PLACES, PLACES, CHANNELS))))
    return counts


CLAIMS = [
    Exact(
        id="separable",
        text="3x3, 64 to 128 channels: a depthwise separable convolution does 1/128 + 1/9 of the work of a whole one.",
        a="depthwise-separable-convolution",
        b="convolution-2d",
        compute=partial(costs, "whole", "separable"),
        # s / w = 1/N + 1/k^2, without a division: s N k^2 = w (k^2 + N)
        holds=lambda counts: counts["separable"] * FILTERS * KERNEL**2 == counts["whole"] * (KERNEL**2 + FILTERS),
        entries=("depthwise-separable-convolution", "convolution-2d"),
    ),
    Exact(
        id="grouped",
        text="In 4 groups, a convolution does a quarter of the work.",
        a="group-convolution",
        b="convolution-2d",
        compute=partial(costs, "whole", "grouped"),
        holds=lambda counts: counts["grouped"] * GROUPS == counts["whole"],
        entries=("group-convolution", "convolution-2d"),
    ),
    Exact(
        id="cheapest",
        text="Of the two, the separable one does less.",
        a="depthwise-separable-convolution",
        b="group-convolution",
        compute=partial(costs, "separable", "grouped"),
        holds=lambda counts: counts["separable"] < counts["grouped"],
        entries=("depthwise-separable-convolution", "group-convolution"),
    ),
]

PREDICTION = Prediction(
    claim="cheapest",
    question="3x3, 64 to 128 channels: does a depthwise separable convolution do less work than one in 4 groups?",
    choices={"yes": "yes, the separable one does less", "no": "no, the one in 4 groups does less, or as much"},
)
