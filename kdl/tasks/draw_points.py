"""
title: Draw points like those of eight heaps on a circle
data: eight-gaussians
metric: energy distance
baseline: 1.4683, always draw the middle of the circle
target: 0.03

A task for models that draw. What comes in is noise, from which a point has to be made; what should come out is no answer
to *this* noise, but a heap of points that nobody can tell from the true ones. So the loss and the score compare whole heaps:
the energy distance, 2 E|x - y| - E|x - x'| - E|y - y'|, which is 0 only where both are drawn alike. Two true heaps of a
thousand come to about 0.006; where one heap of eight is left out it is about 0.04.

A model that has a loss of its own (`vae`, `gan`) takes from a batch its true points and leaves the noise beside them alone.

Input (B, L): numbers from the standard normal distribution. Answer (B, 2): true points. The score is the energy distance
of 1,000 drawn points to 1,000 true ones. Beside it stand the share of the modes that are covered, that of the points within
three deviations of a centre, and the spread around the nearest centre, of which 1 is true.
"""

from kdl.data import eight_gaussians
from kdl.metrics import energy_distance, modes
from kdl.tasks import Task, generated

DRAWS = "points"  # what a model of this task gives out


def measures(drawn, task):
    """What can be said of drawn points (B, 2) beside the score: name -> number."""
    known = eight_gaussians.centres(), task.options["deviation"]
    return {
        "mode coverage": modes.coverage(drawn, *known),
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
        loss=lambda: energy_distance.loss,
        metric="energy distance",
        direction="min",
        baseline=1.4683,
        target=0.03,
        score=energy_distance.energy_distance,
        options={"latent": latent, "deviation": deviation},
        **generated(examples),
    )
