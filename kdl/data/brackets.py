"""
title: Nested brackets
kind: generated
source: Chomsky, Schuetzenberger, "The algebraic theory of context-free languages", 1963: the language of Dyck; drawn anew
licence: none needed: made of random numbers
counts: as many sequences as are asked for; no two alike, but where they are very short

The beginning of a text of brackets of several kinds, nested and never mismatched, as in `( [ ] { ( )`. At each step one is
opened or the innermost open one is closed, and never are more than `depth` open. The answer is the kind of the innermost
bracket that is still open: the one that has to be closed next. The last symbol always closes, so that the answer
stands further back, behind whatever was opened and closed since.
"""

import numpy as np


def examples(rng, count, *, length, depth, kinds):
    """Draw sequences.

    Args:
        rng: `numpy.random.Generator`, the only source of chance.
        count: number of sequences, B.
        length: symbols in each, T, odd, so that a bracket is left open.
        depth: how many brackets may be open at once, at least 2.
        kinds: K, at least 2.

    Returns:
        x (B, T, 2K) float32, one-hot: K that open, K that close; y (B,) int32, the kind that is due.
    """
    if length < 3 or length % 2 == 0:
        raise ValueError(f"length must be odd, and 3 at least, so that a bracket is left open. Received: length={length}")
    if depth < 2 or kinds < 2:
        raise ValueError(f"depth and kinds must be at least 2. Received: depth={depth}, kinds={kinds}")
    opens = _openings(rng, count, length, depth)  # (B, T)
    drawn = rng.integers(0, kinds, (count, length), dtype=np.int32)  # kinds of those that open
    stack, height, rows = np.zeros((count, depth), np.int32), np.zeros(count, int), np.arange(count)
    symbols = np.empty((count, length), np.int32)
    for step in range(length):
        opened = opens[:, step]
        height = np.where(opened, height + 1, height)
        stack[rows[opened], height[opened] - 1] = drawn[opened, step]
        top = stack[rows, height - 1]
        symbols[:, step] = np.where(opened, top, kinds + top)
        height = np.where(opened, height, height - 1)
    return np.eye(2 * kinds, dtype=np.float32)[symbols], stack[rows, height - 1]


def _openings(rng, count, length, depth):
    """Which symbols open (B, T): fair walks between 0 and `depth`, the last step down; an odd number never ends at 0."""
    found = np.empty((0, length), bool)
    while len(found) < count:
        ups = np.empty((2 * count, length), bool)
        height = np.zeros(2 * count, int)
        for step in range(length):
            up = rng.random(2 * count) < 0.5
            ups[:, step] = up = (up | (height == 0)) & (height < depth)
            height = np.where(up, height + 1, height - 1)
        found = np.concatenate([found, ups[~ups[:, -1]]])
    return found[:count]
