"""
title: Say how alike two sentences are
data: retellings
metric: spearman
baseline: 0, one and the same answer for all pairs puts none before another
target: 0.9

Two sentences, told of the same animals or of others, actively or passively, in these words or in those. How many of six facts
have they in common? The answer is the share, 0 to 1.

Input (B, 2, T): two rows of words as numbers, each begun by a mark and filled up behind its stop. Answer (B, 1): the share of
the facts that agree. The network gives one number and learns the share itself; but what is judged, on 1,000 pairs of meanings
that were never told in training, is the order alone, by Spearman's rank correlation with the share. So the cosines of any
vectors can be judged, of those too that never learned from a single pair.

Whoever knows which words mean the same, and not who did it to whom, gets about 0.77 by counting the facts, and 0.80 with the
best weight for each kind of fact: half of the pairs begin with an exchange of roles. Whoever compares the words alone gets
about 0.5. Whoever understands every sentence gets 1.
"""

import numpy as np

from kdl.data import retellings
from kdl.data.retellings import FILL, MARK, WORDS
from kdl.metrics.spearman import spearman
from kdl.tasks import GENERATED_TEST, TEST, TRAIN, Task, stream

PLACES = retellings.LONGEST + 1  # T: the mark, then a sentence


def make():
    """The task."""

    def batches(seed, epoch, index, batch_size):
        return examples(stream(seed, epoch, index, TRAIN), batch_size, tested=False)

    def test(seed):
        return examples(stream(seed, TEST), GENERATED_TEST, tested=True)

    return Task(
        name="graded-pairs",
        sizes={"vocab_size": len(WORDS), "pad_id": FILL},
        loss=squared_error,
        metric="spearman",
        direction="max",
        baseline=0.0,
        target=0.9,
        score=order,
        batches=batches,
        test=test,
    )


def examples(rng, count, *, tested):
    """Pairs (B, 2, T) int32 and how alike they are (B, 1) float32."""
    words, share = retellings.pairs(rng, count, tested=tested)
    return begun(words), share[:, None]


def begun(rows):
    """Sentences (..., T - 1) with the mark of the beginning in front (..., T)."""
    before = [(0, 0)] * (rows.ndim - 1) + [(1, 0)]
    return np.pad(rows, before, constant_values=MARK)


def squared_error():
    import keras

    return keras.losses.MeanSquaredError()


def order(share, answers):
    """Rank correlation of the shares (B, 1) and the answers (B, 1)."""
    return spearman(np.ravel(share), np.ravel(answers))
