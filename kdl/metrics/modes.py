"""
title: Modes that a heap of drawn points covers
unit: 17
paper: Srivastava, Valkov, Russell, Gutmann, Sutton, "VEEGAN: Reducing mode collapse in GANs using implicit variational
    learning", 2017, arXiv:1705.07761
year: 2017
makes: score

What a heap of drawn points makes of the heaps that it should have: which it meets, how often, and how closely.

As Srivastava and others (VEEGAN, 2017) and Lin and others (PacGAN, 2018) count: a point is *good* within three standard
deviations of its nearest centre. They call a mode captured by a single good point. That asks two things at once, whether the
mode is found and how sharply it is drawn, and among a thousand points one is chance. Here a mode is *covered* when a fifth of
its due lies near it, up to a quarter of the way from centre to centre, however wide the heap is: of a straight line between
two modes one half is near to neither.

Three of these numbers ask one thing each, and each can be had cheaply: one point on one centre, drawn for ever, is always good
and has no spread; points all along the ring on which they lie cover every mode. Two ask for all at once. Of K modes, with a
share g_k of the points good at mode k, and a share c_j in cell j of M cells that hold as much of the truth each:

    met     = sum over k of min(g_k, 1 / K)          one mode for all points: 1 / K at most
    overlap = sum over j of min(c_j, 1 / M)          1 minus the total variation on these cells

The cells are rings around the centres, `RINGS` for each mode. Of a true Gaussian in the plane the share 1 - exp(-r^2 / 2) lies
nearer than r deviations, so the rings are cut where it is 1/4, 2/4 and 3/4. Whoever draws centres only fills the inner ring.
A thousand true points of eight modes come to 0.925, give or take 0.009: no ring gets just its share by chance.
"""

from __future__ import annotations

import numpy as np

GOOD = 3.0  # standard deviations
DUE = 0.2  # share of an even part of the points from which on a mode is covered
NEAR = 0.25  # of the way to the next centre: so near a point counts for a mode's coverage
RINGS = 4  # of each mode, equally probable


def make(centres=((0.0, 0.0),)):
    """`(points (B, D)) -> share of the modes that are covered`, for centres (K, D)."""

    def score(points):
        return coverage(points, centres)

    return score


def nearest(points, centres):
    """For points (B, D) and centres (K, D): the index of the nearest centre (B,), and the distance to it (B,)."""
    apart = np.linalg.norm(np.asarray(points)[:, None] - np.asarray(centres)[None], axis=-1)  # (B, K)
    return apart.argmin(axis=1), apart.min(axis=1)


def quality(points, centres, deviation: float) -> float:
    """The share of good points; of a true Gaussian in the plane 1 - exp(-9/2) = 0.989."""
    return float((nearest(points, centres)[1] <= GOOD * deviation).mean())


def met(points, centres, deviation: float) -> float:
    """The share of points that are good, at most 1 / K of all at each of K modes: no mode can stand in for another."""
    which, distance = nearest(points, centres)
    good = np.bincount(which[distance <= GOOD * deviation], minlength=len(centres)) / len(points)  # (K,)
    return float(np.minimum(good, 1 / len(centres)).sum())


def overlap(points, centres, deviation: float) -> float:
    """The share of the truth that good points of the plane make up, ring by ring: 1 minus the total variation on the rings."""
    if np.shape(points)[1] != 2:
        raise ValueError(f"the rings are those of the plane. Received: points of shape {np.shape(points)}")
    which, distance = nearest(points, centres)
    nearer = 1 - np.exp(-((distance / deviation) ** 2) / 2)  # share of the true heap that lies nearer, (B,)
    cell = which * RINGS + np.minimum(nearer * RINGS, RINGS - 1).astype(int)  # (B,)
    cells = RINGS * len(centres)
    share = np.bincount(cell[distance <= GOOD * deviation], minlength=cells) / len(points)  # (cells,)
    return float(np.minimum(share, 1 / cells).sum())


def coverage(points, centres) -> float:
    """The share of modes near which at least DUE / K of all points lie; of a single mode all points are near."""
    centres = np.asarray(centres)
    apart = np.linalg.norm(centres[:, None] - centres[None], axis=-1)  # (K, K)
    gap = apart[~np.eye(len(centres), dtype=bool)].min(initial=np.inf)  # from a centre to the next one
    which, distance = nearest(points, centres)
    near = np.bincount(which[distance <= NEAR * gap], minlength=len(centres))  # (K,)
    return float((near >= DUE * len(points) / len(centres)).mean())


def spread(points, centres, deviation: float) -> float:
    """The root mean square distance to the nearest centre, over that of a true Gaussian: 1 is true, below it too sharp."""
    distance = nearest(points, centres)[1]
    return float(np.sqrt((distance**2).mean() / np.shape(centres)[1]) / deviation)
