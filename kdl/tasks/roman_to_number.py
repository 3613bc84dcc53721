"""
title: Read a Roman numeral and write the number
data: roman
metric: accuracy
baseline: 0.1182, always write the digit that is most frequent in the test set
target: 0.99

Many-to-many, of any length: one to twelve letters are read, three digits are written: XLIX is 049. No letter stands over
its digit, and the first digit may depend on the last letter: D is 500, and in DCCC it takes four letters to say 8. The
order counts, too: VI is not IV. Who counts the letters and forgets their order gets at most 0.82 of the digits of all
numerals.

Input (B, 12, 7): one-hot letters, filled with zero vectors in front. Answer (B, 3): hundreds, tens and ones. The network
gives 10 logits for each of them. The score is the share of right digits of the 189 numbers that are never trained on.
"""

import numpy as np

from kdl.data import roman
from kdl.tasks import Task, finite
from kdl.tasks.tag_by_next import accuracy, cross_entropy


def make():
    """The task; it has no options."""
    train, test = (encode(part) for part in roman.split())
    return Task(
        name="roman-to-number",
        sizes={"features": len(roman.LETTERS), "vocab_size": 10, "answer_length": 3},
        loss=cross_entropy,
        metric="accuracy",
        direction="max",
        baseline=float(np.bincount(test[1].ravel()).max() / test[1].size),
        target=0.99,
        score=accuracy,
        shown=roman.shown,
        **finite(train, test),
    )


def encode(numbers):
    """Numbers -> their numerals (B, 12, 7) float32, and their digits (B, 3) int32."""
    return roman.steps(numbers), np.array([roman.digits(number) for number in numbers], np.int32)
