"""
title: Draw pictures of a shop's sneakers
data: fashion-small
metric: energy distance
baseline: 2.8699, always draw the mean picture
target: 0.5

A task for models that draw, as `draw-points`, in 784 dimensions: grey pictures of one kind of article, or of two. Again no
noise has a right answer; the score is the energy distance of 100 drawn pictures, of each kind, to the true ones that were
held out.

Input (B, L): numbers from the standard normal distribution. Answer (B, 784): true pictures of 28 by 28, brightness from 0
to 1, row after row.
"""

import numpy as np

from kdl.data import fashion_small
from kdl.metrics import energy_distance
from kdl.tasks import TEST, TRAIN, Samples, Task, stream

SHAPE = (28, 28)  # of a picture


def make(latent=8, kinds="sneaker"):
    """The task for pictures of `kinds`, names with a `+` between them, that are made from `latent` numbers of noise."""
    wanted = kinds.split("+")
    unknown = [kind for kind in wanted if kind not in fashion_small.KINDS]
    if unknown:
        raise ValueError(f"kinds must be of {', '.join(fashion_small.KINDS)}. Received: kinds={kinds!r}")
    numbers = [fashion_small.KINDS.index(kind) for kind in wanted]
    train, held_out = (x[np.isin(y, numbers)].reshape(-1, np.prod(SHAPE)) for x, y in fashion_small.split())  # (B, 784)

    def noise(rng, count):
        return rng.normal(size=(count, latent)).astype("float32")  # (B, L)

    def batches(seed, epoch, index, batch_size):
        rows = stream(seed, epoch, TRAIN).permutation(len(train))[index * batch_size : (index + 1) * batch_size]
        return noise(stream(seed, epoch, index, TRAIN), len(rows)), train[rows]

    def test(seed):
        return noise(stream(seed, TEST), len(held_out)), held_out

    return Task(
        name="draw-clothes",
        sizes={"latent": latent, "outputs": train.shape[1], "bounded": True},
        loss=None,
        metric="energy distance",
        direction="min",
        baseline=energy_distance.energy_distance(held_out, held_out.mean(axis=0, keepdims=True)),
        target=0.5,
        score=energy_distance.energy_distance,
        examples=len(train),
        options={"latent": latent, "kinds": kinds},
        batches=batches,
        test=test,
        samples=Samples("pictures", shape=SHAPE),
    )
