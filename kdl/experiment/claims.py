"""The six kinds of claim that a pair file may make, and what they are made of. Data only: `verdict.py` judges them.

Everything that decides a verdict (measure, direction, condition, smallest effect) stands in the claim, written before
the full run. Differences are oriented so that positive supports the claim: arm `a` better than arm `b`, or in a trend
`a` at one condition better than `a` at another.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Measure:
    """One number that an arm returns.

    Args:
        name: its key in what an arm returns.
        text: what it is, with its unit, for a reader.
        better: "less" or "more".
        worst: what a diverged run scores; a finite score beyond it is cut to it, so that no run is worse than divergence.
        target: the score that counts as having learned the task; None where there is none.
        scale: "plain": arms differ by a difference. "ratio": by a factor, and a difference of 1 is a factor of 2; for
            steps, and for "seconds", which every arm has (interleaved runs on one machine). Scores must be above 0.
    """

    name: str
    text: str
    better: str
    worst: float
    target: float | None = None
    scale: str = "plain"

    def __post_init__(self):
        if self.scale not in ("plain", "ratio"):
            raise ValueError(f"scale must be plain or ratio. Received: scale={self.scale!r}")
        if self.better not in ("less", "more"):
            raise ValueError(f"better must be less or more. Received: better={self.better!r}")

    def advantage(self, a: float, b: float) -> float:
        """By how much `a` is better than `b`; negative where it is worse. On the ratio scale in doublings."""
        if self.scale == "ratio":
            if min(a, b) <= 0:
                raise ValueError(f"scores on the ratio scale must be above 0. Received: {self.name}={min(a, b)}")
            a, b = math.log2(a), math.log2(b)
        return b - a if self.better == "less" else a - b

    def bounded(self, score: float) -> float:
        """`score`, or the declared worst where it is beyond it or not a number."""
        if self.better == "less":
            return score if score <= self.worst else self.worst
        return score if score >= self.worst else self.worst

    def reached(self, score: float) -> bool:
        """Did this score reach the target?"""
        if self.target is None:
            return False
        return score <= self.target if self.better == "less" else score >= self.target


@dataclass(frozen=True)
class _AtOneCondition:
    id: str
    text: str
    a: str
    b: str
    measure: Measure
    condition: str
    smallest: float
    entries: tuple[str, ...] = ()
    errata: tuple[str, ...] = ()

    @property
    def conditions(self) -> tuple[str, ...]:
        return (self.condition,)

    @property
    def deciding(self) -> tuple[str, ...]:
        """The conditions that the verdict stands on."""
        return (self.condition,)


@dataclass(frozen=True)
class Greater(_AtOneCondition):
    """`a` beats `b` on a measure under one condition, by at least the smallest effect of interest."""

    kind: ClassVar[str] = "greater"


@dataclass(frozen=True)
class Equal(_AtOneCondition):
    """`a` and `b` differ by less than the smallest effect of interest, in either direction."""

    kind: ClassVar[str] = "equal"


class _AlongConditions:
    """What the kinds share that hold the last condition against the first."""

    def __post_init__(self):
        if self.shape not in self.shapes:
            raise ValueError(f"shape must be {' or '.join(self.shapes)}. Received: shape={self.shape!r}")
        if len(self.conditions) < 2:
            raise ValueError(f"{self.kind} claims need two conditions. Received: conditions={self.conditions!r}")

    @property
    def deciding(self) -> tuple[str, str]:
        """The conditions that the verdict stands on; those between them are only shown."""
        return self.conditions[0], self.conditions[-1]

    @property
    def condition(self) -> str:
        return " -> ".join(self.deciding)


@dataclass(frozen=True)
class Interaction(_AlongConditions):
    """The gap between `a` and `b` depends on the condition.

    Args:
        shape: "grows": a's advantage at the last condition exceeds that at the first by at least `smallest`.
            "crosses": `a` beats `b` at the first condition and `b` beats `a` at the last, each by `smallest`.
        conditions: in their natural order; two at least.
    """

    kind: ClassVar[str] = "interaction"
    shapes: ClassVar[tuple[str, str]] = ("grows", "crosses")
    id: str
    text: str
    a: str
    b: str
    measure: Measure
    conditions: tuple[str, ...]
    shape: str
    smallest: float
    entries: tuple[str, ...] = ()
    errata: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trend(_AlongConditions):
    """One arm alone gets worse, or better, from the first condition to the last, by at least the smallest effect.

    A deeper net may leave more loss than a shallow one of its own kind: no other arm is asked. Paired by seed, as two arms
    are: what seed 3 scores at the last condition is held against what it scores at the first.

    Args:
        shape: "worsens" or "improves".
        conditions: in their natural order; two at least.
    """

    kind: ClassVar[str] = "trend"
    shapes: ClassVar[tuple[str, str]] = ("worsens", "improves")
    b: ClassVar[None] = None
    id: str
    text: str
    a: str
    measure: Measure
    conditions: tuple[str, ...]
    shape: str
    smallest: float
    entries: tuple[str, ...] = ()
    errata: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exact:
    """A relation between counts, computed: no seeds, no statistics.

    Args:
        compute: returns the counts by name.
        holds: takes them and says whether the relation holds.
    """

    kind: ClassVar[str] = "exact"
    id: str
    text: str
    a: str
    b: str | None
    compute: Callable[[], Mapping[str, float]]
    holds: Callable[[Mapping[str, float]], bool]
    entries: tuple[str, ...] = ()
    errata: tuple[str, ...] = ()

    conditions: ClassVar[tuple[str, ...]] = ()


@dataclass(frozen=True)
class Scenario:
    """A decision table: which of the arms fits which situation, and why. Nothing is run, so there is no verdict.

    Args:
        table: rows of (situation, arm, reason).
    """

    kind: ClassVar[str] = "scenario"
    id: str
    text: str
    a: str
    b: str | None
    table: tuple[tuple[str, str, str], ...]
    entries: tuple[str, ...] = ()
    errata: tuple[str, ...] = ()

    conditions: ClassVar[tuple[str, ...]] = ()


Claim = Greater | Equal | Interaction | Trend | Exact | Scenario


@dataclass(frozen=True)
class Prediction:
    """What the learner is asked before the run.

    Args:
        claim: id of the claim that settles it.
        question: one sentence.
        choices: outcome -> how it reads; the outcomes are those of `verdict.outcome` for the claim's kind.
    """

    claim: str
    question: str
    choices: Mapping[str, str]
