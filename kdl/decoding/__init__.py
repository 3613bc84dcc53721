"""Turn logits into text: one idea per file, as lessons that `kdl generate` writes with.

A model gives V logits for the number that comes next. What a file's `make` gives says what it does with them:

    choice   (logits (V,)) -> the number to write: greedy-decoding, sequence-sampling
    filter   (logits (V,)) -> other logits (V,), for a choice to choose from: temperature-sampling, top-k-sampling ...
    search   (next_logits, start, end, length) -> whole texts, best first: beam-search

`next_logits` is the model: numbers so far (a list) -> logits (V,) of the next one. Everything here is NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np


def written(next_logits: Callable, start: list[int], end: int, length: int, choose: Callable, filters=()) -> Iterator[int]:
    """Write number by number: ask the model, filter its logits, choose, and let it read what was chosen.

    Args:
        next_logits: numbers so far -> logits (V,) of the next one.
        start: what the model reads before it writes, at least one number.
        end: the number that says that the text is over; it is yielded, and is the last.
        length: at most so many numbers.
        choose: logits (V,) -> number.
        filters: logits (V,) -> logits (V,), first to last.
    """
    text = list(start)
    for _ in range(length):
        logits = next_logits(text)
        for one in filters:
            logits = one(logits)
        text.append(choose(logits))
        yield text[-1]
        if text[-1] == end:
            return


def log_softmax(logits):
    """log p (V,) of logits (V,), in float64: z_k - log sum over j of exp(z_j). A logit of -inf has the probability 0."""
    logits = np.asarray(logits, np.float64)
    logits = logits - logits.max()  # exp must not overflow
    return logits - np.log(np.exp(logits).sum())


def softmax(logits):
    """p (V,) of logits (V,), in float64."""
    return np.exp(log_softmax(logits))
