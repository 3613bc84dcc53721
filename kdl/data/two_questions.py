"""
title: Four symbols and two questions
kind: generated
source: drawn anew from a seed
licence: none needed: made of random numbers
counts: as many sequences as are asked for; short ones repeat

A sequence of an odd number of symbols holds A once, B once, and otherwise Cs and Ds. There are two questions about it. Does
A stand before B? Whoever counts symbols and forgets their order can only guess. Are there more Cs than Ds? Whoever counts
knows: order does not matter, and as the Cs and Ds are odd in number, they are never equally many.

Sequences are of unequal length; shorter ones are filled with zero vectors *in front*, so that the last symbol always stands
at the last place. Who is only ever shown short ones sees nothing but zeros at the first places.
"""

import numpy as np

SYMBOLS = "ABCD"
QUESTIONS = ("order", "count")


def examples(rng, count, *, question, shortest, longest, places):
    """Draw sequences.

    Args:
        rng: `numpy.random.Generator`, the only source of chance.
        count: number of sequences, B.
        question: "order": is A before B? "count": are there more Cs than Ds?
        shortest, longest: odd; the length of each sequence is one of the odd numbers between, all equally likely.
        places: to which all are filled up, T.

    Returns:
        x (B, T, 4) float32, one-hot, zeros in front; y (B,) int32, 1 for yes and 0 for no.
    """
    if question not in QUESTIONS:
        raise ValueError(f"question must be one of {', '.join(QUESTIONS)}. Received: question={question!r}")
    if not (3 <= shortest <= longest <= places and shortest % 2 == longest % 2 == 1):
        raise ValueError(
            "shortest and longest must be odd, 3 at least, and places at least longest. "
            f"Received: shortest={shortest}, longest={longest}, places={places}"
        )
    rows = np.arange(count)
    lengths = shortest + 2 * rng.integers(0, (longest - shortest) // 2 + 1, count)  # (B,)
    drawn = rng.integers(2, 4, (count, places))  # C or D at each place (B, T)
    a = rng.integers(0, lengths)  # how many symbols stand behind A
    b = (a + rng.integers(1, lengths)) % lengths  # and behind B: another number
    drawn[rows, places - 1 - a] = 0
    drawn[rows, places - 1 - b] = 1
    there = np.arange(places) >= places - lengths[:, None]  # (B, T)
    x = np.eye(4, dtype=np.float32)[drawn] * there[:, :, None].astype(np.float32)
    more = x[:, :, 2].sum(axis=1) > x[:, :, 3].sum(axis=1)
    return x, (a > b if question == "order" else more).astype(np.int32)
