"""
title: Guess the covered words of a text from what stands before them
data: animal-sentences
metric: accuracy
baseline: 0.1212, always answer the full stop, which every sentence has once
target: 0.5

The gaps of `masked-words`, for a network that reads from left to right: it is asked before it has read the gap, and never sees
what stands behind it. It is trained as in `next-word`, on every word of every text; only the score is another one. With
`chosen` training asks for 15 % of the words only, for those that `masked-words` asks for, and still shows all of them: this
tells what it costs to be asked so seldom.

Input (B, T): the mark of the beginning, then T - 1 words, as numbers. Answer (B, T): the word that follows each place; of the
held-out texts only the covered one, one place before the gap, and elsewhere -1. The network gives V logits for every place. The
score is the share of the 1,000 gaps that is guessed right; the texts and the gaps are those of `masked-words`. Who knows the
grammar gets 0.54.
"""

import numpy as np

from kdl.data.animal_sentences import WORDS
from kdl.tasks import TRAIN, Task, masked_words, next_word, stream
from kdl.tasks.tag_by_next import accuracy, cross_entropy


def make(length=16, chosen=False):
    """The task.

    Args:
        length: places of a text, the mark in front among them.
        chosen: whether training asks for 15 % of the words only, those that `masked-words` chooses from the same numbers.
    """
    gaps = masked_words.make(length)
    every = next_word.make(length).batches

    def some(seed, epoch, index, batch_size):
        x, _ = every(seed, epoch, index, batch_size)
        return x, asked_before(masked_words.masked(x, stream(seed, epoch, index, TRAIN, TRAIN))[1])

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
        batches=some if chosen else every,
        test=test,
        options={"length": length, "chosen": chosen},
    )


def asked_before(y):
    """Answers (B, T) for a reader that says at each place which word comes next: one place to the left."""
    return np.roll(y, -1, axis=1)  # the mark in front is never asked for, so nothing comes round to the end
