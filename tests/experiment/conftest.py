"""A pair without Keras: two arms whose scores are a formula of the seed."""

from __future__ import annotations

import math

import pytest

from kdl import catalog
from kdl.experiment import fairness, renewal, results, run
from kdl.experiment.claims import Greater, Interaction, Measure, Prediction
from kdl.experiment.measured import Figure
from kdl.experiment.pair import Pair

ERROR = Measure("error", "error", better="less", worst=1.0, target=0.2)


class Arm:
    """Scores `level[condition]` plus a little of the seed; counts how often it is called."""

    def __init__(self, levels, size, diverges=()):
        self.levels, self.size, self.diverges, self.calls = levels, size, diverges, []

    def __call__(self, seed, condition):
        self.calls.append((seed, condition))
        score = math.nan if seed in self.diverges else self.levels[condition] + 0.001 * seed
        return {"error": score, "seconds": 0.5, "left": [1.0, 0.5]}

    def described(self, condition):
        return fairness.Arm({"model": "toy", "learning_rate": 0.1}, ("one (3,)",), self.size, 2 * self.size, 8 * self.size)


@pytest.fixture
def toy(monkeypatch):
    """A Pair whose arm `b` is better at "near" by 0.1 and at "far" by 0.5; `run_pair(toy.card, ...)` measures it."""
    card = catalog.PairCard("P99", "Is b better?", ("a", "b"), 1, "short", 2, catalog.PACKAGE / "pairs" / "none.py")
    pair = Pair(
        card=card,
        claims=(
            Greater("better", "b is better when far.", "b", "a", ERROR, "far", 0.05, errata=("E001",)),
            Interaction("grows", "Its lead grows.", "b", "a", ERROR, ("near", "far"), "grows", 0.05),
        ),
        arms={"a": Arm({"near": 0.2, "far": 0.6}, 100), "b": Arm({"near": 0.1, "far": 0.1}, 102)},
        conditions={"near": "near", "far": "far away"},
        prediction=Prediction("better", "Which?", {"a": "a", "b": "b", "neither": "neither"}),
        figure=lambda measured: Figure("What is left", "half", {"a": [1.0, 0.5]}, ("0", "1")),
    )
    from kdl import backend

    monkeypatch.setattr(run.pairs, "load", lambda wanted: pair)
    monkeypatch.setattr(run, "digest", lambda wanted: "code")
    for module in (results, renewal):
        monkeypatch.setattr(module, "of_pair", lambda wanted: "code of the pair")
    monkeypatch.setattr(backend, "device", lambda: "CPU")
    monkeypatch.setattr(backend, "versions", lambda: {"keras": "3", "threads": 1})
    return pair
