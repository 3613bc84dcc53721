"""
question: More machines or a bigger one: from when on does which of them cost less?
pair: T60
arms: horizontal-scaling, vertical-scaling
budget: short

The notes name both and leave the choice open. There is no general answer, so this pair has no verdict: it is a table for
deciding, whose numbers come from a small model of costs. The unit is a small machine, its price and what it does.

    bigger    a machine that is x times as fast costs x^p, and there is none beyond 64 times
    more      n workers at 1 each and one machine that hands out the work; a step takes 1/n of its time, and then s more in
              which all wait for each other

So n workers are x = 1 / (1/n + s) times as fast as one, and never more than 1 / s times. This is like Amdahl's law (1967),
x = 1 / ((1 - s)/n + s); there s is a share of one machine's own time that cannot be divided, here it comes on top, because
one machine alone waits for nobody. The same piece of work, done as fast, costs

    bigger    x^p / x = x^(p - 1)                 more      (n + 1) / x = (n + 1) (1/n + s)

What is equal: the work and the time in which it is done. What differs: what it is done on. The exponent p is an assumption
and no measurement, so the table has three: 1.0, which is what clouds ask within one family of machines, 1.3 and 1.6. s is a
hundredth of a step of one machine where nothing else is said. `figure` draws the costs; `workers` finds where they cross.

What the model shows. Everything hangs on two numbers. Where price grows as speed does, a bigger machine is always the cheaper
one while there is one. Where it grows faster, the machine that hands out the work must be paid for first, so that two workers
do not pay at either exponent, and three do at both; how much they save beyond that depends on p. At the other end
the waiting eats what is saved, and where steps are small, and waiting is a fifth of one, more machines never pay. Nor do they
fail less often by themselves: the one that hands out the work is down as often as any, unless a second one stands by. Real
data are often small enough for one machine: most analytic jobs read less than 100 GB, and eleven typical ones ran on one large
server as well as on a cluster or better (Appuswamy and others, "Scale-up vs scale-out for Hadoop: time to rethink?", 2013).

What would change the table: the prices of the largest machines, which are out of the proportion of their family; machines
that fail together, where a second in reserve helps less; and people: distributed software costs more of their time, which the
model leaves out.
"""

from math import comb

from kdl.experiment.claims import Scenario
from kdl.experiment.measured import Figure, Measured

PRICES = (1.0, 1.3, 1.6)  # exponents: a machine x times as fast costs x ** PRICE
PRICE, LARGEST = PRICES[1], 64  # where nothing else is said; none is faster than LARGEST
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


def bigger(times, price=PRICE):
    """The same on one machine that is so many times as fast."""
    return times**price / times


def workers(wait=WAIT, price=PRICE):
    """The fewest and the most workers that cost less than one machine as fast as they are; None where none do."""
    cheaper = [n for n in range(2, MANY) if more(n, wait) < bigger(speed(n, wait), price)]
    return (cheaper[0], cheaper[-1]) if cheaper else None


def down(out_of, enough):
    """Share of the time that fewer than `enough` of `out_of` machines are up, which fail independently."""
    return sum(comb(out_of, up) * (1 - AWAY) ** up * AWAY ** (out_of - up) for up in range(enough))


def table():
    """(situation, arm, reason) with the model's numbers."""
    many = workers()[1]
    enough = next(n for n in range(2, MANY) if speed(n) >= LARGEST)
    rows = [
        (
            f"{LARGEST} times as fast and beyond",
            "horizontal-scaling",
            f"no machine is larger; {enough} workers do it, {speed(many):.0f} times is the last at which they would be "
            f"cheaper at x^{PRICE:g}, and {1 / WAIT:.0f} times is out of reach for any number",
        ),
        (
            f"steps so small that waiting for each other is {LONG_WAIT:g} of one",
            "vertical-scaling",
            f"at none of these prices is any number of workers cheaper, and none is {1 / LONG_WAIT:.0f} times as fast"
            if not any(workers(LONG_WAIT, price) for price in PRICES)
            else f"more workers pay only at some of these prices, and none is {1 / LONG_WAIT:.0f} times as fast",
        ),
    ]
    return (*[row for price in PRICES for row in _by_price(price)], *rows, *_beside_costs())


def _by_price(price):
    """Who is cheaper at one exponent: up to the first number of workers that pays, from there on, or always."""
    crossing, bought = workers(price=price), f"a bigger machine costs x^{price:.1f}"
    if crossing is None:
        return [(f"{bought}, at any speed that one has", "vertical-scaling", f"no number of workers pays: {_costs(32, price)}")]
    few = crossing[0]
    before = (f"{bought}, {speed(few - 1):.1f} times as fast as one machine", "vertical-scaling", _costs(few - 1, price))
    crossed = (
        f"{bought}, {speed(few):.1f} times as fast, where the costs cross, and beyond",
        "horizontal-scaling",
        f"{_costs(few, price)}; {_costs(32, price)}",
    )
    return [before, crossed] if few > 2 else [crossed]


def _costs(count, price):
    """Both costs at the speed of so many workers."""
    one = bigger(speed(count), price)
    return f"{count} workers with what hands out their work cost {more(count):.2f}, one machine as fast {one:.2f}"


def _beside_costs():
    """What decides where costs do not."""
    three, spare = down(3, enough=2), down(2, enough=1)
    alone, reserve = (1 - (1 - three) * (1 - handing) for handing in (AWAY, spare))
    return (
        (
            "it must go on while a machine is down",
            "horizontal-scaling",
            f"one machine is down {AWAY:.0%} of the time, and three workers of which two are enough {three:.2%}; but with one "
            f"machine that hands out their work it is {alone:.2%}, so that one needs a second in reserve, too: {reserve:.2%}",
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
    """What the same work costs by the number of workers, and on one machine that is as fast, at each exponent of its price."""
    counts, said = range(1, LARGEST + 1), []
    for price in PRICES:
        crossing = workers(price=price)
        said.append(f"x^{price:.1f} {f'at {crossing[0]} workers' if crossing else 'nowhere'}")
    machines = {f"vertical-scaling, x^{price:.1f}": [bigger(speed(count), price) for count in counts] for price in PRICES}
    return Figure(
        title="Cost of the same work at the same speed, by the number of workers",
        message="where the costs cross, by the price of a machine x times as fast: " + ", ".join(said),
        series={"horizontal-scaling": [more(count) for count in counts], **machines},
        x=("1 worker", f"{LARGEST} workers"),
    )
