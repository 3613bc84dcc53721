"""A pair file, imported and checked: its claims, arms, conditions, prediction and figure.

A pair file is declarative. It assigns CLAIMS, ARMS (id -> function), CONDITIONS (id -> how it reads) and PREDICTION, and
defines `figure(measured) -> Figure`. DIFFERS names what the claims are about, where that is more than one thing. A pair
whose claims are all `exact` or `scenario` runs nothing, and has CLAIMS and PREDICTION alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kdl import catalog
from kdl.errors import BadContent
from kdl.experiment.claims import Claim, Prediction
from kdl.experiment.measured import Figure, Measured

# What a prediction may name beside the two arms, by the kind of its claim; see `verdict.outcome`.
_OUTCOMES = {
    "greater": ("neither",),
    "equal": ("equal", "neither"),
    "interaction": ("yes", "no", "neither"),
    "trend": ("yes", "no", "neither"),
    "exact": ("yes", "no"),
}


_NAMES = ("CLAIMS", "ARMS", "CONDITIONS", "PREDICTION", "figure")


@dataclass(frozen=True)
class Pair:
    """One contrast, ready to run.

    Attributes:
        card: what its header says.
        claims: in the order of the file.
        arms: id -> `measure(seed, condition) -> {name: float | [float]}`; may have `described(condition)`, which gives a
            `fairness.Arm`, or None for a condition under which nothing is built.
        conditions: id -> how it reads ("length 20").
        prediction: what the learner is asked; None for a pair of scenarios.
        figure: draws the signature figure from what was measured.
        differs: what may differ between the arms, because the claims are about it; empty: one thing, whichever.
    """

    card: catalog.PairCard
    claims: Sequence[Claim]
    arms: Mapping[str, Callable[[int, str], dict]]
    conditions: Mapping[str, str]
    prediction: Prediction | None
    figure: Callable[[Measured], Figure | None]
    differs: Sequence[str] = ()

    @property
    def computes(self) -> bool:
        """Is anything measured or counted? A table for deciding needs no framework."""
        return any(claim.kind != "scenario" for claim in self.claims)

    def claim(self, name: str) -> Claim:
        return next(claim for claim in self.claims if claim.id == name)


def load(card: catalog.PairCard) -> Pair:
    """Import the file behind a card. Keras is imported only when an arm is called.

    Raises:
        BadContent: a name is missing, or two of them do not fit together.
    """
    module = catalog.load(card)
    said = {name: getattr(module, name) for name in (*_NAMES, "DIFFERS") if hasattr(module, name)}
    if all(claim.kind in ("exact", "scenario") for claim in said.get("CLAIMS", ())):
        said = {"ARMS": dict.fromkeys(card.arms), "CONDITIONS": {}, "figure": lambda measured: None, **said}
    missing = [name for name in _NAMES if name not in said]
    if missing:
        raise BadContent(card.path, 1, f"defines no {missing[0]}")
    pair = Pair(card, *(said[name] for name in _NAMES), said.get("DIFFERS", ()))
    for wrong in _faults(pair):
        raise BadContent(card.path, 1, wrong)
    return pair


def _faults(pair: Pair):
    """What does not fit together, one sentence each."""
    if tuple(pair.arms) != pair.card.arms:
        yield f"ARMS are {', '.join(pair.arms)}, and the header says {', '.join(pair.card.arms)}"
    ids = [claim.id for claim in pair.claims]
    if len(set(ids)) < len(ids):
        yield f"two claims have the same id: {', '.join(ids)}"
    for claim in pair.claims:
        for arm in (claim.a, claim.b):
            if arm is not None and arm not in pair.card.arms:
                yield f"claim {claim.id} names the arm {arm!r}, which the pair has not"
        for condition in claim.conditions:
            if condition not in pair.conditions:
                yield f"claim {claim.id} names the condition {condition!r}, which CONDITIONS has not"
    if pair.prediction:
        if pair.prediction.claim not in ids:
            yield f"PREDICTION is about the claim {pair.prediction.claim!r}, which does not exist"
        else:
            claim = pair.claim(pair.prediction.claim)
            arms = (claim.a, claim.b) if claim.kind in ("greater", "equal") else ()
            if set(pair.prediction.choices) != {*arms, *_OUTCOMES.get(claim.kind, ())}:
                yield f"PREDICTION must offer {', '.join((*arms, *_OUTCOMES.get(claim.kind, ())))}"
