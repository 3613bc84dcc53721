"""
question: Is Adam still ahead of plain SGD when both learning rates are tuned?
pair: T06
arms: sgd, adam
tasks: digits
budget: short

The notes say that adaptive steps lead to faster convergence. (They call them different time steps; it is the step *size* that
each weight has of its own: E020.) Here both train an MLP with 64 hidden units to read digits, in batches of 32: for two
passes over the data (88 steps), and for fifteen (660). Then the weights are given a reason to need step sizes of their own:
the rows of the picture are dimmed, from the first, which stays as it is, to the last, of which a tenth or a hundredth is
left. Nothing is lost by that (a larger weight makes up for it), but the gradient of a dim pixel is as small as the pixel.

What is equal: the network, the start, the data and their order, and how both are tuned. What differs: the optimizer. SGD is
plain, without momentum; of Adam only the learning rate is tuned, the rest is Keras's. Each arm has at each condition the best
of six rates by the mean accuracy on tuning seeds 1000 to 1002, a tie going to the lower training loss: on the plain pictures
0.1, 0.2, 0.4, 0.7, 1 and 1.4 for SGD and 0.002, 0.004, 0.007, 0.01, 0.02 and 0.04 for Adam; on dimmed ones 0.2, 0.5, 1, 2, 4
and 8, and 0.004, 0.01, 0.02, 0.04, 0.1 and 0.2. Adam's best at "tenth", 0.004, is the lowest of these; 0.001 and 0.002 were
tried besides and are worse, and so are 0.7 and 1.4 for SGD.

What came out. On plain pictures, no lead of Adam is shown. After two passes it reads one in a hundred more (0.863 against
0.853), but only in six of ten seeds. After fifteen it is behind in nine of ten, 0.904 against 0.918. That is no slow training:
the two end with about the same training loss, and what differs is how many hands of other writers they read (Wilson and
others, 2017, report the like of larger networks). "Equal" is not shown either: the mean difference, 0.014, lies outside the
band, but its interval, 0.006 to 0.023, reaches into it. Whoever is ahead by more or by less than one in a hundred, it is SGD.
Where rows are dimmed to a hundredth, the claim of the notes holds and by much: SGD comes to 0.776 and Adam to 0.893, and none
of the six rates brings SGD near that. Which part of Adam does it is not told apart here: it differs from plain SGD by the size
that each weight's step has, and by its momentum.

What would change the verdict: momentum for SGD, which would also tell the two parts apart (pair T03); a schedule for both; a
network whose layers need different rates, as a transformer, where the third claim would be the first; a rate that nobody
tuned, where Adam's default is near enough more often than any rate of SGD.
"""

from kdl.experiment.arms import trained
from kdl.experiment.claims import Equal, Greater, Interaction, Measure, Prediction
from kdl.experiment.measured import Figure, Measured

ACCURACY = Measure("accuracy", "share of the test pictures that are read right", better="more", worst=0.0, target=0.9)

CONDITIONS = {
    "2": "2 passes",
    "15": "15 passes",
    "tenth": "dimmed to a tenth",
    "hundredth": "dimmed to a hundredth",
}


def dimmed(*, shape, outputs, to=1.0, units=64):
    """A picture (B, H, W, C) -> one number for each digit (B, O); its rows are dimmed evenly, the last one `to` a share."""
    import keras
    import numpy as np
    from keras import layers

    picture = keras.Input(tuple(shape), name="picture")
    x = layers.Flatten(name="flatten")(picture)
    shares = np.repeat(np.geomspace(1, to, shape[0]), int(np.prod(shape[1:])))
    x = layers.Rescaling(shares, name="dimmed")(x)
    x = layers.Dense(units, activation="relu", name="hidden")(x)  # (B, units)
    return keras.Model(picture, layers.Dense(outputs, name="head")(x), name="dimmed")


def arm(optimizer, rates):
    """The network trained by one optimizer, with a rate for each condition."""
    two, fifteen, tenth, hundredth = rates
    return trained(
        dimmed,
        "digits",
        optimizer=optimizer,
        batch_size=32,
        clip_norm=None,
        curve=True,
        at={
            "2": {"steps": 88, "learning_rate": two},
            "15": {"steps": 660, "learning_rate": fifteen},
            "tenth": {"steps": 660, "learning_rate": tenth, "sizes": {"to": 0.1}},
            "hundredth": {"steps": 660, "learning_rate": hundredth, "sizes": {"to": 0.01}},
        },
    )


ARMS = {"sgd": arm("sgd", (0.7, 1.0, 1.0, 0.5)), "adam": arm("adam", (0.01, 0.01, 0.004, 0.04))}

CLAIMS = [
    # One in a hundred: 3.6 of the 360 pictures. Less than that does not decide which optimizer to take.
    Greater(
        id="faster",
        text="After two passes, Adam reads at least one in a hundred more digits right.",
        a="adam",
        b="sgd",
        measure=ACCURACY,
        condition="2",
        smallest=0.01,
        entries=("adam", "sgd"),
        errata=("E020",),
    ),
    Equal(
        id="in-the-end",
        text="After fifteen passes the two differ by less than one in a hundred.",
        a="adam",
        b="sgd",
        measure=ACCURACY,
        condition="15",
        smallest=0.01,
        entries=("adam", "sgd"),
        errata=("E020",),
    ),
    # One in twenty: what the dimming costs must be more than what tuning on three seeds can miss.
    Interaction(
        id="uneven",
        text="Where rows are dimmed to a hundredth, Adam's lead is larger than on plain pictures, by one in twenty at least.",
        a="adam",
        b="sgd",
        measure=ACCURACY,
        conditions=("15", "tenth", "hundredth"),
        shape="grows",
        smallest=0.05,
        entries=("adam", "sgd"),
        errata=("E020",),
    ),
]

PREDICTION = Prediction(
    claim="in-the-end",
    question="Plain pictures, fifteen passes, both rates tuned: who reads more digits right in the end?",
    choices={
        "equal": "they are equal, to one in a hundred",
        "adam": "Adam, by more than that",
        "sgd": "SGD, by more than that",
        "neither": "it cannot be told: the interval of the difference reaches over an edge of that band",
    },
)


def figure(measured: Measured) -> Figure | None:
    """Accuracy after each pass, mean over the seeds, on plain pictures and on those dimmed to a hundredth."""
    import numpy as np

    shown = {"15": "plain", "hundredth": "dimmed"}
    curves = {
        f"{arm}, {word}": measured.curves(arm, condition, "accuracy.curve") for condition, word in shown.items() for arm in ARMS
    }
    if not all(curves.values()):
        return None
    means = {name: np.mean(seeds, axis=0).tolist() for name, seeds in curves.items()}
    return Figure(
        title="Share of the test pictures read right after each pass, mean over the seeds",
        message="; ".join(f"{name}: {values[-1]:.3f} in the end" for name, values in means.items()),
        series=means,
        x=("1 pass", f"{len(next(iter(means.values())))} passes"),
    )
