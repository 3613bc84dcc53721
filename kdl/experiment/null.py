"""How often do the rules confirm a claim although there is nothing to find? Experiments whose arms are alike, by number.

Both arms of a null experiment, under every condition, draw their scores independently from one distribution, so that the
differences are symmetric about 0. Then p <= .05 happens in at most 5 % of the experiments, by either arm, and a claim that
names the winner beforehand is confirmed in about half of these.

The sign-flip test promises this for symmetric differences only. `SKEWED` shows what it does not promise: differences whose
mean is 0 while one side has few large values and the other many small ones.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from statistics import NormalDist

from kdl.experiment import verdict
from kdl.experiment.claims import Greater, Interaction, Measure, Trend

SEEDS = verdict.NEEDED
COUNT = 2000  # experiments of each kind
SCORE = Measure("score", "a number drawn at random", better="more", worst=-1e9)

# Python promises that `Random.random` gives the same numbers for ever, of its other methods it does not.
_NORMAL = NormalDist()


def _normal(dice: random.Random) -> float:
    return _NORMAL.inv_cdf(dice.random() or 0.5)


def _skewed(dice: random.Random) -> float:
    """Log-normal: most are small, a few are very large."""
    return 2.718281828459045 ** _normal(dice)


def _failures(dice: random.Random) -> float:
    """One run in ten does not learn at all."""
    return -10.0 if dice.random() < 0.1 else 0.1 * _normal(dice)


def _ties(dice: random.Random) -> float:
    """One of three values, as the accuracy on a tiny test set."""
    return float(int(3 * dice.random()))


KINDS: dict[str, Callable[[random.Random], float]] = {
    "normal": _normal,
    "skewed": _skewed,
    "one in ten fails": _failures,
    "ties": _ties,
}

_ENDS = ("first", "last")
CLAIMS = {
    "greater": Greater("null", "", "a", "b", SCORE, "first", 0.0),
    "interaction, grows": Interaction("null", "", "a", "b", SCORE, _ENDS, "grows", 0.0),
    "interaction, crosses": Interaction("null", "", "a", "b", SCORE, _ENDS, "crosses", 0.0),
    "trend": Trend("null", "", "a", SCORE, _ENDS, "worsens", 0.0),
}


def confirmed(claim, kind: str, count: int = COUNT, seed: int = 0) -> tuple[float, float]:
    """The share of null experiments that confirm a claim, and the share that confirm it or its opposite.

    Args:
        claim: one of CLAIMS; its smallest effect is 0, so that p and the wins alone decide.
        kind: the distribution that both arms draw from: a key of KINDS.
        count: experiments, of 10 seeds each.
        seed: of the dice.
    """
    dice, draw = random.Random(f"{seed} {kind} {claim.kind}"), KINDS[kind]
    here = either = 0
    for _ in range(count):
        scores = {
            (arm, condition): {number: draw(dice) for number in range(SEEDS)} for arm in "ab" for condition in claim.conditions
        }
        found = [verdict.of_claim(one, scores)["verdict"] == verdict.CONFIRMED for one in (claim, opposite(claim))]
        here += found[0]
        either += any(found)
    return here / count, either / count


def opposite(claim):
    """The claim that says the contrary: the other arm wins, or the one arm of a trend goes the other way."""
    if claim.kind == "trend":
        return replace(claim, shape=next(shape for shape in claim.shapes if shape != claim.shape))
    return replace(claim, a=claim.b, b=claim.a)


def confirmed_when_skewed(count: int = COUNT, seed: int = 0) -> tuple[float, float]:
    """The shares that confirm where the differences themselves are skewed: exponential, less their mean of 1.

    Returns:
        For a claim whose arm has few large wins and many small losses; and for the opposite claim.
    """
    import math

    dice, found = random.Random(f"{seed} skewed differences"), [0, 0]
    for _ in range(count):
        d = [-math.log(1 - dice.random()) - 1 for _ in range(SEEDS)]
        for place, sign in enumerate((1, -1)):
            found[place] += verdict.greater(verdict.paired([sign * one for one in d]), 0.0) == verdict.CONFIRMED
    return found[0] / count, found[1] / count
