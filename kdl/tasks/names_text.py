"""
title: Spell names, letter by letter
data: names13
metric: bits
baseline: 4.4835, vote for every letter by how often it occurs in the training names
target: 3.6

Read a name letter by letter and say, after each one, how likely every letter is to come next. Who can do that can make
up names: draw a letter, read it, draw the next. Names of all 13 languages are mixed and in lower case; each counts once.

Input (B, T): the mark of the beginning, then the letters, as numbers. Answer (B, T): the same row moved on by one, with
the mark of the end; shorter names are filled with -1, which counts for nothing. The network gives V logits for every
place. The score is the mean of -log2 of the probability that the right letter got, on names that were never trained on:
the bits that a letter costs. 2 to the power of it is the perplexity, the number of letters it wavers between.
"""

import numpy as np

from kdl.data import names13
from kdl.tasks import Task, Text, finite

MARK = 0  # begins and ends every name
NOTHING = -1  # the answer where a name is over


def make():
    """The task; it has no options."""
    spelled = [sorted({names13.spell(name) for _, name in part}) for part in names13.split()]
    text = Text(symbols=("", *sorted({letter for part in spelled for name in part for letter in name})), start=MARK, end=MARK)
    length = 1 + max(len(name) for part in spelled for name in part)
    train, test = (encode(part, text, length) for part in spelled)
    return Task(
        name="names-text",
        sizes={"vocab_size": len(text.symbols)},
        loss=cross_entropy,
        metric="bits",
        direction="min",
        baseline=bits_per_letter(test[1], frequencies(train[1], len(text.symbols))),
        target=3.6,
        score=bits_per_letter,
        text=text,
        **finite(train, test),
    )


def encode(names, text, length):
    """Names -> what is read (B, T) int32, mark first; and what comes next (B, T) int32, mark last, then -1."""
    x = np.full((len(names), length), MARK, np.int32)
    y = np.full((len(names), length), NOTHING, np.int32)
    for row, name in enumerate(names):
        letters = text.encode(name)
        x[row, 1 : len(letters) + 1] = letters
        y[row, : len(letters) + 1] = [*letters, MARK]
    return x, y


def frequencies(y, vocab_size):
    """Logits (V,) of the vote that looks at nothing: log of how often each letter occurs, every one once more."""
    return np.log(np.bincount(y[y != NOTHING], minlength=vocab_size) + 1)


def cross_entropy():
    import keras

    return keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=NOTHING)


def bits_per_letter(letters, logits):
    """Mean of -log2 p over the places that have a letter.

    Args:
        letters: (B, T), the right ones.
        logits: (B, T, V), or (V,) where every place gets the same vote.
    """
    logits = np.broadcast_to(logits, (*letters.shape, logits.shape[-1])).astype(float)[letters != NOTHING]  # (L, V)
    logits = logits - logits.max(axis=-1, keepdims=True)  # exp must not overflow
    right = logits[np.arange(len(logits)), letters[letters != NOTHING]]
    return float((np.log(np.exp(logits).sum(axis=-1)) - right).mean() / np.log(2))
