"""
title: Guess the covered words of a text from what stands before them
data: animal-sentences
metric: accuracy
baseline: 0.1212, always answer the full stop, which every sentence has once
target: 0.5

The gaps of `masked-words`, for a network that reads from left to right: it is asked before it has read the gap, and never sees
what stands behind it. It is trained as in `next-word`, on every word of every text; only the score is another one.

Input (B, T): the mark of the beginning, then T - 1 words, as numbers. Answer (B, T): the word that follows each place; of the
held-out texts only the covered one, one place before the gap, and elsewhere -1. The network gives V logits for every place. The
score is the share of the 1,000 gaps that is guessed right; the texts and the gaps are those of `masked-words`. Who knows the
grammar gets 0.54.
"""

import numpy as np

from kdl.data.animal_sentences import WORDS
from kdl.tasks import Task, masked_words, next_word
from kdl.tasks.tag_by_next import accuracy, cross_entropy


def make(length=16):
    """The task for texts of `length` places, the mark in front among them."""
    gaps = masked_words.make(length)

    def test(seed):
        x, y = gaps.test(seed)
        return x, asked_before(y)

    return Task(
        name="fill-from-left",
        sizes={"vocab_size": len(WORDS)},
        loss=cross_entropy,
        metric="accuracy",
        direction="max",
        baseline=gaps.baseline,
        target=0.5,
        score=accuracy,
        batches=next_word.make(length).batches,
        test=test,
        options={"length": length},
    )


def asked_before(y):
    """Answers (B, T) for a reader that says at each place which word comes next: one place to the left."""
    return np.roll(y, -1, axis=1)  # the mark in front is never asked for, so nothing comes round to the end
