"""
question: Does momentum get to the bottom in fewer steps than plain gradient descent?
pair: T03
arms: sgd, momentum
budget: short

The notes say that momentum accelerates. Theory says where: in a valley whose slopes differ by a factor of c (its condition
number), gradient descent needs steps in proportion to c, and momentum in proportion to the square root of c. Here both run
down such valleys, 50 weights wide,

    f(theta) = 1/2 sum_i a_i theta_i^2,     a_1 = 1/c ... a_50 = 1, evenly spaced by their logarithm

from a start that the seed draws, until a millionth of f is left. Neither method sees how the valley is turned, so it lies
along the axes. The fourth condition is no bowl: an MLP that learns to read digits from batches of 32, and the first step
after an epoch at which it reads nine in ten of the test set right.

What is equal: the start, the data and their order. What differs: the optimizer. The learning rate and mu are tuned for each
arm at each condition, on tuning seeds 1000 to 1002 (digits: 1000 to 1007), by the mean number of steps. Valleys: rates 0.5,
1, 1.5, 1.8, 1.9, 1.95, 1.99, 2.5, 3 and 3.5, mu 0.5, 0.6, 0.7, 0.8, 0.9 and 0.95. Digits: SGD 0.1, 0.3, 0.6, 1, 1.4 and 2;
momentum, with mu = 0.9, a tenth of these.

What came out. In the valleys the theory holds: the narrower, the more momentum gains, from 1.3 times at condition 10 to ten
times at 1000. On the digits nothing of that kind is shown. Momentum's best rate is a tenth of plain SGD's, and the two walk
alike: mu = 0.9 makes a step ten times as long wherever the gradient keeps its direction, and where the noise of small
batches limits the rate, length is all that is gained. Steps are seen there at the end of an epoch only, every 44, and the
seeds differ much, so that the interval is wide: a lead of 1.25 is neither shown nor ruled out.

What would change the verdict on the digits: batches so large that the valley, and not their noise, limits the rate; a
network so deep or so badly scaled that no rate of plain SGD is right for all its layers.
"""

from functools import partial
from math import log2

from kdl.experiment.arms import ByCondition, trained
from kdl.experiment.claims import Greater, Interaction, Measure, Prediction
from kdl.experiment.measured import Figure, Measured

WEIGHTS, MOST, LEFT, FAR = 50, 5000, 1e-6, 1e9

STEPS = Measure("steps", "steps to the bottom", better="less", worst=MOST, scale="ratio")

CONDITIONS = {"10": "condition 10", "100": "condition 100", "1000": "condition 1000", "digits": "digits"}


def valley(seed, condition, *, rate, mu=0.0):
    """Steps until a millionth of the height is left; the curve is the logarithm of what is left after each step."""
    import numpy as np

    a = np.geomspace(1 / float(condition), 1, WEIGHTS)
    theta = np.random.default_rng(seed).normal(size=WEIGHTS)
    velocity, heights = np.zeros(WEIGHTS), [a @ theta**2 / 2]
    while LEFT < heights[-1] / heights[0] < FAR and len(heights) <= MOST:
        velocity = mu * velocity - rate * a * theta
        theta = theta + velocity
        heights.append(a @ theta**2 / 2)
    reached = heights[-1] <= LEFT * heights[0]
    return {"steps": len(heights) - 1 if reached else np.nan, "left": list(np.array(heights) / heights[0])}


def digits(**how):
    """The MLP of the fourth condition."""
    return trained("mlp", "digits", steps=660, batch_size=32, clip_norm=None, curve=True, **how)


ARMS = {
    "sgd": ByCondition(
        {
            "10": partial(valley, rate=1.8),
            "100": partial(valley, rate=1.95),
            "1000": partial(valley, rate=1.99),
            "digits": digits(optimizer="sgd", learning_rate=1.0),
        }
    ),
    "momentum": ByCondition(
        {
            "10": partial(valley, rate=1.5, mu=0.5),
            "100": partial(valley, rate=2.5, mu=0.7),
            "1000": partial(valley, rate=2.5, mu=0.9),
            "digits": digits(optimizer="momentum", settings={"momentum": 0.9}, learning_rate=0.1),
        }
    ),
}

CLAIMS = [
    Greater(
        id="valley",
        text="In a valley of condition 100 momentum needs at most half as many steps as gradient descent.",
        a="momentum",
        b="sgd",
        measure=STEPS,
        condition="100",
        smallest=log2(2),
        entries=("momentum", "sgd"),
    ),
    Interaction(
        id="narrower",
        text="From condition 10 to condition 1000 its lead grows, by a factor of 2 at least.",
        a="momentum",
        b="sgd",
        measure=STEPS,
        conditions=("10", "100", "1000"),
        shape="grows",
        smallest=log2(2),
        entries=("momentum", "sgd"),
    ),
    Greater(
        id="digits",
        text="An MLP reads nine in ten digits right after fewer steps with momentum: SGD needs 1.25 times as many.",
        a="momentum",
        b="sgd",
        measure=STEPS,
        condition="digits",
        smallest=log2(1.25),
        entries=("momentum", "sgd"),
    ),
]

PREDICTION = Prediction(
    claim="digits",
    question="An MLP on digits, batches of 32, both learning rates tuned: who needs clearly fewer steps to 90 %?",
    choices={
        "momentum": "momentum, clearly",
        "sgd": "plain SGD, clearly",
        "neither": "neither: the difference is small, or changes from seed to seed",
    },
)


def figure(measured: Measured) -> Figure | None:
    """What is left of the height by the number of steps, in the valley of condition 100, for the first seed."""
    curves = {arm: measured.curves(arm, "100", "left")[:1] for arm in ARMS}
    if not all(curves.values()):
        return None
    series = {arm: first for arm, (first,) in curves.items()}
    longest = max(map(len, series.values()))
    return Figure(
        title="Height that is left by the number of steps, condition 100, seed 0",
        message="; ".join(f"{arm}: {len(values) - 1} steps to a millionth" for arm, values in series.items()),
        series={arm: values + [float("nan")] * (longest - len(values)) for arm, values in series.items()},
        x=("start", f"{longest - 1} steps"),
        log=True,
    )
