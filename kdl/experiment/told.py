"""How the numbers of a pair read: tables of means, effects, intervals, the evidence of a claim. Words only; no colours.

A terminal and a page show the same words.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kdl.experiment import verdict
from kdl.experiment.claims import Measure
from kdl.experiment.measured import Measured
from kdl.experiment.pair import Pair


def number(value: float) -> str:
    """Four decimals below ten, four digits above; three significant digits below a hundredth, where decimals show less."""
    if 0 < abs(value) < 0.01:
        return f"{value:#.3g}"
    return f"{value:.4f}" if abs(value) < 10 else f"{value:.4g}"


def boards(pair: Pair, measured: Measured) -> list[tuple[Measure, list[list[str]]]]:
    """For each measure of the claims its table of means: a head, then one row for each condition that has it."""
    found = []
    for claim in measured_claims(pair):
        scores, failed, measure = measured.scores(claim.measure), measured.failed(claim.measure), claim.measure
        over = f" over {claim.b}" if len(pair.arms) > 2 else ""
        leads = [f"lead of {claim.a}{over}", "better in"] if claim.b else []  # a trend is about one arm: nobody leads
        rows = [[measure.name, *pair.arms, *leads]]
        for condition in measured.conditions():
            cells = [_mean(measure, scores.get((arm, condition), {}), failed.get((arm, condition), 0)) for arm in pair.arms]
            gaps = verdict.differences(claim, scores, condition) if leads else []
            lead = [effect(sum(gaps) / len(gaps), measure), f"{sum(gap > 0 for gap in gaps)} of {len(gaps)}"] if gaps else None
            if any(cell != "-" for cell in cells) or len(measured_claims(pair)) == 1:
                rows.append([pair.conditions.get(condition, condition), *cells, *(lead or ["-"] * len(leads))])
        found.append((measure, rows))
    return found


@dataclass(frozen=True)
class Look:
    """A comparison that is done soon: what to type, and the seconds of training that it takes, None where that is unknown."""

    command: str
    seconds: int | None


SOON = 30  # seconds


def first_look(pair: Pair, measured: Measured) -> Look:
    """Two seeds; of the condition that takes least, where two seeds of all of them take longer than half a minute.

    Args:
        measured: a run whose times tell how long it takes.
    """
    command, seeds = f"kdl compare {pair.card.id} --seeds 2", len(measured.seeds())
    if not seeds:
        return Look(command, None)
    whole = cost(pair, measured, 2, None)
    costs = {condition: cost(pair, measured, 2, [condition]) for condition in measured.conditions()}
    costs = {condition: spent for condition, spent in costs.items() if spent > 0}
    least = min(costs, key=costs.__getitem__, default=None)
    if whole <= SOON or not costs[least] < whole:  # one training, of which everything is asked
        return Look(command, math.ceil(whole))
    return Look(f"{command} --condition {least}", math.ceil(costs[least]))


def cost(pair: Pair, measured: Measured, seeds: int, conditions: Sequence[str] | None) -> float:
    """Seconds of training that so many seeds of these conditions (None: all) took, by the times of a run.

    A training that serves several conditions costs its time whichever of them is wanted, and once.
    """

    def training(row) -> tuple[str, str]:
        of = getattr(pair.arms.get(row["arm"]), "training", None)
        return row["arm"], of(row["condition"]) if of else row["condition"]

    wanted = {training(row) for row in measured.rows if not conditions or row["condition"] in conditions}
    spent = sum(row["seconds"] for row in measured.rows if training(row) in wanted)
    return spent * seeds / max(1, len(measured.seeds()))


def measured_claims(pair: Pair) -> list:
    """One claim for each measure; one about two arms where there is one."""
    seen: dict = {}
    for claim in pair.claims:
        if hasattr(claim, "measure") and not getattr(seen.get(claim.measure.name), "b", None):
            seen[claim.measure.name] = claim
    return list(seen.values())


def caption(measure: Measure) -> str:
    """What the numbers of a board are."""
    mean = "geometric mean" if measure.scale == "ratio" else "mean"
    reached = f"; in brackets, the seeds that reached {measure.target:g}" if measure.target is not None else ""
    factor = "; the lead is a factor, its geometric mean too" if measure.scale == "ratio" else ""
    return f"{measure.text}, {mean} over the seeds{reached}{factor}"


def effect(value: float, measure: Measure) -> str:
    """A lead in the measure's unit, or as a factor (a doubling is 2.00x) on the ratio scale."""
    return factor(value) if measure.scale == "ratio" else number(value)


def factor(doublings: float, *, short: bool = False) -> str:
    """`4.69x`, `1,024x`; beyond a million and below a hundredth `5.02e23x`, which no float has to hold.

    Args:
        short: no zeros at the end, as somebody writes a factor down: `2x`, `1.25x`.
    """
    if not -6.6 < doublings < 20:
        tens = doublings * math.log10(2)
        return f"{10 ** (tens - math.floor(tens)):.2f}e{math.floor(tens)}x"
    times = 2**doublings
    if doublings > 9.9:
        return f"{times:,.0f}x"
    return f"{times:.3g}x" if short or times < 0.1 else f"{times:.2f}x"


def _mean(measure: Measure, scores: Mapping[int, float], failed: int) -> str:
    """The mean of a cell, as its scale has it; how many seeds reached the target, failed, and scored the worst unfailed."""
    if not scores:
        return "-"
    found = list(scores.values())
    mean = statistics.geometric_mean(found) if measure.scale == "ratio" else statistics.fmean(found)
    reached = [] if measure.target is None else [f"{sum(map(measure.reached, found))} of {len(found)}"]
    worst = found.count(measure.worst) - failed
    said = reached + ([f"{failed} failed, counted as {measure.worst:g}"] if failed else [])
    said += [f"{worst} at the worst value, {measure.worst:g}"] if worst else []
    return number(mean) + (f" ({'; '.join(said)})" if said else "")


def evidence(row: Mapping, pair: Pair) -> list[str]:
    """The numbers behind a claim's verdict, in words."""
    claim = pair.claim(row["id"])
    if row["kind"] == "exact":
        return [", ".join(f"{name} = {value:,}" for name, value in row["counts"].items())]
    if row["kind"] == "scenario":
        return [f"{situation}: {arm}, because {why}" for situation, arm, why in claim.table]
    if row["n"] == 0:
        return [f"not measured: it needs {', '.join(pair.conditions[name] for name in claim.deciding)}"]
    name, better = wording(claim)
    if row["verdict"] is None:
        return [
            f"{row['n']} seed{'s' * (row['n'] != 1)}, of {verdict.NEEDED} that a verdict needs: {name} "
            f"{effect(row['mean'], claim.measure)}, {better} in {row['wins']}; "
            f"smallest effect of interest {smallest(row['smallest'], claim.measure)}"
        ]
    lines = [
        f"{name} {effect(row['mean'], claim.measure)}, 95 % interval {interval(row['low'], row['high'], claim.measure)}, "
        f"p = {row['p']:.3g}, {better} in {row['wins']} of {row['n']} seeds; "
        f"smallest effect of interest {smallest(row['smallest'], claim.measure)}"
    ]
    if row.get("reached"):
        lines.append(_reached(row, pair))
    if left_open := unshown(row, claim):
        lines.append(left_open)
    return lines


def wording(claim) -> tuple[str, str]:
    """What the mean of a measured claim is, and whose; and what a win is."""
    if claim.kind == "trend":
        return {
            "worsens": (f"worsening of {claim.a}", "worse"),
            "improves": (f"improvement of {claim.a}", "better"),
        }[claim.shape]
    if claim.kind != "interaction":
        return f"lead of {claim.a}", "better"
    if claim.shape == "grows":
        return f"growth of the lead of {claim.a}", "positive"
    return f"lead at the weaker end ({claim.a}'s at one, {claim.b}'s at the other)", "better"


def unshown(row: Mapping, claim) -> str | None:
    """What a confirmed claim leaves open: its mean reaches the smallest effect, its interval may begin below that."""
    judged_by_mean = row["verdict"] == verdict.CONFIRMED and row["kind"] in ("greater", "interaction", "trend")
    if not judged_by_mean or row["low"] >= row["smallest"] or math.isclose(row["low"], row["smallest"]):
        return None
    edge = smallest(row["smallest"], claim.measure)
    return f"the interval begins below the smallest effect of {edge}: that the effect is at least that large is not shown"


def undecided(row: Mapping, claim) -> str:
    """Why an `equal` claim is not shown."""
    return (
        f"not shown: the interval, {interval(row['low'], row['high'], claim.measure)}, reaches over the edge of what counts as "
        f"equal, {smallest(row['smallest'], claim.measure)} either way"
    )


def _reached(row: Mapping, pair: Pair) -> str:
    """How many seeds learned the task, by condition and arm."""
    parts = [
        f"{pair.conditions[condition]}: " + ", ".join(f"{arm} {count} of {row['n']}" for arm, count in arms.items())
        for condition, arms in row["reached"].items()
    ]
    return f"reached {pair.claim(row['id']).measure.target:g} at {'; '.join(parts)}"


def interval(low: float | None, high: float | None, measure: Measure) -> str:
    """Both ends of an interval, in the measure's unit or as factors."""
    if low is None or high is None:
        return "unbounded"
    return f"{effect(low, measure)} to {effect(high, measure)}"


def smallest(value: float, measure: Measure) -> str:
    """The smallest effect of interest as it was written down: 0.05, or 2x."""
    return factor(value, short=True) if measure.scale == "ratio" else f"{value:g}"
