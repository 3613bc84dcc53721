"""
title: Tag every symbol by the one that follows it
data: following
metric: accuracy
baseline: 0.125, name any one symbol: all 8 are equally likely
target: 0.99

The smallest tagging task for which the future is needed: the tag of a step is the next symbol. A network that reads from
left to right and answers at every step can only guess; one that also reads from right to left has just read the answer.

Input (B, T, K): one-hot symbols. Answer (B, T): the next symbol; -1, at the last step, counts for nothing. The network
gives K logits for every step. The score is the share of right tags on 1,000 fresh sequences.
"""

from functools import partial

from kdl.data import following
from kdl.tasks import Task, generated


def make(length=12, symbols=8):
    """The task for sequences of `length` steps over `symbols` symbols."""
    return Task(
        name="tag-by-next",
        sizes={"features": symbols, "tags": symbols},
        loss=cross_entropy,
        metric="accuracy",
        direction="max",
        baseline=1 / symbols,
        target=0.99,
        score=accuracy,
        options={"length": length, "symbols": symbols},
        **generated(partial(following.examples, length=length, symbols=symbols)),
    )


def cross_entropy():
    import keras

    return keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=following.NOTHING)


def accuracy(tag, logits):
    """Share of right tags among the steps that have one: tag (B, T), logits (B, T, K)."""
    counts = tag != following.NOTHING
    return float((logits.argmax(axis=-1) == tag)[counts].mean())
