"""How measurements, verdicts and figures of a pair read in a terminal; shared by `kdl compare` and `kdl pair show`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from kdl.cli import render
from kdl.cli.show import prose
from kdl.experiment import verdict
from kdl.experiment.claims import Measure
from kdl.experiment.measured import Measured
from kdl.experiment.pair import Pair

# The shape of an interaction -> what its mean is, and what a win is.
_INTERACTIONS = {"grows": ("growth of the lead", "positive"), "crosses": ("lead at the weaker end", "better")}
_COLOURS = {"confirmed": "green", "refuted": "red", "not shown": "yellow", "mixed": "yellow"}


def number(value: float) -> str:
    """Four decimals below ten, four digits above."""
    return f"{value:.4f}" if abs(value) < 10 else f"{value:.4g}"


def boards(pair: Pair, measured: Measured) -> list[tuple[Measure, list[list[str]]]]:
    """For each measure of the claims its table of means: a head, then one row for each condition that has it."""
    found = []
    for claim in _first_claims(pair):
        scores, measure = measured.scores(claim.measure), claim.measure
        rows = [[measure.name, *pair.arms, f"lead of {claim.a}", "better in"]]
        for condition in measured.conditions():
            cells = [_mean(measure, scores.get((arm, condition), {})) for arm in pair.arms]
            gaps = verdict.differences(claim, scores, condition)
            lead = [effect(sum(gaps) / len(gaps), measure), f"{sum(gap > 0 for gap in gaps)} of {len(gaps)}"] if gaps else None
            if any(cell != "-" for cell in cells) or len(_first_claims(pair)) == 1:
                rows.append([pair.conditions[condition], *cells, *(lead or ["-", "-"])])
        found.append((measure, rows))
    return found


def _first_claims(pair: Pair) -> list:
    """One claim for each measure."""
    seen: dict = {}
    for claim in pair.claims:
        if hasattr(claim, "measure"):
            seen.setdefault(claim.measure.name, claim)
    return list(seen.values())


def caption(measure: Measure) -> str:
    """What the numbers of a board are."""
    reached = f"; in brackets, the seeds that reached {measure.target:g}" if measure.target is not None else ""
    factor = "; the lead is a factor, its geometric mean" if measure.scale == "ratio" else ""
    return f"{measure.text}, mean over the seeds{reached}{factor}"


def effect(value: float, measure: Measure) -> str:
    """A lead in the measure's unit, or as a factor (a doubling is 2.00x) on the ratio scale."""
    return f"{2**value:.2f}x" if measure.scale == "ratio" else number(value)


def _mean(measure, scores: Mapping[int, float]) -> str:
    if not scores:
        return "-"
    reached = "" if measure.target is None else f" ({sum(map(measure.reached, scores.values()))} of {len(scores)})"
    return number(sum(scores.values()) / len(scores)) + reached


def show_board(pair: Pair, measured: Measured) -> None:
    for measure, rows in boards(pair, measured):
        render.table(rows[1:], head=rows[0])
        prose.show(f"({caption(measure)})")


def show_claims(pair: Pair, result: Mapping, committed: Mapping | None = None) -> None:
    """One block for each claim; where it has no verdict yet, the committed one beside it.

    Args:
        result: a `kdl.verdict/1` object.
        committed: that of the committed run, where `result` is another.
    """
    recorded = {row["id"]: row for row in committed["claims"]} if committed else {}
    looked_past = [row for row in result["claims"] if row.get("n") == 0 and row["kind"] not in ("exact", "scenario")]
    if len(looked_past) == len(result["claims"]):
        prose.show("This look shows the table above; no claim is about these conditions alone.")
    for row in result["claims"]:
        claim = pair.claim(row["id"])
        if row in looked_past:
            said = evidence(row, pair)[0]
            if row["id"] in recorded:
                known = recorded[row["id"]]
                said += f"; the committed run ({known['n']} seeds) says: {known['verdict']}"
            prose.show(claim.text, indent=4, first="- ")
            prose.show(said, indent=4)
            continue
        prose.show(claim.text, indent=4, first=f"{word(row)}  ")
        for line in evidence(row, pair):
            prose.show(line, indent=4)
        if row["verdict"] is None and row["id"] in recorded:
            known = recorded[row["id"]]
            prose.show(f"committed run ({known['n']} seeds): {known['verdict']}; " + "; ".join(evidence(known, pair)), indent=4)


def word(row: Mapping) -> str:
    """The verdict of a claim or a pair, in colour; "incomplete" while there is none."""
    if row["verdict"] is None:
        return render.style("table" if row.get("kind") == "scenario" else "incomplete", bold=True)
    return render.style(row["verdict"], bold=True, fg=_COLOURS[row["verdict"]])


def evidence(row: Mapping, pair: Pair) -> list[str]:
    """The numbers behind a claim's verdict, in words."""
    claim = pair.claim(row["id"])
    if row["kind"] == "exact":
        return [", ".join(f"{name} = {value:,}" for name, value in row["counts"].items())]
    if row["kind"] == "scenario":
        return [f"{situation}: {arm}, because {why}" for situation, arm, why in claim.table]
    if row["n"] == 0:
        return [f"not measured: it needs {', '.join(pair.conditions[name] for name in claim.deciding)}"]
    name, better = ("lead", "better") if row["kind"] != "interaction" else _INTERACTIONS[claim.shape]
    lines = [
        f"{name} {effect(row['mean'], claim.measure)}, 95 % interval {interval(row['low'], row['high'], claim.measure)}, "
        f"p = {row['p']:.3g}, {better} in {row['wins']} of {row['n']} seeds; "
        f"smallest effect of interest {_smallest(row['smallest'], claim.measure)}"
    ]
    if row.get("reached"):
        lines.append(_reached(row, pair))
    if row["verdict"] is None:
        lines.append(f"incomplete: {row['n']} seed{'s' * (row['n'] != 1)}, a verdict needs {verdict.NEEDED}")
    return lines


def _reached(row: Mapping, pair: Pair) -> str:
    """How many seeds learned the task, by condition and arm."""
    parts = [
        f"{pair.conditions[condition]}: " + ", ".join(f"{arm} {count} of {row['n']}" for arm, count in arms.items())
        for condition, arms in row["reached"].items()
    ]
    return f"reached {pair.claim(row['id']).measure.target:g} at {'; '.join(parts)}"


def interval(low: float | None, high: float | None, measure: Measure) -> str:
    if low is None or high is None:
        return "unbounded"
    return f"{effect(low, measure)} to {effect(high, measure)}"


def _smallest(value: float, measure: Measure) -> str:
    return f"{2**value:g}x" if measure.scale == "ratio" else f"{value:g}"


def show_arms(result: Mapping) -> None:
    """Size, work and time of each arm, side by side, and what differs between them; nothing where nothing was run."""
    if not result["seeds"]:
        return
    rows = []
    for arm in result["arms"]:
        counts = ["-" if arm.get(name) is None else f"{arm[name]:,}" for name in ("params", "multiply_adds")]
        memory = "-" if arm.get("memory") is None else f"{arm['memory'] / 2**20:.2f} MiB"
        ratio = "-" if arm.get("ratio") is None else f"{arm['ratio']:.2f}x"
        rows.append((arm["id"], *counts, memory, f"{arm['seconds']:.1f}", ratio))
    render.table(rows, head=("arm", "parameters", "multiply-adds", "memory", "seconds", "time"))
    show_fairness(result.get("fairness"))


def show_fairness(fairness: Mapping | None) -> None:
    """What differs between the arms, and a warning where that is more than the claim is about."""
    if not fairness:
        return
    for line in fairness["told"]:
        prose.show(line, indent=4, first="differs  " if line == fairness["told"][0] else "         ")
    if fairness["warning"]:
        prose.show(render.style(f"Warning: {fairness['warning']}", fg="yellow"))


def show_figure(figure: Mapping | None) -> None:
    """The signature figure, from what `Figure.as_json` returns."""
    if not figure:
        return
    from kdl.report import terminal

    series = {name: [math.nan if one is None else one for one in values] for name, values in figure["series"].items()}
    lines: Sequence[str] = terminal.curve(
        series,
        title=figure["title"],
        width=render.width(),
        height=14,
        log=figure["log"],
        x=tuple(figure["x"]),
        ascii=render.ascii_only(),
    )
    for line in lines:
        render.say(line)
    for line in figure["message"].split("; "):
        prose.show(line)
