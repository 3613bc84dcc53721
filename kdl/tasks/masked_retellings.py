"""
title: Guess the covered words of a sentence
data: retellings
metric: accuracy
baseline: 0.2031, always answer `the`
target: 0.5

What BERT is trained for (masked_words.py), on single sentences of another grammar. Each word is chosen with a chance of 15 %;
of the chosen ones 80 % are covered, 10 % replaced by any word and 10 % left, drawn anew whenever a sentence is read.

Input (B, T): the mark of the beginning, a sentence, and what fills the row up. Answer (B, T): at chosen places the word that
belongs there, elsewhere -1. The network gives V logits for every place. The score: in 1,000 sentences of meanings that were
never told in training one word is covered, each as likely, and always with [MASK]; it is the share that is guessed right.

Nobody can get far beyond a half: which of two words for the same was taken is a matter of chance, and so is much else.
"""

from kdl.data import retellings
from kdl.data.retellings import FILL, PLAIN, WORDS
from kdl.tasks import GENERATED_TEST, TEST, TRAIN, Task, stream
from kdl.tasks.graded_pairs import begun
from kdl.tasks.masked_words import covered, masked
from kdl.tasks.tag_by_next import accuracy, cross_entropy


def make(after=0):
    """The task.

    Args:
        after: epochs that are over: a training that goes on from another one reads what comes behind them.
    """

    def batches(seed, epoch, index, batch_size):
        epoch += after
        x = read(stream(seed, epoch, index, TRAIN), batch_size, tested=False)
        return masked(x, stream(seed, epoch, index, TRAIN, TRAIN), retellings)

    def test(seed):
        x = read(stream(seed, TEST), GENERATED_TEST, tested=True)
        words = (x >= PLAIN).sum(axis=1)
        return covered(x, stream(seed, TEST, TEST).integers(1, words + 1), retellings)

    return Task(
        name="masked-retellings",
        sizes={"vocab_size": len(WORDS), "pad_id": FILL},
        loss=cross_entropy,
        metric="accuracy",
        direction="max",
        baseline=share_of_the(),
        target=0.5,
        score=accuracy,
        batches=batches,
        test=test,
        options={"after": after},
    )


def share_of_the():
    """How often a covered word is `the`: two words of 8, or of 10 in the passive; either trait is told or not, evenly."""
    return sum(2 / (8 + passive + one + other) for passive in (0, 2) for one in (0, 1) for other in (0, 1)) / 8


def read(rng, count, *, tested):
    """Sentences as a network reads them (B, T) int32."""
    return begun(retellings.sentences(rng, count, tested=tested))
