"""
question: More machines or a bigger one: from when on does which of them cost less?
pair: T60
arms: horizontal-scaling, vertical-scaling
budget: short

The notes name both and leave the choice open. There is no general answer, so this pair has no verdict: it is a table for
deciding, whose numbers come from a small model of costs. The unit is a small machine, its price and what it does.

    bigger    a machine that is x times as fast costs x^1.3, and there is none beyond 64 times
    more      n workers at 1 each and one machine that hands out the work; a step takes 1/n of its time, and then s more in
              which all wait for each other

So n workers are x = 1 / (1/n + s) times as fast as one, and never more than 1 / s times. This is Amdahl's law (1967) with the
waiting as the share that cannot be divided. The same piece of work, done as fast, costs

    bigger    x^1.3 / x = x^0.3                   more      (n + 1) / x = (n + 1) (1/n + s)

What is equal: the work and the time in which it is done. What differs: what it is done on. s is a hundredth of a step of one
machine where nothing else is said. `figure` draws both costs; `workers` finds where they cross.

What the model shows. The machine that hands out the work must be paid for first, so two workers do not pay. From three on,
more machines are cheaper, because the price of a bigger one grows faster than its speed. At the other end the waiting eats
what is saved. Everything hangs on s: where steps are small, and waiting is a fifth of one, more machines never pay. Real data
are often small enough for one machine: most analytic jobs read less than 100 GB, and eleven typical ones ran on one large
server as well as on a cluster or better (Appuswamy and others, "Scale-up vs scale-out for Hadoop: time to rethink?", 2013).

What would change the table: other prices. Clouds rent machines of one family at a price in proportion to their size, and what
is dear are the largest; with an exponent of 1 a bigger machine is always the cheaper one while there is one. And people:
distributed software costs more of their time, which the model leaves out.
"""

from kdl.experiment.claims import Scenario
from kdl.experiment.measured import Figure, Measured

PRICE, LARGEST = 1.3, 64  # a machine x times as fast costs x ** PRICE; none is faster than LARGEST
WAIT, LONG_WAIT = 0.01, 0.2  # s, as a share of a step on one machine
HANDS_OUT = 1  # machines beside the workers
AWAY = 0.01  # share of the time that a machine is down
MANY = 10_000  # workers, beyond which nobody looks


def speed(workers, wait=WAIT):
    """x: how many times as fast as one machine."""
    return 1 / (1 / workers + wait)


def more(workers, wait=WAIT):
    """Cost of the work of one machine in an hour, done by so many workers."""
    return (workers + HANDS_OUT) / speed(workers, wait)


def bigger(times):
    """The same on one machine that is so many times as fast."""
    return times**PRICE / times


def workers(wait=WAIT):
    """The fewest and the most workers that cost less than one machine as fast as they are; None where none do."""
    cheaper = [n for n in range(2, MANY) if more(n, wait) < bigger(speed(n, wait))]
    return (cheaper[0], cheaper[-1]) if cheaper else None


def table():
    """(situation, arm, reason) with the model's numbers."""
    few, many = workers()
    enough = next(n for n in range(2, MANY) if speed(n) >= LARGEST)
    rows = [
        (
            f"{speed(few - 1):.1f} times as fast as one machine",
            "vertical-scaling",
            f"it costs {bigger(speed(few - 1)):.2f}, and {few - 1} workers with what hands out their work {more(few - 1):.2f}",
        ),
        (
            f"{speed(few):.1f} times as fast, where the costs cross",
            "horizontal-scaling",
            f"{few} workers cost {more(few):.2f}, and one machine as fast {bigger(speed(few)):.2f}",
        ),
        (
            f"{speed(32):.0f} times as fast",
            "horizontal-scaling",
            f"32 workers cost {more(32):.2f}, and one machine as fast {bigger(speed(32)):.2f}",
        ),
        (
            f"{LARGEST} times as fast and beyond",
            "horizontal-scaling",
            f"no machine is larger; {enough} workers do it, {speed(many):.0f} times is the last at which they would be "
            f"cheaper, and {1 / WAIT:.0f} times is out of reach for any number",
        ),
        (
            f"steps so small that waiting for each other is {LONG_WAIT:g} of one",
            "vertical-scaling",
            f"no number of workers is cheaper, and none is {1 / LONG_WAIT:.0f} times as fast"
            if workers(LONG_WAIT) is None
            else f"more workers are cheaper only from {workers(LONG_WAIT)[0]} on",
        ),
    ]
    return (*rows, *_beside_costs())


def _beside_costs():
    """What decides where costs do not."""
    both = 3 * AWAY**2 * (1 - AWAY) + AWAY**3  # of three workers, two or three are down
    return (
        (
            "it must go on while a machine is down",
            "horizontal-scaling",
            f"one machine that is down {AWAY:.0%} of the time stops everything so often; three of "
            f"which two are enough, {both:.2%}",
        ),
        (
            "every step needs all of the data, or all of the state",
            "vertical-scaling",
            "what cannot be divided waits for the network at each step, and that is the s of the model",
        ),
        (
            "the load is ten times as large by day as by night",
            "horizontal-scaling",
            "workers can be given back one by one; a big machine is paid for while it idles",
        ),
    )


CLAIMS = [
    Scenario(
        id="which",
        text="Which way to scale, by what is asked for; prices in those of one small machine for the same work.",
        a="horizontal-scaling",
        b="vertical-scaling",
        table=table(),
        entries=("horizontal-scaling", "vertical-scaling"),
    )
]

PREDICTION = None  # a table for deciding has no outcome


def figure(measured: Measured) -> Figure:
    """What the same work costs by the number of workers, and on one machine that is as fast as they are."""
    counts = range(1, LARGEST + 1)
    few, _ = workers()
    return Figure(
        title="Cost of the same work at the same speed, by the number of workers",
        message=f"the costs cross at {few} workers, {speed(few):.1f} times as fast as one machine",
        series={
            "horizontal-scaling": [more(count) for count in counts],
            "vertical-scaling": [bigger(speed(count)) for count in counts],
        },
        x=("1 worker", f"{LARGEST} workers"),
    )
