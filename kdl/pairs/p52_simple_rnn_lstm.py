"""
question: Does an LSTM remember over more steps than a simple RNN of the same size?
pair: P52
arms: simple-rnn, lstm
tasks: adding
budget: long
reason: 60 trainings; a step in time cannot start before the one before it is done, and length 100 has a hundred of them

The notes say that a simple RNN forgets, because its gradient vanishes on the way back through time, and that the gates
and the second state of an LSTM keep memory. Here both learn to add two marked numbers of a long sequence. The first
stands in its first half, the second in its second half: whoever carries neither to the end answers 1 and has an error of
1/6 = 0.167; whoever carries the second alone can come down to 1/12 = 0.083.

What is equal: the task, the sequences of each seed and their order, 800 Adam steps of 64 sequences, the gradient clipped
at norm 1, orthogonal recurrent weights at the start, and the number of parameters (4,486 and 4,513).
What differs: the cell, and the learning rate. Each arm has the better one of 0.0003, 0.001, 0.003, 0.01, 0.03 and 0.1, by
the mean error over the three lengths on tuning seeds 1000 to 1002, the best two again on 1003 to 1007. None of them is
evaluated.

What came out. At length 50 every LSTM learns the task and no simple RNN does; at length 20 the simple RNN is nearly there,
so the lead grows with the distance. At length 100 an LSTM may still be waiting when the steps are over.
The figure corrects the usual story. At the start the gradient of the LSTM shrinks faster than that of the simple RNN, which
starts from an orthogonal matrix: forget gates of sigmoid(1) = 0.73 forget. What an LSTM has is not a gradient that survives,
but one that training can make survive: it opens the forget gates, and the simple RNN has nothing to open.

What would change the verdict: more steps (three simple RNNs of tuning seeds that took 4,000, at rate 0.001, did learn
length 50: it is slower here, not unable), another start of its recurrent weights (pair P54), or a task that needs no
carrying. Sizes and lengths are small; nothing is said about language.
"""

from kdl.experiment import gradient_flow
from kdl.experiment.arms import trained
from kdl.experiment.claims import Greater, Interaction, Measure, Prediction
from kdl.experiment.measured import Figure, Measured

# The worst score is that of a network which answers 0 to everything: 1/6 and the square of the mean answer, 1.
ERROR = Measure("mse", "mean squared error on 1,000 fresh sequences", better="less", worst=7 / 6, target=0.02)

CONDITIONS = {"20": "length 20", "50": "length 50", "100": "length 100"}

SHARED = {
    "varies": "length",
    "steps": 800,
    "batch_size": 64,
    "clip_norm": 1.0,
    "probes": {"gradient": gradient_flow.through_time},
}
ARMS = {
    "simple-rnn": trained("simple-rnn", "adding", sizes={"units": 65}, learning_rate=0.003, **SHARED),
    "lstm": trained("lstm", "adding", sizes={"units": 32}, learning_rate=0.01, **SHARED),
}

CLAIMS = [
    Greater(
        id="remembers-50",
        text="At length 50 the LSTM's error is lower than the simple RNN's, by at least 0.05.",
        a="lstm",
        b="simple-rnn",
        measure=ERROR,
        condition="50",
        smallest=0.05,
        entries=("lstm", "simple-rnn", "vanishing-gradient"),
        errata=("E130", "E183"),
    ),
    Interaction(
        id="gap-grows",
        text="The LSTM's lead grows from length 20 to length 100, by at least 0.05.",
        a="lstm",
        b="simple-rnn",
        measure=ERROR,
        conditions=("20", "50", "100"),
        shape="grows",
        smallest=0.05,
        entries=("lstm", "simple-rnn", "vanishing-gradient"),
        errata=("E130", "E183"),
    ),
]

PREDICTION = Prediction(
    claim="remembers-50",
    question="Sequences of 50 steps, networks of equal size: which of them has the lower error after 800 steps of training?",
    choices={
        "lstm": "the LSTM, clearly",
        "simple-rnn": "the simple RNN, clearly",
        "neither": "neither: the difference is small, or changes from seed to seed",
    },
)


def figure(measured: Measured) -> Figure | None:
    """The share of the gradient that is left after d steps back, before and after training, at the middle length."""
    condition = "50" if "50" in measured.conditions() else measured.conditions()[-1]
    shares = {
        f"{arm}, {when}": gradient_flow.share_left(measured.curves(arm, condition, f"gradient.{when}"))
        for arm in ARMS
        for when in ("start", "trained")
    }
    if not all(shares.values()):
        return None
    return Figure(
        title=f"Share of the gradient that is left, by the steps back from the end ({CONDITIONS[condition]})",
        message="; ".join(f"{name}: {gradient_flow.told(values)}" for name, values in shares.items()),
        series=shares,
        x=("0 steps back", f"{int(condition) - 1} steps back"),
        log=True,
    )
