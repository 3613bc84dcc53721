"""
title: Guess the hidden letter of a name
data: names13
metric: accuracy
baseline: 0.1156, always answer the letter that is most frequent in the test set
target: 0.2

One letter of a name is covered, and the network says which it is. It is a tagging task in which one step has a tag, and the
smallest form of what BERT is trained for. What stands before the gap tells something about it, and so does what stands
behind it.

Input (B, T, M): the letters as one-hot vectors, in lower case; the last of the M numbers marks the covered one. Names that
are shorter than the longest are filled with zero vectors behind. Answer (B, T): at the covered letter its number, elsewhere -1,
which counts for nothing. The network gives a logit for every letter, at every step. Names of all 13 languages are mixed; each
spelling counts once. Which letter is covered is drawn anew whenever a name is read. The score is the share of covered letters
that are guessed right in names that were never trained on, one letter to a name.
"""

import numpy as np

from kdl.data import names13
from kdl.tasks import TEST, TRAIN, Task, stream
from kdl.tasks.tag_by_next import accuracy, cross_entropy

NOTHING = -1  # the answer where no letter is covered


def make():
    """The task; it has no options."""
    train, test = (sorted({names13.spell(name) for _, name in part}) for part in names13.split())
    letters = sorted({letter for name in [*train, *test] for letter in name})
    train, test = (spelled(part, letters, max(map(len, [*train, *test]))) for part in (train, test))

    def batches(seed, epoch, index, batch_size):
        order = stream(seed, epoch, TRAIN).permutation(len(train))
        rows = train[order[index * batch_size : (index + 1) * batch_size]]
        return covered(rows, stream(seed, epoch, index, TRAIN), len(letters))

    return Task(
        name="hidden-letter",
        sizes={"features": len(letters) + 1, "tags": len(letters)},
        loss=cross_entropy,
        metric="accuracy",
        direction="max",
        baseline=float(np.bincount(test[test != NOTHING]).max() / (test != NOTHING).sum()),
        target=0.2,
        score=accuracy,
        batches=batches,
        test=lambda seed: covered(test, stream(seed, TEST), len(letters)),
        examples=len(train),
    )


def spelled(names, letters, length):
    """Names -> numbers of their letters (B, T) int32, and -1 behind."""
    rows = np.full((len(names), length), NOTHING, np.int32)
    for row, name in enumerate(names):
        rows[row, : len(name)] = [letters.index(letter) for letter in name]
    return rows


def covered(rows, rng, letters):
    """Cover one letter of each name.

    Args:
        rows: numbers of the letters (B, T), -1 behind the name.
        rng: draws which.
        letters: how many there are.

    Returns:
        x (B, T, letters + 1) float32, one-hot; y (B, T) int32, the covered letter, and -1 elsewhere.
    """
    at = rng.integers(0, (rows != NOTHING).sum(axis=1))  # (B,), a step of each name
    every = np.arange(len(rows))
    seen = np.where(rows == NOTHING, letters + 1, rows)  # what is behind a name has a column that is cut off below
    seen[every, at] = letters
    y = np.full(rows.shape, NOTHING, np.int32)
    y[every, at] = rows[every, at]
    return np.eye(letters + 2, dtype=np.float32)[seen][:, :, :-1], y
