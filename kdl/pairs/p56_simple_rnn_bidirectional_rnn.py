"""
question: When does reading from both ends tell a tagger more, and when does it tell nothing new?
pair: P56
arms: simple-rnn, bidirectional-rnn
tasks: tag-by-next, tag-by-previous, hidden-letter
budget: short

The notes say that a network which reads from left to right does not know what follows, and that tasks in which every step is
labelled, such as finding names, need it. Here every step of a sequence gets a tag. In the first task the tag is the next
symbol, in the second the symbol before, of the same sequences: eight symbols, all equally likely and independent. Of the next
symbol nothing can be known from the left; the symbol before has been read by both networks. In the third task one letter of a
name is covered, as in a cloze test, and both sides of the gap tell something.

What is equal: the sequences of each seed and their order, 300 Adam steps of 64 sequences (600 for names), gradient clipped at
norm 1, tanh, orthogonal recurrent weights at the start, and the number of weights within 2 % (1,058 and 1,064 for symbols,
8,199 and 8,232 for names). What differs: the bidirectional network has two recurrences of 16 units (24 for names) where the
one-directional has one of 25 (43). That one is the simple RNN of the notes with an answer at each step. And the
learning rate: each arm has the one of 0.001, 0.003, 0.01, 0.03 and 0.1 (0.001 to 0.03 for names) with the highest mean
accuracy on tuning seeds 1000 to 1002, of rates that tie to three decimals the smallest. For the next symbol all five leave the
one-directional network at chance, so that its 0.001 is luck, and no matter; for the symbol before, 0.001, the lowest, scored
1.000 already.

What came out. The next symbol: who reads from left to right is right in 0.12 of the cases, which is chance, whatever the
network; who has also read from the end is always right, in every seed. The symbol before: both are always right, and the
second direction tells nothing new; it does no harm either, with as many weights. A covered letter: 0.18 against 0.24, ahead in
10 of 10 seeds. That is what the future is worth where it only hints: a third more right guesses, not all. (Always answering the
most frequent letter is right in one case of nine.)
The figure replaces one symbol and looks which tags change. From left to right no tag changes with a symbol ahead, by
construction. The bidirectional network looks at exactly the symbol that decides, one ahead or one before, and at no other: it
was told neither where to look nor which direction to trust. Where the one-directional network can only guess, its guesses
change with everything that it has read.

What would change the verdict: an answer that may come one step later, by which time a network that reads from left to right
has read the next symbol too; a stream that has no end yet, where there is nothing to read backwards from (for forecasts, which
the notes list, that is so: E193); a tag that needs both sides combined, which a linear answer to two separate states cannot
do; more names and more steps, which either network could use. Sizes are small; nothing is said about language in sentences.
"""

from statistics import fmean

from kdl.experiment.arms import ByCondition, trained
from kdl.experiment.claims import Equal, Greater, Measure, Prediction
from kdl.experiment.measured import Figure, Measured
from kdl.pairs._taggers import one_way, swayed

ACCURACY = Measure("accuracy", "share of the tags that are right", better="more", worst=0.0)

CONDITIONS = {
    "next": "the tag is the next symbol",
    "previous": "the tag is the symbol before",
    "letter": "the tag is the covered letter of a name",
}
TASKS = {"next": "tag-by-next", "previous": "tag-by-previous", "letter": "hidden-letter"}
STEPS = {"next": 300, "previous": 300, "letter": 600}
REACH = 5  # symbols before and behind a step that the figure looks at


def arm(network, *, units, rates):
    """One arm: a training for each condition, of the size and at the rate that it has there."""
    return ByCondition(
        {
            name: trained(
                network,
                task,
                sizes={"units": units[name]},
                learning_rate=rates[name],
                steps=STEPS[name],
                batch_size=64,
                clip_norm=1.0,
                probes={} if name == "letter" else {"swayed": sway},
            )
            for name, task in TASKS.items()
        }
    )


def sway(model, x, y):
    """The share of tags that change with the symbol k steps on, k = -REACH .. REACH."""
    return swayed(model, x, REACH)


ARMS = {
    "simple-rnn": arm(
        one_way,
        units={"next": 25, "previous": 25, "letter": 43},
        rates={"next": 0.001, "previous": 0.001, "letter": 0.003},
    ),
    "bidirectional-rnn": arm(
        "bidirectional-rnn",
        units={"next": 16, "previous": 16, "letter": 24},
        rates={"next": 0.003, "previous": 0.003, "letter": 0.01},
    ),
}

ENTRIES = ("bidirectional-rnn", "simple-rnn")

CLAIMS = [
    Greater(
        id="next",
        text="Where the tag is the next symbol, the bidirectional network is right more often, by at least 0.5.",
        a="bidirectional-rnn",
        b="simple-rnn",
        measure=ACCURACY,
        condition="next",
        smallest=0.5,  # more than half of what lies between chance, 1/8, and all
        entries=ENTRIES,
    ),
    Equal(
        id="previous",
        text="Where the tag is the symbol before, reading from the end as well changes the accuracy by less than 0.02.",
        a="bidirectional-rnn",
        b="simple-rnn",
        measure=ACCURACY,
        condition="previous",
        smallest=0.02,  # one tag in 50
        entries=ENTRIES,
    ),
    Greater(
        id="letter",
        text="Of covered letters of names the bidirectional network guesses more right, by at least 0.03.",
        a="bidirectional-rnn",
        b="simple-rnn",
        measure=ACCURACY,
        condition="letter",
        smallest=0.03,  # 39 of 1,295 names; by chance alone the accuracy of one network is off by 0.011
        entries=ENTRIES,
    ),
]

PREDICTION = Prediction(
    claim="previous",
    question="The tag of each symbol is the symbol before it. As many weights: who is right more often, by 0.02 or more?",
    choices={
        "equal": "neither: they differ by less than 0.02",
        "bidirectional-rnn": "the bidirectional network: it has read the whole sequence",
        "simple-rnn": "the simple RNN: all of its units remember the past",
        "neither": "not shown: the interval reaches over the band's edge",
    },
)


def figure(measured: Measured) -> Figure | None:
    """The share of tags that change with a symbol, by where that symbol stands: the mean of the seeds."""
    shown = {
        f"{name}, tag: {condition}": measured.curves(name, condition, "swayed.trained")
        for condition in ("next", "previous")
        for name in ARMS
    }
    if not all(shown.values()):
        return None
    series = {name: [fmean(shares) for shares in zip(*curves, strict=True)] for name, curves in shown.items()}
    return Figure(
        title="Share of tags that change when a symbol is replaced, by where that symbol stands",
        message="one step ahead: " + "; ".join(f"{name}: {shares[REACH + 1]:.2f}" for name, shares in series.items()),
        series=series,
        x=(f"{REACH} steps before", f"{REACH} steps ahead"),
    )
