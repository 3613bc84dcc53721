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

Which of two words for the same was taken is a matter of chance, so that no such word can be guessed in more than half of the
cases, and most in fewer.
"""

import numpy as np

from kdl.data import retellings
from kdl.data.retellings import FILL, MASK, PLAIN, WORDS
from kdl.tasks import GENERATED_TEST, TEST, TRAIN, Task, stream
from kdl.tasks.graded_pairs import begun
from kdl.tasks.masked_words import CHOSEN, COVERED, NOTHING, REPLACED
from kdl.tasks.tag_by_next import accuracy, cross_entropy


def make():
    """The task."""

    def batches(seed, epoch, index, batch_size):
        x = read(stream(seed, epoch, index, TRAIN), batch_size, tested=False)
        return masked(x, stream(seed, epoch, index, TRAIN, TRAIN))

    def test(seed):
        x = read(stream(seed, TEST), GENERATED_TEST, tested=True)
        words = (x >= PLAIN).sum(axis=1)
        return covered(x, stream(seed, TRAIN, TEST).integers(1, words + 1))

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
    )


def share_of_the():
    """How often a covered word is `the`: two words of 8, or of 10 in the passive; either trait is told or not, evenly."""
    return sum(2 / (8 + passive + one + other) for passive in (0, 2) for one in (0, 1) for other in (0, 1)) / 8


def read(rng, count, *, tested):
    """Sentences as a network reads them (B, T) int32."""
    return begun(retellings.sentences(rng, count, tested=tested))


def masked(x, rng):
    """Choose words of sentences (B, T), and cover most of them: (what is read, the words that are asked for), both (B, T)."""
    chosen = (rng.random(x.shape) < CHOSEN) & (x >= PLAIN)
    y = np.where(chosen, x, NOTHING).astype(np.int32)
    fate, words = rng.random(x.shape), rng.integers(PLAIN, len(WORDS), x.shape, dtype=np.int32)
    seen = np.where(fate < COVERED, MASK, np.where(fate < COVERED + REPLACED, words, x))
    return np.where(chosen, seen, x).astype(np.int32), y


def covered(x, places):
    """Cover one word of each sentence (B, T), at `places` (B,): (what is read, what is asked for), both (B, T)."""
    rows = np.arange(len(x))
    seen, y = x.copy(), np.full(x.shape, NOTHING, np.int32)
    y[rows, places] = x[rows, places]
    seen[rows, places] = MASK
    return seen, y
