"""
title: Write a number as a Roman numeral
data: roman
metric: accuracy
baseline: 0.2129, always write the letter that is most frequent in the test set
target: 0.99

One-to-many: a number goes in as one vector, and its numeral comes out, letter by letter, with a mark where it ends: 49 is
XLIX. The vector is the same at every step, so only a memory of what has been written can tell the steps apart: where the
ones begin depends on how many letters the hundreds and tens took. Who knows the place of a letter, and not the number,
is right at 0.41 of the places.

Input (B, 30): hundreds, tens and ones, a one among ten numbers each. Answer (B, 13): numbers of letters, then the mark;
-1 behind it, which counts for nothing. The network gives 8 logits for every place. The score is the share of right letters
and marks of the 189 numbers that are never trained on.
"""

import numpy as np

from kdl.data import roman
from kdl.tasks import Task, finite
from kdl.tasks.tag_by_next import accuracy, cross_entropy

END = len(roman.LETTERS)  # the mark behind the last letter
PLACES = roman.LONGEST + 1


def make():
    """The task; it has no options."""
    train, test = (encode(part) for part in roman.split())
    written = test[1][test[1] != roman.NOTHING]
    return Task(
        name="number-to-roman",
        sizes={"vector": 30, "vocab_size": END + 1, "answer_length": PLACES},
        loss=cross_entropy,
        metric="accuracy",
        direction="max",
        baseline=float(np.bincount(written).max() / len(written)),
        target=0.99,
        score=accuracy,
        labels=(*roman.LETTERS, "end"),
        shown=shown,
        **finite(train, test),
    )


def encode(numbers):
    """Numbers -> their digits as one vector (B, 30) float32; letters, mark and filling (B, 13) int32."""
    x = np.eye(10, dtype=np.float32)[[roman.digits(number) for number in numbers]].reshape(-1, 30)
    y = np.full((len(numbers), PLACES), roman.NOTHING, np.int32)
    for row, number in enumerate(numbers):
        numeral = [roman.LETTERS.index(letter) for letter in roman.spell(number)]
        y[row, : len(numeral) + 1] = [*numeral, END]
    return x, y


def shown(x):
    """One example (30,) as a reader sees it: the number."""
    return str(int("".join(str(digit.argmax()) for digit in x.reshape(3, 10))))
