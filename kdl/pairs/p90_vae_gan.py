"""
question: Does avoiding the likelihood make samples sharper, and what does it cost?
pair: P90
arms: vae, gan
tasks: draw-points
budget: long
reason: trainings of 3,000 steps, which a game between two networks takes; 80 with --seeds 20, as recorded, in some five
    minutes, with --seeds 2 eight in under one

The notes say that a GAN avoids the likelihood of the VAE and puts a classifier in its place. What either choice does to the
samples is left to the reader. The usual story: a bound on the likelihood punishes every example that is not covered, so the
VAE covers all and lays mass between; a discriminator punishes what looks untrue, so the GAN is sharp and may leave modes out.

Eight heaps on a circle show both at once. They are drawn under two conditions, with a deviation of 0.1 and of 0.02; the second
is that of Metz and others (2016), at the same radius 2. Measured are 1,000 points that are drawn from noise of the seed:

    coverage    share of the eight modes near which at least a fifth of their due of the points lies: up to a quarter of the
                way from centre to centre (0.38), under both conditions; how sharply a mode is drawn has no part in it
    off         factor by which the spread misses the true one, upwards or downwards: the root mean square distance to the
                nearest centre, over that of true points; the worst where one mode or none is covered
    met         share of points that are good, within three true deviations of a centre (Srivastava et al. 2017, Lin et al.
                2018), at most an eighth of all at each mode
    overlap     share of the truth that the points make up: 1 minus the total variation on 32 rings around the centres that
                hold as much of it each; 0.92 for true points

None of them can be won by a generator that draws one spot for ever, though all its points are good and as close as can be:
it covers an eighth, is as far off as the measure allows, meets an eighth and overlaps with 1/32. One that draws the eight
centres and nothing else covers and meets all, and is as far off; its overlap is 1/4. The share of good points and the plain
spread are measured as well, and so is the overlap, by which the rates were chosen; no claim is about these three.
What is drawn of the VAE is the mean of its decoder, as usual; with its noise the spread would be larger, on average.

What is equal: the true points and their order, noise in two dimensions, decoder and generator (the same layers), 3,000 Adam
steps of 128 points with beta_1 = 0.5 and nothing clipped. What differs is what the claims are about: an encoder, the ELBO and
one variance, against a discriminator, which has 196 numbers less, and the non-saturating game, both players stepping at once.
What a step costs is not made equal. The VAE runs its two networks once, 8,832 multiply-adds of an example forwards. The GAN
runs its discriminator three times, on true points and on drawn ones for each player: 17,216. (The 4,352 multiply-adds in the
table of a verdict are those of drawing one point, for both.)

What came out (twenty seeds). The GAN is sharper, in twenty of twenty at both widths: its spread is off by a factor of 1.59
where the VAE's is off by 2.41, and by 7.07 against 11.81 (geometric means). Of its points 0.854 are good and none too many, of
the VAE's 0.704. And the VAE covers all eight modes in every training, at both widths. The GAN does so at 0.1, and at 0.02 in
nine of twenty; there it covers 0.894 of the modes. That lead is 0.106 in the mean; its interval, 0.056 to 0.156, leaves out 0
and holds the one mode of eight that was asked for. So `covers` is *not shown*, and neither is `drops`, which says the same
here, since at 0.1 both cover all. The usual story has the right direction in both halves; whether its second half is worth a
mode is open.

The tuning. Each arm has, under each condition, the one of four rates with the largest overlap, mean of tuning seeds 1000
to 1003 at the full 3,000 steps. Where two came within 0.03, both have 1004 and 1005 as well, marked (6). The smallest effects
and the two modes below which a spread says nothing were set after the grid had been seen, before any seed of the verdict.

    rate                      0.0003    0.001       0.003       0.01
    VAE, deviation 0.1        0.21      0.57        0.63 (6)    0.61 (6)
    VAE, deviation 0.02       0.01      0.27        0.46        0.20
    GAN, deviation 0.1        0.57      0.62 (6)    0.59 (6)    0.53
    GAN, deviation 0.02       0.30      0.38        0.31        0.26

So the VAE takes 0.003 and the GAN 0.001, under both conditions, and neither stands at an end of the grid. The energy distance,
the task's score, would have chosen otherwise: of the GANs at 0.02 it prefers 0.0003, with points smeared over the circle.

An earlier run, seeds 0 to 9, counted a mode as covered by good points only. So at 0.02 its coverage asked for sharpness once
more, and two trainings with points at all eight heaps, smeared, passed for a single heap: the VAE's of seed 5 and the GAN's of
seed 4, whose spread counted as the worst. `sharper` and `good` were confirmed; `covers`, `drops` and `sharper-narrow` were not
shown, nor was `nearer`, that the VAE makes up more of the narrow truth. With the spread of those two as measured (12.5 and
11.4 in place of 71) `sharper-narrow` would have been confirmed, by a factor of 1.58. So coverage was defined anew, after these
seeds had been seen, and the verdict needs others: seed 0 of this pair draws as seed 10 elsewhere, twenty seeds as 10 to 29.
The new coverage was looked at for those two trainings, which cover all eight, and on tuning seeds 1000 to 1003 at 0.02, where
the VAE covers all and the GAN 7, 7, 6 and 8. Claims and smallest effects stayed, but for `nearer`: its paired differences had
a deviation of 0.25 against a smallest effect of 0.05, for which some 200 seeds would be needed.

What would change the verdict: other rates, above all for the GAN; discriminator steps of their own; more dimensions; longer
training. Pictures were not compared: within this budget the GAN, two layers deep, draws none of clothes.
"""

from dataclasses import replace
from math import log2
from statistics import mean

from kdl.experiment.arms import trained
from kdl.experiment.claims import Greater, Interaction, Measure, Prediction
from kdl.experiment.measured import Figure, Measured

COVERAGE = Measure("coverage.trained", "share of the eight modes that are covered", better="more", worst=0.0, target=1.0)
MET = Measure("met.trained", "share of points that are good and within the due of their mode", better="more", worst=0.0)
OVERLAP = Measure("overlap.trained", "share of the truth that the points make up", better="more", worst=0.0)
# The worst is more than if every point stood on the middle of the circle: 2 / sqrt(2), over 0.02.
OFF = Measure("off.trained", "factor by which the spread is off the true one", better="less", worst=71.0, scale="ratio")
LEAST = 2 / 8  # coverage, below which a spread says nothing: a single heap, however true, is not called sharp

CONDITIONS = {"0.1": "deviation 0.1", "0.02": "deviation 0.02"}
COUNTED = ("coverage", "quality", "spread", "met", "overlap")  # by functions of `kdl.metrics.modes`
SHOWN = 300  # points of each heap in the figure


def deviation(true) -> float:
    """That of the true heaps, from their points."""
    from kdl.data import eight_gaussians
    from kdl.metrics import modes

    return modes.spread(true, eight_gaussians.centres(), 1.0)


def measured_by(name: str):
    """A probe: a measure of `kdl.metrics.modes`, of what the model draws from the noise x, beside the true points y."""

    def probe(model, x, y) -> float:
        from kdl.data import eight_gaussians
        from kdl.metrics import modes

        known = eight_gaussians.centres(), deviation(y)
        return getattr(modes, name)(model.predict_on_batch(x), *known[: 1 if name == "coverage" else 2])

    return probe


def off(model, x, y) -> float:
    """A probe: by which factor the spread misses 1, upwards or downwards; the worst where one mode or none is covered."""
    if measured_by("coverage")(model, x, y) < LEAST:
        return OFF.worst
    spread = measured_by("spread")(model, x, y)
    return max(spread, 1 / spread) if spread else OFF.worst


def axis_of(number: int):
    """A probe: one coordinate of the first points that are drawn."""
    return lambda model, x, y: model.predict_on_batch(x)[:SHOWN, number].tolist()


def arm(model: str, rate: float):
    """One arm. Its rate came out the same under both conditions."""
    return trained(
        model,
        "draw-points",
        varies="deviation",
        sizes={"latent": 2, "width": 64, "depth": 2},
        steps=3000,
        batch_size=128,
        settings={"beta_1": 0.5},
        clip_norm=None,
        learning_rate=rate,
        probes={**{name: measured_by(name) for name in COUNTED}, "off": off, "x": axis_of(0), "y": axis_of(1)},
        probed=1000,
        begin=10,
    )


ARMS = {"vae": arm("vae", 0.003), "gan": arm("gan", 0.001)}

MODE = 1 / 8
SHARPER = log2(1.25)  # a quarter: what an eye sees in a plot of points
SHARE = 0.05  # 50 of the 1,000 points; by chance alone a share of one half is off by 16

CLAIMS = [
    Greater(
        id="covers",
        text="Where the heaps are narrow the VAE covers at least one mode of the eight more than the GAN.",
        a="vae",
        b="gan",
        measure=COVERAGE,
        condition="0.02",
        smallest=MODE,
        entries=("vae", "gan", "elbo"),
    ),
    Interaction(
        id="drops",
        text="The narrower the heaps, the more modes the GAN leaves out: the VAE's lead in coverage grows by at least one.",
        a="vae",
        b="gan",
        measure=COVERAGE,
        conditions=("0.1", "0.02"),
        shape="grows",
        smallest=MODE,
        entries=("vae", "gan", "gan-loss"),
    ),
    Greater(
        id="sharper",
        text="The GAN is sharper: at deviation 0.1 the VAE's spread is off by at least 1.25 times as much.",
        a="gan",
        b="vae",
        measure=OFF,
        condition="0.1",
        smallest=SHARPER,
        entries=("gan", "vae"),
    ),
    Greater(
        id="sharper-narrow",
        text="The same where the heaps are narrow: at deviation 0.02 the VAE's spread is off by at least 1.25 times as much.",
        a="gan",
        b="vae",
        measure=OFF,
        condition="0.02",
        smallest=SHARPER,
        entries=("gan", "vae"),
    ),
    Greater(
        id="good",
        text="More of the GAN's points are good and none too many at their mode: at deviation 0.1, 5 in 100 more at least.",
        a="gan",
        b="vae",
        measure=MET,
        condition="0.1",
        smallest=SHARE,
        entries=("gan", "vae"),
    ),
]

PREDICTION = Prediction(
    claim="covers",
    question="Eight narrow heaps on a circle: does the VAE cover at least one more of them than the GAN, with as many steps?",
    choices={
        "vae": "yes: its likelihood punishes every heap that it leaves out",
        "gan": "the other way round: the GAN covers at least one more",
        "neither": "neither: less than one heap between them, or it changes from seed to seed",
    },
)


def figure(measured: Measured) -> Figure | None:
    """What both draw beside what is true, at deviation 0.02, and below it at 0.1."""
    wide, narrow = (samples(measured, condition) for condition in CONDITIONS)
    return replace(narrow, more=(wide,) if wide else ()) if narrow else wide


def drawn(measured: Measured, name: str, condition: str) -> list:
    """Both coordinates of an arm's points, of its seed with the median overlap; [] where there are none."""
    found = measured.scores(OVERLAP).get((name, condition), {})
    middle = sorted(found, key=found.get)[: (len(found) + 1) // 2][-1:]
    rows = [
        row["values"] for row in measured.rows if (row["arm"], row["condition"], [row["seed"]]) == (name, condition, middle)
    ]
    return [values[f"{axis}.trained"] for values in rows for axis in "xy" if values.get(f"{axis}.trained")]


def samples(measured: Measured, condition: str) -> Figure | None:
    """The points under one condition; None where an arm has none that are numbers."""
    from kdl.data import eight_gaussians
    from kdl.tasks import stream

    heaps = {name: drawn(measured, name, condition) for name in ARMS}
    if not all(len(heap) == 2 for heap in heaps.values()):
        return None
    true = eight_gaussians.points(stream(0), SHOWN, deviation=float(condition))
    points = heaps | {"true": true.T.tolist()}
    covered, overlaps = measured.scores(COVERAGE), measured.scores(OVERLAP)
    return Figure(
        title=f"{SHOWN} points that each draws, {CONDITIONS[condition]}, seed of its median overlap",
        message="; ".join(
            f"{name}: {mean(covered[name, condition].values()):.2f} of the modes covered,"
            f" {mean(overlaps[name, condition].values()):.2f} of the truth made up, mean of the seeds"
            for name in ARMS
        ),
        series={name: y for name, (_, y) in points.items()},
        x=("", ""),
        across={name: x for name, (x, _) in points.items()},
    )
