"""
title: Spearman's rank correlation
unit: 17
paper: Spearman, "The proof and measurement of association between two things", American Journal of Psychology 15, 1904
year: 1904
makes: score

Do two lists put the same things first? Only the order counts: replace each number by its rank, and correlate the ranks.

    rho = sum((r - mean r) (s - mean s)) / sqrt(sum((r - mean r)^2) sum((s - mean s)^2))      r, s the ranks (n)

It is 1 where both have the same order and -1 where one has the other's backwards. Whatever keeps the order leaves it as it
is: a cosine may be judged against marks from 0 to 5, and nobody has to say which cosine is a 3.

Equal numbers share the mean of the ranks that they fill together: 7, 9, 9 has the ranks 1, 2.5, 2.5. The short form
1 - 6 sum(d^2) / (n^3 - n), with d = r - s, holds only where no two numbers are equal. Where all are equal there is no order,
and rho is not defined; here it is 0, as for an order that tells nothing.
"""

from __future__ import annotations

import numpy as np


def make():
    """`(x (n), y (n)) -> rho`, on NumPy arrays."""
    return spearman


def ranks(x):
    """The rank of each number of x (n), from 1; equal numbers share the mean of theirs."""
    _, which, counts = np.unique(x, return_inverse=True, return_counts=True)
    last = counts.cumsum()  # the highest rank of each different number
    return (last - (counts - 1) / 2)[which]


def spearman(x, y) -> float:
    """Rank correlation of x (n) and y (n); 0 where one of them has no order, NaN where one has a NaN.

    Raises:
        ValueError: there is nothing to order, or not as much of each.
    """
    if np.shape(x) != np.shape(y) or np.ndim(x) != 1 or not len(x):
        raise ValueError(f"x and y must have one axis of the same length. Received shapes: {np.shape(x)}, {np.shape(y)}")
    if np.isnan(x).any() or np.isnan(y).any():
        return float("nan")
    r, s = ranks(x), ranks(y)
    r, s = r - r.mean(), s - s.mean()
    spread = np.sqrt((r**2).sum() * (s**2).sum())
    return float((r * s).sum() / spread) if spread else 0.0
