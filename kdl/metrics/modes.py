"""
title: Modes that a heap of drawn points covers
unit: 17
paper: Srivastava, Valkov, Russell, Gutmann, Sutton, "VEEGAN: Reducing mode collapse in GANs using implicit variational
    learning", 2017, arXiv:1705.07761
year: 2017
makes: score

What a heap of drawn points makes of the heaps that it should have: which it meets, how often, and how closely.

As Srivastava and others (VEEGAN, 2017) and Lin and others (PacGAN, 2018) count: a point is *good* within three standard
deviations of its nearest centre. They call a mode captured by a single good point; among a thousand points that is chance,
so here a mode counts from a fifth of its due.
"""

from __future__ import annotations

import numpy as np

GOOD = 3.0  # standard deviations
DUE = 0.2  # share of an even part of the points from which on a mode is covered


def make(centres=((0.0, 0.0),), deviation=1.0):
    """`(points (B, D)) -> share of the modes that are covered`, for centres (K, D) of one deviation."""

    def score(points):
        return coverage(points, centres, deviation)

    return score


def nearest(points, centres):
    """For points (B, D) and centres (K, D): the index of the nearest centre (B,), and the distance to it (B,)."""
    apart = np.linalg.norm(np.asarray(points)[:, None] - np.asarray(centres)[None], axis=-1)  # (B, K)
    return apart.argmin(axis=1), apart.min(axis=1)


def quality(points, centres, deviation: float) -> float:
    """The share of good points; of a true Gaussian in the plane 1 - exp(-9/2) = 0.989."""
    return float((nearest(points, centres)[1] <= GOOD * deviation).mean())


def coverage(points, centres, deviation: float) -> float:
    """The share of modes that get at least DUE / K of all points as good ones."""
    which, distance = nearest(points, centres)
    good = np.bincount(which[distance <= GOOD * deviation], minlength=len(centres))
    return float((good >= DUE * len(points) / len(centres)).mean())


def spread(points, centres, deviation: float) -> float:
    """The root mean square distance to the nearest centre, over that of a true Gaussian: 1 is true, below it too sharp."""
    distance = nearest(points, centres)[1]
    return float(np.sqrt((distance**2).mean() / np.shape(centres)[1]) / deviation)
