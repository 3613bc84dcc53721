"""
title: Eight Gaussians on a circle
kind: generated
source: Metz, Poole, Pfau, Sohl-Dickstein, "Unrolled generative adversarial networks", 2016, appendix A; drawn anew from a seed
licence: none needed: made of random numbers
counts: as many points as are asked for; no two alike

Points of the plane in eight heaps that lie evenly on a circle around 0. To draw one, choose a heap, all equally likely,
and add to its centre a normal number with the same small deviation in both directions. Between the heaps there is nothing.

It is the smallest world in which a model that draws can fail in both ways: leave heaps out, or draw what lies between them.
The paper has radius 2 and deviation 0.02; here it is 0.1, so that a few thousand small steps can find the heaps.
"""

import numpy as np

MODES = 8
RADIUS = 2.0
DEVIATION = 0.1


def centres():
    """The middle of each heap, (8, 2), counterclockwise from the right."""
    angles = 2 * np.pi * np.arange(MODES) / MODES
    return RADIUS * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def points(rng, count, *, deviation=DEVIATION):
    """Draw points.

    Args:
        rng: `numpy.random.Generator`, the only source of chance.
        count: number of points, B.
        deviation: of each heap, in each of the two directions, above 0.

    Returns:
        (B, 2) float32.
    """
    if deviation <= 0:
        raise ValueError(f"deviation must be above 0. Received: deviation={deviation}")
    heaps = rng.integers(0, MODES, count)  # (B,)
    return (centres()[heaps] + deviation * rng.normal(size=(count, 2))).astype(np.float32)
