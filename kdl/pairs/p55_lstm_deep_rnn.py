"""
question: Is a stack of two LSTM layers better than one wider layer with as many weights, where the data are nested?
pair: P55
arms: lstm, deep-rnn
tasks: close-brackets
budget: long
reason: 60 trainings through 21 steps of time, one after the other, half of them through two layers

The notes say that recurrent layers are stacked to find hierarchy, the lower ones for small units and the upper ones for large,
and that stacks overfit and take long to train. Whether depth itself does that can only be seen where the number of weights
stays: the usual comparison adds a layer, and with it more than as many weights again. Here they read 21 brackets of four
kinds, nested in each other, and name the kind that has to be closed next. With at most two open at once there is hardly a
hierarchy; with six a reader needs a stack of what is open.

Three trainings each: depth 2 and depth 6 with new sequences at every step, and depth 6 with no more than 500 different ones, so
that they can be learned by heart.

What is equal: the sequences of each seed and their order, 600 Adam steps of 64, gradient clipped at norm 1, Keras's LSTM layer
with its starts (both arms come from the file of deep-rnn: one layer of it is the LSTM), and the number of weights within 1 %
(5,680 and 5,684). What differs: one layer of 33 units, or two of 20. And the learning rate: each arm has the one of 0.003,
0.01, 0.03 and 0.1 with the highest mean accuracy on tuning seeds 1000 and 1001; of rates that tie, the smallest. (For depth 2
that is 0.003 for both, the lowest of the four; their accuracy there was 1.000. For 500 sequences the stack's 0.01 and 0.03 were
all but equal.)

What came out. With as many weights depth finds no hierarchy that width does not find. With at most two open both are always
right. With six the wide layer is right in 0.95 of the cases and the stack in 0.94, which is ahead in two of ten seeds; that it
leads by 0.02 is refuted, it is behind by 0.011. Neither has learned the task to the end in 600 steps; the curves still rise.
That the stack overfits more is refuted too, the other way round. After 500 sequences both know these by heart (1.00 each), but
of fresh ones the stack names 0.73 and the wide layer 0.69: its gap is 0.26 against 0.31, and smaller in ten of ten seeds. That
it would be smaller was not claimed; it is for another run to test, with one rate for both among other things, since here the
stack's is the lower. Weights and data are alike, so that the rest of the difference is open.
That the stack takes longer holds: 1.61x the time, for as many multiply-adds. The second layer cannot start a step before the
first has ended it, so that there are more and smaller products, one after the other. The two were timed side by side, seed by
seed; a busier machine showed less of it.

What would change the verdict: as many units in place of as many weights, which is the usual comparison and more than doubles
the weights; more steps; three layers and more; data with a hierarchy of more kinds than one. Nothing was looked at inside the
layers, so nothing is said of what each of them holds (E191). Sizes are small, and brackets are not speech.
"""

from math import log2
from statistics import fmean

from kdl.experiment.arms import Trained, trained
from kdl.experiment.claims import Equal, Greater, Measure, Prediction
from kdl.experiment.measured import Figure, Measured

ACCURACY = Measure("accuracy", "share of fresh sequences whose next bracket is named", better="more", worst=0.0)
GAP = Measure("gap", "accuracy on the sequences of the training less that on fresh ones", better="less", worst=1.0)
SECONDS = Measure("seconds", "seconds of training", better="less", worst=1e4, scale="ratio")

CONDITIONS = {
    "2": "at most 2 open, new sequences",
    "6": "at most 6 open, new sequences",
    "few": "at most 6 open, 500 sequences",
}
OPTIONS = {"2": {"depth": 2}, "6": {"depth": 6}, "few": {"depth": 6, "pool": 500}}
STEPS = 600


class Examined(Trained):
    """An arm that is also asked about sequences that it was trained on, where there is a pool of them."""

    def __call__(self, seed, condition):
        found, trainer = super().__call__(seed, condition), self._trainer(condition)
        if trainer.task.options["pool"] is None:
            return found
        x, y = trainer.task.batches(seed, 0, 0, 1000)
        known = trainer.task.score(y, trainer.predict(x))
        return {**found, "known": known, "gap": known - found["accuracy"]}


def arm(*, num_layers, units, rates):
    """One arm, with its rate at each condition."""
    made = trained(
        "deep-rnn",
        "close-brackets",
        sizes={"num_layers": num_layers, "units": units},
        options={"length": 21},
        at={name: {"options": OPTIONS[name], "learning_rate": rates[name]} for name in CONDITIONS},
        steps=STEPS,
        batch_size=64,
        clip_norm=1.0,
        curve=True,
    )
    return Examined(**vars(made))


ARMS = {
    "lstm": arm(num_layers=1, units=33, rates={"2": 0.003, "6": 0.03, "few": 0.03}),
    "deep-rnn": arm(num_layers=2, units=20, rates={"2": 0.003, "6": 0.03, "few": 0.01}),
}
DIFFERS = ("num_layers", "units")

ENTRIES = ("deep-rnn", "lstm")

CLAIMS = [
    Greater(
        id="hierarchy",
        text="Where up to six brackets are open, the stack names the next one right more often, by at least 0.02.",
        a="deep-rnn",
        b="lstm",
        measure=ACCURACY,
        condition="6",
        smallest=0.02,  # 20 of the 1,000 sequences; by chance alone an accuracy of 0.95 is off by 0.007
        entries=ENTRIES,
        errata=("E191",),
    ),
    Equal(
        id="flat",
        text="Where at most two are open, depth buys nothing: the accuracies differ by less than 0.01.",
        a="deep-rnn",
        b="lstm",
        measure=ACCURACY,
        condition="2",
        smallest=0.01,  # half of what is asked of the stack where there is a hierarchy
        entries=ENTRIES,
        errata=("E191",),
    ),
    Greater(
        id="overfits",
        text="Trained on 500 sequences, the wide layer has the smaller gap between known and fresh ones, by at least 0.03.",
        a="lstm",
        b="deep-rnn",
        measure=GAP,
        condition="few",
        smallest=0.03,  # 30 of the 1,000 sequences of either kind
        entries=(*ENTRIES, "overfitting"),
        errata=("E205",),
    ),
    Greater(
        id="slower",
        text="With as many weights, training the stack takes at least 1.25 times as long as training the wide layer.",
        a="lstm",
        b="deep-rnn",
        measure=SECONDS,
        condition="6",
        smallest=log2(1.25),  # a quarter more: what somebody who waits notices
        entries=ENTRIES,
    ),
]

PREDICTION = Prediction(
    claim="hierarchy",
    question="Brackets up to six deep, as many weights: who names the one to close next right more often, by 0.02 or more?",
    choices={
        "deep-rnn": "the stack of two layers: depth finds hierarchy",
        "lstm": "the one wide layer: it has more units to remember with",
        "neither": "neither: less than 0.02 between them, or it changes from seed to seed",
    },
)


def figure(measured: Measured) -> Figure | None:
    """The accuracy on fresh sequences by the steps of training: the mean of the seeds."""
    shown = {
        f"{arm}, {told}": measured.curves(arm, condition, "accuracy.curve")
        for condition, told in (("6", "new sequences"), ("few", "500 sequences"))
        for arm in ARMS
    }
    if not all(shown.values()):
        return None
    series = {name: [fmean(shares) for shares in zip(*curves, strict=True)] for name, curves in shown.items()}
    return Figure(
        title="Depth against width at equal weights: share of fresh sequences that are right, by the steps of training",
        message=f"after {STEPS} steps: " + "; ".join(f"{name}: {shares[-1]:.2f}" for name, shares in series.items()),
        series=series,
        x=("100 steps", f"{STEPS} steps"),
    )
