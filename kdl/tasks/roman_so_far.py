"""
title: Read a Roman numeral aloud while it comes in
data: roman
metric: accuracy
baseline: 0.2534, always say the digit that is most frequent in the test set
target: 0.99

Many-to-many, step by step: after every letter, say the last digit that is not zero of what has been read *so far*. XLIX is
10, 40, 41, 49, so the answers are 1, 4, 1, 9: one more letter changes what the letter before it meant. All that an answer
depends on has been read when it is due, but not all of it in this step: who looks at the letter alone is right at 0.47 of
them, and who sees the one before it as well, at 0.81.

Input (B, 12, 7): one-hot letters, filled with zero vectors in front. Answer (B, 12): a digit for each letter; -1 where
there is none, which counts for nothing. The network gives 10 logits for every step. The score is the share of right digits
of the 189 numbers that are never trained on.
"""

import numpy as np

from kdl.data import roman
from kdl.tasks import Task, finite
from kdl.tasks.tag_by_next import accuracy, cross_entropy


def make():
    """The task; it has no options."""
    train, test = (encode(part) for part in roman.split())
    said = test[1][test[1] != roman.NOTHING]
    return Task(
        name="roman-so-far",
        sizes={"features": len(roman.LETTERS), "tags": 10},
        loss=cross_entropy,
        metric="accuracy",
        direction="max",
        baseline=float(np.bincount(said).max() / len(said)),
        target=0.99,
        score=accuracy,
        shown=roman.shown,
        **finite(train, test),
    )


def encode(numbers):
    """Numbers -> their numerals (B, 12, 7) float32, and a digit for each letter (B, 12) int32."""
    numbers_of = {roman.spell(number): number for number in range(1, roman.LARGEST + 1)}
    y = np.full((len(numbers), roman.LONGEST), roman.NOTHING, np.int32)
    for row, numeral in enumerate(map(roman.spell, numbers)):
        beginnings = [numbers_of[numeral[:end]] for end in range(1, len(numeral) + 1)]  # each is a numeral itself
        y[row, -len(numeral) :] = [last_digit(number) for number in beginnings]
    return roman.steps(numbers), y


def last_digit(number):
    """`140` -> `4`: the last digit that is not zero."""
    return [digit for digit in roman.digits(number) if digit][-1]
