"""
title: Name the bracket that has to be closed next
data: brackets
metric: accuracy
baseline: 0.25, name any one kind: all 4 are equally likely
target: 0.99

A row of brackets of four kinds, nested in each other, breaks off after one that closes. Which kind is due? The innermost one
that is still open, which stands behind everything that was opened and closed since; to know where that begins a reader has to
keep count of what is open, and of which kind each is. `depth` is how many may be open at once: the knob that makes the task
hierarchical.

Input (B, T, 2K): one-hot, K kinds that open and K that close. Answer (B,): the kind that is due; the network gives K logits.
The score is the share of right answers on 1,000 fresh sequences. `pool` is how many different sequences there are to learn
from; None draws new ones for ever.
"""

from functools import lru_cache, partial

from kdl.data import brackets
from kdl.tasks import TRAIN, Task, generated, stream
from kdl.tasks.digits import accuracy, cross_entropy


def make(length=21, depth=4, kinds=4, pool=None):
    """The task for rows of `length` brackets, at most `depth` of them open at once."""
    draw = partial(brackets.examples, length=length, depth=depth, kinds=kinds)
    drawn = generated(draw)
    if pool is not None:
        drawn["batches"] = from_pool(draw, pool)
    return Task(
        name="close-brackets",
        sizes={"features": 2 * kinds, "outputs": kinds},
        loss=cross_entropy,
        metric="accuracy",
        direction="max",
        baseline=1 / kinds,
        target=0.99,
        score=accuracy,
        options={"length": length, "depth": depth, "kinds": kinds, "pool": pool},
        **drawn,
    )


def from_pool(draw, pool):
    """The `batches` of a task that has no more than `pool` training examples for each seed; they are drawn with replacement."""

    def batches(seed, epoch, index, batch_size):
        x, y = pooled(draw, pool, seed)
        rows = stream(seed, epoch, index, TRAIN).integers(0, pool, batch_size)
        return x[rows], y[rows]

    return batches


@lru_cache(maxsize=4)
def pooled(draw, pool, seed):
    """The training examples of a seed: x (pool, T, 2K), y (pool,)."""
    return draw(stream(seed, TRAIN), pool)
