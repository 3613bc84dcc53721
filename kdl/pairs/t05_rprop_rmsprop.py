"""
question: Why does Rprop, which believes only the sign of a gradient, fail on mini-batches, and does RMSprop mend it?
pair: T05
arms: rprop, rmsprop
tasks: digits
budget: short

The notes say that Rprop cannot work with mini-batches, because it sees the sign of a gradient and not its size (and that it
multiplies the gradient by a fixed factor; it multiplies the *step size*, by 1.2 while signs agree and 0.5 when they flip:
E019). The usual example is a weight that nine mini-batches push by +0.1 and the tenth by -0.9 (Hinton, lecture 6e, 2012):
the pushes cancel out, the signs do not. Here the noise of a linear regression is made of exactly these numbers:

    y = x w + e + b,    e = -0.1 in nine of ten answers and +0.9 in the tenth, over 0.3: mean 0, standard deviation 1

with 1,000 points and 20 features, feature k 10^(-(k-1)/19) wide. Both methods take 1,000 steps, with batches of 8 and with all
data; what counts is the loss above the least possible, which least squares gives. At "even" the noise is normal: as many
answers lie above as below, and the example has nothing to say. The last condition is an MLP that reads digits, 660 steps of
32.

What is equal: the data, the start, the batches and their order. What differs: the optimizer. The learning rate (of Rprop: the
first step size) is tuned for each arm at each condition on tuning seeds 1000 to 1002, from 0.0003, 0.001, 0.003, 0.01, 0.03,
0.1, 0.3 and 1 (digits: the first six). The rest is as published: rho = 0.9; factors 1.2 and 0.5, steps from 1e-6 to 50, in
the variant of Rprop that takes no step back: where a sign flips the weight waits for one step (iRprop-, Igel and Huesken,
2000). A condition that no claim is about has all data with the rates of batches of 8, so that the curves of the figure, which
are means over all seeds, start alike.

What came out. Rprop fails on batches of 8: it leaves a loss of 0.12 and RMSprop 0.0026 (geometric means). On all data it is by
far the better one and leaves six million times less than RMSprop, whose steps stay about as long as the rate. But the usual
example is not what bites: with even noise Rprop fails just as badly (0.13). The figure shows what does. Where the slope of a
weight is less than the noise of a batch, the noise decides the sign, so that signs flip often, and a flip halves a step size
while agreement adds only a fifth. From the same first step of 0.3, the step sizes collapse to less than a thousandth within 40
steps of batches of 8 and within 30 of all data. But there a millionth of the loss is left by then, and here a tenth: Rprop
does not wander off, it freezes on the way. RMSprop keeps walking. On the digits Rprop comes to 0.834, never to nine in ten,
and RMSprop to 0.906.

What would change the verdict: batches so large that signs seldom flip by chance; factors nearer to each other than 1.2 and
0.5, for which a step size survives more flips.
"""

from functools import partial
from math import log2

from kdl.experiment.arms import ByCondition, trained
from kdl.experiment.claims import Greater, Interaction, Measure, Prediction
from kdl.experiment.measured import Figure, Measured
from kdl.pairs._probes import geometric

POINTS, FEATURES, NARROW, STEPS = 1000, 20, 0.1, 1000
SHRINK, GROW, SMALLEST, LARGEST = 0.5, 1.2, 1e-6, 50.0  # of Rprop
RHO, EPSILON = 0.9, 1e-7  # of RMSprop
DRAWN = 200  # steps of the curves

EXCESS = Measure("excess", "training loss above the least possible", better="less", worst=100.0, scale="ratio")
ACCURACY = Measure("accuracy", "share of the test pictures that are read right", better="more", worst=0.0, target=0.9)

CONDITIONS = {
    "8": "batches of 8",
    "even": "batches of 8, even noise",
    "all": "all data",
    "all-same": "all data, rates of batches of 8",
    "digits": "digits, batches of 32",
}


def points(seed, condition):
    """Inputs (N, F) with a column of ones, and answers (N,)."""
    import numpy as np

    draw = np.random.default_rng([seed, 0])
    x = draw.normal(size=(POINTS, FEATURES)) * np.geomspace(1, NARROW, FEATURES)
    w = draw.normal(size=FEATURES)
    noise = draw.normal(size=POINTS) if condition == "even" else np.where(draw.random(POINTS) < 0.1, 0.9, -0.1) / 0.3
    return np.column_stack([x, np.ones(POINTS)]), x @ w + noise


def rprop(rate, weights):
    """A function from a gradient to the step that Rprop takes, and the step sizes, which it changes in place."""
    import numpy as np

    sizes, before = np.full(weights, rate), np.zeros(weights)

    def step(gradient):
        kept = np.sign(gradient * before)
        sizes[:] = np.clip(sizes * np.where(kept > 0, GROW, np.where(kept < 0, SHRINK, 1)), SMALLEST, LARGEST)
        before[:] = np.where(kept < 0, 0, gradient)
        return -np.sign(before) * sizes

    return step, sizes


def rmsprop(rate, weights):
    """The same of RMSprop; its step sizes are the rate over the root of the mean square."""
    import numpy as np

    square, sizes = np.zeros(weights), np.full(weights, rate)

    def step(gradient):
        square[:] = RHO * square + (1 - RHO) * gradient**2
        sizes[:] = rate / np.sqrt(square + EPSILON)
        return -sizes * gradient

    return step, sizes


def regression(seed, condition, *, method, rate):
    """Loss above the least possible after 1,000 steps; curves of it, as a share of the start's, and of the median step size."""
    import numpy as np

    x, y = points(seed, condition)
    best, *_ = np.linalg.lstsq(x, y, rcond=None)
    hessian = x.T @ x / POINTS  # L(theta) - L(best) = 1/2 (theta - best)^T hessian (theta - best)
    batch, order = 8 if condition in ("8", "even") else POINTS, np.random.default_rng([seed, 1])
    theta, (step, sizes) = np.zeros(FEATURES + 1), method(rate, FEATURES + 1)
    left, middle = [best @ hessian @ best / 2], [float(np.median(sizes))]
    for number in range(STEPS):
        turn = number % (POINTS // batch)
        if turn == 0:
            rows = order.permutation(POINTS)
        part = rows[turn * batch : (turn + 1) * batch]
        theta = theta + step(x[part].T @ (x[part] @ theta - y[part]) / batch)
        left.append((theta - best) @ hessian @ (theta - best) / 2)
        middle.append(float(np.median(sizes)))
    shares = [float(value / left[0]) for value in left[: DRAWN + 1]]
    return {"excess": float(left[-1]), "left": shares, "step_size": middle[: DRAWN + 1]}


def digits(**how):
    """The MLP of the last condition."""
    return trained("mlp", "digits", steps=660, batch_size=32, clip_norm=None, **how)


ARMS = {
    "rprop": ByCondition(
        {
            "8": partial(regression, method=rprop, rate=0.3),
            "even": partial(regression, method=rprop, rate=0.3),
            "all": partial(regression, method=rprop, rate=0.01),
            "all-same": partial(regression, method=rprop, rate=0.3),
            "digits": digits(optimizer="rprop", learning_rate=0.03),
        }
    ),
    "rmsprop": ByCondition(
        {
            "8": partial(regression, method=rmsprop, rate=0.01),
            "even": partial(regression, method=rmsprop, rate=0.01),
            "all": partial(regression, method=rmsprop, rate=0.003),
            "all-same": partial(regression, method=rmsprop, rate=0.01),
            "digits": digits(optimizer="rmsprop", learning_rate=0.01),
        }
    ),
}

CLAIMS = [
    # A factor of 4 in the loss is a factor of 2 in the distance to the best weights.
    Interaction(
        id="mini-batches",
        text="With batches of 8 RMSprop gets closer, with all data Rprop: each leaves at most a quarter of the other's loss.",
        a="rmsprop",
        b="rprop",
        measure=EXCESS,
        conditions=("8", "all"),
        shape="crosses",
        smallest=log2(4),
        entries=("rmsprop", "rprop"),
        errata=("E019",),
    ),
    Greater(
        id="even-noise",
        text="It needs no nine against one: with even noise, too, RMSprop leaves at most a quarter of Rprop's loss.",
        a="rmsprop",
        b="rprop",
        measure=EXCESS,
        condition="even",
        smallest=log2(4),
        entries=("rmsprop", "rprop"),
        errata=("E019",),
    ),
    # One in fifty: 7 of the 360 pictures, which is what two seeds of one arm differ by.
    Greater(
        id="digits",
        text="An MLP trained with batches of 32 reads at least one in fifty more digits right with RMSprop.",
        a="rmsprop",
        b="rprop",
        measure=ACCURACY,
        condition="digits",
        smallest=0.02,
        entries=("rmsprop", "rprop"),
    ),
]

PREDICTION = Prediction(
    claim="even-noise",
    question="Batches of 8 whose noise pushes up as often as down: does Rprop, which sees only signs, still fail?",
    choices={
        "rmsprop": "yes: RMSprop gets clearly closer",
        "rprop": "no: Rprop gets clearly closer",
        "neither": "neither: they are alike, or it changes from seed to seed",
    },
)


def figure(measured: Measured) -> Figure | None:
    """Rprop's median step size after each step, with batches of 8 and with all data, from the same first step on."""
    shown = {"8": "batches of 8", "all-same": "all data"}
    curves = {word: [measured.curves("rprop", name, curve) for curve in ("step_size", "left")] for name, word in shown.items()}
    if not all(all(found) for found in curves.values()):
        return None
    series = {word: geometric(sizes) for word, (sizes, _) in curves.items()}
    left = {word: geometric(shares) for word, (_, shares) in curves.items()}
    return Figure(
        title="Rprop's median step size, by the number of steps, geometric mean over the seeds",
        message="; ".join(
            f"{word}: below a thousandth after {_below(values)} steps, {left[word][_below(values)]:.1g} of the loss left"
            for word, values in series.items()
        ),
        series=series,
        x=("start", f"{DRAWN} steps"),
        log=True,
    )


def _below(values, limit=1e-3):
    """The first step at which a curve is below a limit; the last one where it never is."""
    return next((number for number, value in enumerate(values) if value < limit), len(values) - 1)
