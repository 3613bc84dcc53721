"""
title: Tag every symbol by the one before it
data: following
metric: accuracy
baseline: 0.125, name any one symbol: all 8 are equally likely
target: 0.99

The mirror image of `tag-by-next`: the same sequences, and the tag of a step is the symbol before it. What is needed has been
read when the answer is due, so that a network that reads from left to right has only to remember it for one step.

Input (B, T, K): one-hot symbols. Answer (B, T): the symbol before; -1, at the first step, counts for nothing. The network
gives K logits for every step. The score is the share of right tags on 1,000 fresh sequences.
"""

from functools import partial

from kdl.data import following
from kdl.tasks import Task, generated
from kdl.tasks.tag_by_next import accuracy, cross_entropy


def make(length=12, symbols=8):
    """The task for sequences of `length` steps over `symbols` symbols."""
    return Task(
        name="tag-by-previous",
        sizes={"features": symbols, "tags": symbols},
        loss=cross_entropy,
        metric="accuracy",
        direction="max",
        baseline=1 / symbols,
        target=0.99,
        score=accuracy,
        options={"length": length, "symbols": symbols},
        **generated(partial(examples, length=length, symbols=symbols)),
    )


def examples(rng, count, *, length, symbols):
    """x (B, T, K) float32, one-hot; y (B, T) int32, the symbol of the step before, and -1 at the first one."""
    x, y = following.examples(rng, count, length=length, symbols=symbols)
    y[:, 1:] = x[:, :-1].argmax(axis=-1)
    y[:, 0] = following.NOTHING
    return x, y
