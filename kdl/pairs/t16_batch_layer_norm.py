"""
question: How small may a batch be before batch normalisation fails where layer normalisation does not?
pair: T16
arms: batch-norm, layer-norm
tasks: digits
budget: short

The notes say that batch normalisation is good as long as the batch is reasonably large, and that layer normalisation does not
depend on its size. Both take a mean off, divide by a standard deviation, and then scale and shift by learned numbers. They
differ in where the mean is from: of one unit over the pictures of the batch (Ioffe, Szegedy, 2015), or of one picture over the
units of the layer (Ba and others, 2016). So batch norm sees less the smaller the batch. From two pictures all that is left of
a unit is which of both made it larger, since the two numbers become +1 and -1; from one picture nothing is left but 0. That is
while it is trained. When it is tested, batch norm takes running averages of those means and variances instead, so that its
answer to a picture does not depend on the others. Small batches can therefore harm it twice: by the noise in what it is trained
on, and because the test is made with other numbers than the training.

What is equal: a stack of 2 layers of 64 ReLUs that reads digits, its weights at the start, 600 steps of Adam, and for each
batch size the pictures and their order. Fewer pictures a batch mean fewer pictures in all; both arms see the same ones. Batch
norm has 9,482 numbers, of which 256 are running means and variances, and layer norm 9,226.
What differs: which mean and variance are taken, and the learning rate. Each arm has the best of 0.001, 0.003, 0.01 and 0.03 at
each batch size, by the mean accuracy on tuning seeds 1000 and 1001, the best two again on 1002 to 1004. Where the lowest of
them was chosen, 0.0003 was tried later on the first two: with layer norm at 4 and 2 it reads less, and with batch norm at 1 it
reads what 0.001 and 0.003 read, which is a guess. So no rate was changed.

What came out. With batches of 32 there is nothing between them (0.930 and 0.934 read right), with 8 little (0.913 and 0.904).
Batch norm falls behind at 4 (0.883 against 0.901), reads 0.724 against 0.872 at 2, and guesses at 1 (0.111 against 0.804).
Not only the running averages are to blame: the training loss, which is taken without them, is higher at 2 as well, 1.75 against
0.74 (the mean over the whole training, which at that size is less than one pass over the pictures).
Layer norm falls too: by the end it has seen 600 pictures instead of 19,200. So the notes are right that it does not depend on
the size of the batch, in this sense: what it makes of a picture is the same whatever the others are. How well a network learns
depends on it anyway.

What would change the verdict: pictures instead of rows of numbers. In a convolution batch norm takes its mean over all
positions as well, so that a batch of 2 holds many numbers of a channel, and small batches cost less. Wu and He (2018) saw that
cost in a ResNet; their cure, which the notes leave out (erratum E053), is group norm, a mean over some channels of one example.
More steps do not help a batch of 1: no gradient gets past the 0. Nothing is said here of recurrent or much deeper networks.
"""

from statistics import fmean

from kdl.experiment.arms import trained
from kdl.experiment.claims import Equal, Greater, Interaction, Measure, Prediction
from kdl.experiment.measured import Figure, Measured
from kdl.pairs._networks import stack

ACCURACY = Measure("accuracy", "share of the test set that is read right", better="more", worst=0.0, target=0.9)

CONDITIONS = {"32": "batches of 32", "8": "batches of 8", "4": "batches of 4", "2": "batches of 2", "1": "batches of 1"}


def arm(normalisation, rates):
    """One arm.

    Args:
        normalisation: "batch" or "layer".
        rates: batch size -> learning rate.
    """
    return trained(
        stack,
        "digits",
        varies="batch_size",
        sizes={"normalisation": normalisation},
        at={size: {"learning_rate": rate} for size, rate in rates.items()},
        steps=600,
        clip_norm=None,
    )


ARMS = {
    "batch-norm": arm("batch", {"32": 0.003, "8": 0.003, "4": 0.003, "2": 0.003, "1": 0.001}),
    "layer-norm": arm("layer", {"32": 0.003, "8": 0.003, "4": 0.001, "2": 0.001, "1": 0.003}),
}

ENTRIES = ("layer-norm", "batch-norm")

CLAIMS = [
    Equal(
        id="large",
        text="With batches of 32 there is nothing between them: the accuracies differ by less than 0.02.",
        a="layer-norm",
        b="batch-norm",
        measure=ACCURACY,
        condition="32",
        # Seven pictures of 360; by chance alone the accuracy of one network is off by 0.015.
        smallest=0.02,
        entries=ENTRIES,
    ),
    Interaction(
        id="smaller",
        text="From batches of 32 to batches of 2 layer norm's lead in accuracy grows, by 0.05 at least.",
        a="layer-norm",
        b="batch-norm",
        measure=ACCURACY,
        conditions=("32", "8", "4", "2"),
        shape="grows",
        # One in twenty, 18 pictures of 360: more than chance makes of the difference of two leads.
        smallest=0.05,
        entries=ENTRIES,
        errata=("E053",),
    ),
    Greater(
        id="one",
        text="One picture at a time batch norm learns nothing: layer norm leads by 0.5 at least.",
        a="layer-norm",
        b="batch-norm",
        measure=ACCURACY,
        condition="1",
        # Who guesses has 0.1: a lead of 0.5 is between learning nothing and reading most.
        smallest=0.5,
        entries=ENTRIES,
        errata=("E053",),
    ),
]

PREDICTION = Prediction(
    claim="smaller",
    question="600 steps each: does layer norm's lead over batch norm grow by 0.05 as batches shrink from 32 pictures to 2?",
    choices={
        "yes": "yes, clearly",
        "no": "no: it grows by less, or not at all",
        "neither": "it changes so much from seed to seed that neither is shown",
    },
)


def figure(measured: Measured) -> Figure | None:
    """The mean accuracy by the batch size, from large to small."""
    scores, sizes = measured.scores(ACCURACY), measured.conditions()
    if any((arm, size) not in scores for arm in ARMS for size in sizes):
        return None
    series = {arm: [fmean(scores[arm, size].values()) for size in sizes] for arm in ARMS}
    said = (f"{arm}: " + ", ".join(f"{mean:.3f}" for mean in means) for arm, means in series.items())
    return Figure(
        title=f"Accuracy after 600 steps, by the size of a batch ({', '.join(sizes)})",
        message="; ".join(said),
        series=series,
        x=(CONDITIONS[sizes[0]], CONDITIONS[sizes[-1]]),
    )
