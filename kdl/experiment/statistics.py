"""What n paired differences say: the exact sign-flip test, the interval that is its inversion, and wins.

The test asks one thing of the data: were the two arms alike, each difference would have been as likely with the other
sign. So all 2^n ways to sign them are equally likely, and p is the share whose sum is at least as far from 0 as ours.

Split the differences into the set P that keeps its sign and the rest N. Shifted by x, the signed sum is at least as far
from 0 as the plain one exactly where x lies between the means of P and N:

    |sum_P (d - x) - sum_N (d - x)| >= |sum_P (d - x) + sum_N (d - x)|   <=>   (mean P - x) (mean N - x) <= 0

So one list of spans, one for each split, gives both the p-value and the interval, and they can never disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ALPHA = 0.05
MOST = 20  # differences; 2^19 splits take about 50 ms


@dataclass(frozen=True)
class Paired:
    """What n paired differences say.

    Attributes:
        n: how many.
        mean: their mean.
        low: lower end of the 95 % interval; None where no number of that side can be excluded (n < 6).
        high: its upper end; None as above.
        p: exact two-sided sign-flip p-value of "the differences are symmetric about 0".
        wins: how many are above 0.
    """

    n: int
    mean: float
    low: float | None
    high: float | None
    p: float
    wins: int


def paired(differences: Sequence[float]) -> Paired:
    """Test and interval for 1 to 20 paired differences.

    The interval is closed, and 0 lies outside exactly when p <= .05. Six differences are the fewest that can reach it.

    Raises:
        ValueError: no differences, too many, or one that is not a finite number.
    """
    import numpy as np

    d = np.asarray(differences, dtype=float)
    if d.ndim != 1 or not 1 <= len(d) <= MOST:
        raise ValueError(f"differences must be a list of 1 to {MOST} numbers. Received: shape={d.shape}")
    if not np.isfinite(d).all():
        raise ValueError(f"differences must be finite. Received: {d.tolist()}")
    low, high = _spans(d)
    splits = len(low) + 1  # the split into all and nothing counts at every x
    p = (1 + np.count_nonzero((low <= 0) & (high >= 0))) / splits
    out = int(ALPHA * splits + 1e-9)  # an x inside fewer spans than this has p <= ALPHA
    return Paired(
        n=len(d),
        mean=float(d.mean()),
        low=float(np.partition(low, out - 1)[out - 1]) if out else None,
        high=float(np.partition(high, -out)[-out]) if out else None,
        p=float(p),
        wins=int(np.count_nonzero(d > 0)),
    )


def _spans(d):
    """For each split of `d` into two sets that are not empty: the smaller and the larger of their means, 2 x (2^(n-1) - 1)."""
    import numpy as np

    sums, counts = np.zeros(1), np.zeros(1)
    for value in d[:-1]:  # the last one stays in N, so that no split is met twice
        sums, counts = np.concatenate([sums, sums + value]), np.concatenate([counts, counts + 1])
    sums, counts = sums[1:], counts[1:]
    means = np.stack([sums / counts, (d.sum() - sums) / (len(d) - counts)])
    # A mean that is 0 but for rounding is 0: 0.1 + 0.2 - 0.3 is a tie.
    means[np.abs(means) <= 1e-12 * np.abs(d).max()] = 0.0
    return means.min(axis=0), means.max(axis=0)


def wins_needed(n: int) -> int:
    """80 % of n, rounded up: 8 of 10."""
    return -(-4 * n // 5)
