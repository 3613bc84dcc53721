"""
question: Does a deep stack of ReLU layers learn where one of sigmoid layers does not?
pair: T07
arms: sigmoid, relu
tasks: digits
budget: short

The notes say: use ReLU instead of sigmoid, and gradients do not vanish. The reason is one factor of the chain rule. On its
way back through a layer the gradient is multiplied by the slope of the unit: at most 1/4 for a sigmoid, h (1 - h); 1 for a
ReLU that is on, max(z, 0). Nine layers of 1/4 leave 4e-6. Does that show in what is learned, and only in deep stacks?

What is equal: a stack of 2, 5 or 10 layers of 64 units that reads digits, its weights at the start (Glorot's, the same
numbers for both arms), 600 steps of 32 pictures and their order, 8,970 parameters with 2 layers. Plain SGD; a fourth
condition trains the 10 layers with Adam, whose steps do not shrink with the gradient.
What differs: the activation, and the learning rate. Each arm has the best of 0.03, 0.1, 0.3, 1 and 3 (Adam: 0.0003, 0.001,
0.003 and 0.01) at each depth, by the mean accuracy on tuning seeds 1000 and 1001, the best two again on 1002 to 1004. The
5 and 10 layers of sigmoids learned at none of them.

What came out. Before the first step the first of ten sigmoid layers has 2.4 millionths of the last one's gradient; the first
ReLU layer has more than the last. With 2 layers the sigmoids are only a little behind (0.884 against 0.913 read right); with
5 and with 10 they guess (0.100), and ReLUs read (0.911 and 0.808).
Adam does not change that: 0.101 against 0.879. So small steps are not all that is wrong. The same factor works forwards: from
picture to picture a unit of the first sigmoid layer differs by 0.06 at the start, one of the tenth by 0.000004 (standard
deviation, tuning seed 1000; ReLU: 0.14 and 0.003). All pictures look alike there, and no length of step tells them apart.

What would change the verdict: the start. Ten sigmoid layers whose weights start four times as large, so that they make up
for the slope of 1/4, read 0.86 with Adam (rate 0.003, tuning seed 1000). Patience does little: 4,000 steps of Adam from the
usual start come to 0.30 (rate 0.001, same seed). Batch normalisation and shortcuts are other ways out. It is a slope below 1
times the weights that vanishes, and not the sigmoid alone: ReLUs with small weights vanish too (pair T10).
"""

from math import log2

from kdl.experiment.arms import ByCondition, trained
from kdl.experiment.claims import Greater, Interaction, Measure, Prediction
from kdl.experiment.measured import Figure, Measured
from kdl.pairs import _probes
from kdl.pairs._networks import stack

ACCURACY = Measure("accuracy", "share of the test set that is read right", better="more", worst=0.0, target=0.9)
# No sigmoid's slope is above 1/4, so 9 layers leave about 1/4^9 = 4e-6; what did not shrink is near 1.
FIRST = Measure(
    "first.start", "gradient of the first layer over that of the last, at the start", better="more", worst=1e-12, scale="ratio"
)

CONDITIONS = {"2": "2 layers", "5": "5 layers", "10": "10 layers", "10-adam": "10 layers, Adam"}


def network(activation, depth, rate, optimizer="sgd"):
    """One arm under one condition."""
    return trained(
        stack,
        "digits",
        sizes={"activation": activation, "depth": depth},
        optimizer=optimizer,
        learning_rate=rate,
        steps=600,
        batch_size=32,
        clip_norm=None,
        probes={"gradient": _probes.gradients, "first": _probes.first_to_last},
    )


ARMS = {
    "sigmoid": ByCondition(
        {
            "2": network("sigmoid", 2, 1.0),
            "5": network("sigmoid", 5, 1.0),
            "10": network("sigmoid", 10, 1.0),
            "10-adam": network("sigmoid", 10, 0.001, "adam"),
        }
    ),
    "relu": ByCondition(
        {
            "2": network("relu", 2, 0.3),
            "5": network("relu", 5, 0.1),
            "10": network("relu", 10, 0.1),
            "10-adam": network("relu", 10, 0.003, "adam"),
        }
    ),
}

ENTRIES = ("relu", "sigmoid", "vanishing-gradient")

CLAIMS = [
    Greater(
        id="first-layer",
        text="In a stack of 10, ReLU's first layer has at least 100 times the share of the last layer's gradient.",
        a="relu",
        b="sigmoid",
        measure=FIRST,
        condition="10",
        smallest=log2(100),
        entries=ENTRIES,
    ),
    Interaction(
        id="deeper",
        text="From 2 layers to 10 ReLU's lead in accuracy grows, by 0.2 at least.",
        a="relu",
        b="sigmoid",
        measure=ACCURACY,
        conditions=("2", "5", "10"),
        shape="grows",
        smallest=0.2,
        entries=ENTRIES,
    ),
    Greater(
        id="adam",
        text="Adam, whose steps do not shrink with the gradient, does not help the 10 sigmoid layers: ReLU leads by 0.2.",
        a="relu",
        b="sigmoid",
        measure=ACCURACY,
        condition="10-adam",
        smallest=0.2,
        entries=(*ENTRIES, "adam"),
    ),
]

PREDICTION = Prediction(
    claim="adam",
    question="10 layers, Adam, 600 steps: a small gradient does not make its steps small. Who reads digits better?",
    choices={
        "relu": "ReLU, by a fifth of all digits or more",
        "sigmoid": "sigmoid, by as much",
        "neither": "neither: the difference is small, or changes from seed to seed",
    },
)


def figure(measured: Measured) -> Figure | None:
    """The gradient's norm by layer, at the start, in the stack of 10."""
    curves = {arm: measured.curves(arm, "10", "gradient.start") for arm in ARMS}
    if not all(curves.values()):
        return None
    series = {arm: _probes.geometric(each) for arm, each in curves.items()}
    return Figure(
        title="Norm of the gradient by layer, before the first step (10 layers)",
        message="; ".join(f"{arm}: layer 1 has {norms[0] / norms[-1]:.2g} times layer 10's" for arm, norms in series.items()),
        series=series,
        x=("layer 1", "layer 10"),
        log=True,
    )
