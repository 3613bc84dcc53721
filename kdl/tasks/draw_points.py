"""
title: Draw points like those of eight heaps on a circle
data: eight-gaussians
metric: energy distance
baseline: 1.4683, always draw the middle of the circle
target: 0.03

A task for models that draw. What comes in is noise, from which a point has to be made; what should come out is no answer
to *this* noise, but a heap of points that nobody can tell from the true ones. So the score compares whole heaps: the energy
distance, 2 E|x - y| - E|x - x'| - E|y - y'|, which is 0 only where both are drawn alike. Two true heaps of a thousand come to
about 0.006; where one heap of eight is left out it is about 0.04.

The task has no loss: how a model learns from true points is its own idea (`vae`, `gan`).

Input (B, L): numbers from the standard normal distribution. Answer (B, 2): true points. The score is the energy distance
of 1,000 drawn points to 1,000 true ones. Beside it stand the share of the modes that are covered, that of the points within
three deviations of a centre, and the spread around the nearest centre, of which 1 is true.
"""

from kdl.data import eight_gaussians
from kdl.metrics import energy_distance, modes
from kdl.tasks import Samples, Task, generated


def measures(drawn, deviation):
    """What can be said of drawn points (B, 2) beside the score: name -> number."""
    known = eight_gaussians.centres(), deviation
    return {
        "mode coverage": modes.coverage(drawn, known[0]),
        "good points": modes.quality(drawn, *known),
        "spread": modes.spread(drawn, *known),
    }


def make(latent=2, deviation=eight_gaussians.DEVIATION):
    """The task for points that are made from `latent` numbers of noise, of heaps with a `deviation`."""

    def examples(rng, count):
        noise = rng.normal(size=(count, latent)).astype("float32")  # (B, L)
        return noise, eight_gaussians.points(rng, count, deviation=deviation)

    return Task(
        name="draw-points",
        sizes={"latent": latent, "outputs": 2},
        loss=None,
        metric="energy distance",
        direction="min",
        baseline=1.4683,
        target=0.03,
        score=energy_distance.energy_distance,
        options={"latent": latent, "deviation": deviation},
        samples=Samples("points", measures=lambda drawn: measures(drawn, deviation)),
        **generated(examples),
    )
