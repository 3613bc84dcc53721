"""
question: Does a ReLU that is off for every picture ever come back, and does a leak help?
pair: T09
arms: relu, leaky-relu
tasks: digits
budget: short

The notes say that a leaky ReLU is a ReLU that passes a little below 0: max(z, 0.01 z) (Maas and others, 2013). What is that
good for? A ReLU that is off passes no gradient. Off for every picture of the training set, it gets none at all: it is dead.
In the first layer it stays so for good, since nothing can change what comes in; in a later one the layers before it may still
move. A leaky unit that is off gets a hundredth of the gradient, and Adam makes that a whole step.

What is equal: a stack of 2 layers of 64 units that reads digits, its weights at the start, 440 steps of Adam on 32 pictures
and their order, 8,970 parameters. Units die in several ways, above all by too long steps; here many are off from the start,
because all hidden biases start at 0, -0.5 or -1. "Silent" is counted alike in both arms: not above 0 for any picture of the
training set.
What differs: the slope below 0, which is 0 or 0.01, and the learning rate. Each arm has the best of 0.001, 0.003, 0.01 and
0.03 at each bias, by the mean accuracy on tuning seeds 1000 and 1001, the best two again on 1002 to 1004. ReLUs that start at
-1 learned at none of them.

What came out. From biases of -1, 0.86 of the units are silent before the first step. With ReLU not one is fewer ten epochs
later, in any seed; of the leaky ones 0.14 are left. The ReLU networks guess (0.101 read right), the leaky ones read (0.901).
From -0.5 it is all or nothing: four of ten ReLU networks read as well as the leaky ones (0.89 to 0.92 of the digits), and six
guess. Where every unit of the second layer is off, nothing gets past it, forwards or backwards.
From 0, the usual start, the leak changes nothing in what is read: 0.906 and 0.906. Training silences some ReLUs there as well
(0.04 before, 0.13 after), and the network does without them. This is what Maas and others saw too: leaky units did about as
well as ReLUs. A leak is an insurance.

What would change the verdict: a less drastic way to die, as a rate too high for a few steps; a network with no units to spare,
where each dead one is missed; or one with normalisation or shortcuts, through which a silent layer can be passed or woken.
"""

from statistics import fmean

from kdl.experiment.arms import Trained, trained
from kdl.experiment.claims import Equal, Greater, Measure, Prediction
from kdl.experiment.measured import Figure, Measured
from kdl.pairs import _probes
from kdl.pairs._networks import stack

ACCURACY = Measure("accuracy", "share of the test set that is read right", better="more", worst=0.0, target=0.9)
SILENT = Measure("silent", "share of hidden units that are off for every picture of the training set", better="less", worst=1.0)

CONDITIONS = {"0": "biases start at 0", "-0.5": "biases start at -0.5", "-1": "biases start at -1"}


def network(*, slope, bias=0.0, **sizes):
    """A stack of units max(z, slope z).

    Args:
        slope: below 0; 0 is ReLU.
        bias: of every hidden unit at the start.
    """
    import keras

    unit = keras.layers.LeakyReLU(slope)  # no function made here: a copy of the model could not name it
    return stack(activation=unit, bias={"class_name": "Constant", "config": {"value": bias}}, **sizes)


def silent(model) -> float:
    """The share of hidden units that are not above 0 for any picture of the training set."""
    import numpy as np

    from kdl.data import digits8

    (x, _), _ = digits8.split()
    return float(np.mean([(given <= 0).all(axis=0) for given in _probes.activations(model, x)]))


class Watched(Trained):
    """An arm that counts its silent units, at the start and after each epoch."""

    def __call__(self, seed, condition):
        trainer = self._trainer(condition)
        trainer.reset(seed)
        shares = [silent(trainer.model)]
        done = trainer.run(seed, on_epoch=lambda row: shares.append(silent(trainer.model)))
        numbers = {"accuracy": done["score"], "silent.start": shares[0], "silent": shares[-1], "silent.curve": shares}
        return {**numbers, "seconds": done["seconds"]}


def arm(slope, rates):
    """One arm.

    Args:
        slope: of its units, below 0.
        rates: bias at the start -> learning rate.
    """
    made = trained(
        network,
        "digits",
        varies="bias",
        sizes={"slope": slope},
        at={bias: {"learning_rate": rate} for bias, rate in rates.items()},
        steps=440,
        batch_size=32,
        clip_norm=None,
    )
    return Watched(**vars(made))


ARMS = {
    "relu": arm(0.0, {"0": 0.003, "-0.5": 0.01, "-1": 0.01}),
    "leaky-relu": arm(0.01, {"0": 0.003, "-0.5": 0.01, "-1": 0.01}),
}

ENTRIES = ("leaky-relu", "relu")

CLAIMS = [
    Greater(
        id="revived",
        text="Of units that start at a bias of -1 the leaky network has fewer that are silent after training, by 0.2.",
        a="leaky-relu",
        b="relu",
        measure=SILENT,
        condition="-1",
        smallest=0.2,
        entries=ENTRIES,
    ),
    Greater(
        id="half-dead",
        text="Where the biases start at -0.5 the leaky network reads more digits right, by 0.05.",
        a="leaky-relu",
        b="relu",
        measure=ACCURACY,
        condition="-0.5",
        smallest=0.05,
        entries=ENTRIES,
    ),
    Equal(
        id="ordinary",
        text="Where the biases start at 0, as they usually do, the accuracies differ by less than 0.02.",
        a="leaky-relu",
        b="relu",
        measure=ACCURACY,
        condition="0",
        smallest=0.02,
        entries=ENTRIES,
    ),
]

PREDICTION = Prediction(
    claim="half-dead",
    question="Over half of the hidden units are off for every picture at the start. Which network learns to read more digits?",
    choices={
        "leaky-relu": "the leaky one, by 0.05 or more",
        "relu": "the one of ReLUs, by as much",
        "neither": "neither: the difference is small, or changes from seed to seed",
    },
)


def figure(measured: Measured) -> Figure | None:
    """The mean share of silent units over training, where the biases start at -1."""
    condition = "-1" if "-1" in measured.conditions() else measured.conditions()[-1]
    curves = {arm: measured.curves(arm, condition, "silent.curve") for arm in ARMS}
    if not all(curves.values()):
        return None
    series = {arm: [fmean(shares) for shares in zip(*each, strict=True)] for arm, each in curves.items()}
    return Figure(
        title=f"Share of hidden units that are off for every training picture ({CONDITIONS[condition]})",
        message="; ".join(f"{arm}: from {shares[0]:.2f} to {shares[-1]:.2f}" for arm, shares in series.items()),
        series=series,
        x=("start", f"{len(series['relu']) - 1} epochs"),
    )
