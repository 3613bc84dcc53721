"""
title: Tell the language of a name
data: names13
metric: accuracy
baseline: 0.0896, always answer the language that is most frequent in the test set
target: 0.5

A name is read letter by letter, and after the last one the network says which of 13 languages it comes from. The letters
are one-hot vectors. Names are of unequal length; shorter ones are filled with zero vectors *in front*, so that the last
step a network sees is always the last letter.

Input (B, T, M): T the longest name, M the letters of all 13 alphabets. Answer (B,): the number of the language; the
network gives 13 logits. Some names belong to several languages, so that no network can pass 0.90 on this test set;
logistic regression on groups of one to three letters reaches 0.56.
"""

import numpy as np

from kdl.data import names13
from kdl.tasks import Task, finite


def make():
    """The task; it has no options."""
    length = max(len(names13.spell(name)) for _, name in names13.names())
    train, test = (encode(part, alphabet(), length) for part in names13.split())
    return Task(
        name="name-language",
        sizes={"features": len(alphabet()), "outputs": len(names13.LANGUAGES)},
        loss=cross_entropy,
        metric="accuracy",
        direction="max",
        baseline=float(np.bincount(test[1]).max() / len(test[1])),
        target=0.5,
        score=accuracy,
        labels=names13.LANGUAGES,
        shown=shown,
        **finite(train, test),
    )


def alphabet():
    """Every letter that occurs, sorted: its place is its column."""
    return sorted({letter for _, name in names13.names() for letter in names13.spell(name)})


def encode(pairs, alphabet, length):
    """(language, name) pairs -> one-hot letters (B, T, M) float32, filled in front, and languages (B,) int32."""
    x = np.zeros((len(pairs), length, len(alphabet)), np.float32)
    for row, (_, name) in enumerate(pairs):
        columns = [alphabet.index(letter) for letter in names13.spell(name)]
        x[row, np.arange(length - len(columns), length), columns] = 1
    y = np.array([names13.LANGUAGES.index(language) for language, _ in pairs], np.int32)
    return x, y


def shown(x):
    """One example (T, M) as a reader sees it: the name that it spells."""
    known = alphabet()
    return "".join(known[row.argmax()] for row in x if row.any())


def cross_entropy():
    import keras

    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def accuracy(language, logits):
    return float((logits.argmax(axis=-1) == language).mean())
