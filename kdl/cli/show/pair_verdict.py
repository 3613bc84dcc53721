"""How measurements, verdicts and figures of a pair read in a terminal; shared by `kdl compare` and `kdl pair show`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from kdl.cli import render
from kdl.cli.show import prose
from kdl.experiment import verdict
from kdl.experiment.measured import Measured
from kdl.experiment.pair import Pair

# The shape of an interaction -> what its mean is, and what a win is.
_INTERACTIONS = {"grows": ("growth of the lead", "positive"), "crosses": ("lead at the weaker end", "better")}
_COLOURS = {"confirmed": "green", "refuted": "red", "not shown": "yellow", "mixed": "yellow"}


def number(value: float) -> str:
    """Four decimals below ten, four digits above."""
    return f"{value:.4f}" if abs(value) < 10 else f"{value:.4g}"


def board(pair: Pair, measured: Measured) -> list[list[str]]:
    """The table of means: a head, then one row for each condition. Nothing for a pair that measures nothing."""
    claim = next((claim for claim in pair.claims if hasattr(claim, "measure")), None)
    if claim is None:
        return []
    scores = measured.scores(claim.measure)
    rows = [[claim.measure.name, *pair.arms, f"lead of {claim.a}", "better in"]]
    for condition in measured.conditions():
        cells = [_mean(claim.measure, scores.get((arm, condition), {})) for arm in pair.arms]
        gaps = verdict.differences(claim, scores, condition)
        lead = [number(sum(gaps) / len(gaps)), f"{sum(gap > 0 for gap in gaps)} of {len(gaps)}"] if gaps else ["-", "-"]
        rows.append([pair.conditions[condition], *cells, *lead])
    return rows


def caption(pair: Pair) -> str:
    """What the numbers of the board are."""
    claim = next(claim for claim in pair.claims if hasattr(claim, "measure"))
    reached = f"; in brackets, the seeds that reached {claim.measure.target:g}" if claim.measure.target is not None else ""
    return f"{claim.measure.text}, mean over the seeds{reached}"


def _mean(measure, scores: Mapping[int, float]) -> str:
    if not scores:
        return "-"
    reached = "" if measure.target is None else f" ({sum(map(measure.reached, scores.values()))} of {len(scores)})"
    return number(sum(scores.values()) / len(scores)) + reached


def show_board(pair: Pair, measured: Measured) -> None:
    rows = board(pair, measured)
    if rows:
        render.table(rows[1:], head=rows[0])
        prose.show(f"({caption(pair)})")


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
    if row["kind"] == "exact":
        values = pair.claim(row["id"]).compute()
        return [", ".join(f"{name} = {value:g}" for name, value in values.items())]
    if row["kind"] == "scenario":
        return [f"{situation}: {arm}, because {why}" for situation, arm, why in pair.claim(row["id"]).table]
    if row["n"] == 0:
        return [f"not measured: it needs {', '.join(pair.conditions[name] for name in pair.claim(row['id']).deciding)}"]
    name, better = ("lead", "better") if row["kind"] != "interaction" else _INTERACTIONS[pair.claim(row["id"]).shape]
    lines = [
        f"{name} {number(row['mean'])}, 95 % interval {interval(row['low'], row['high'])}, p = {row['p']:.3g}, "
        f"{better} in {row['wins']} of {row['n']} seeds; smallest effect of interest {row['smallest']:g}"
    ]
    if row["verdict"] is None:
        lines.append(f"incomplete: {row['n']} seed{'s' * (row['n'] != 1)}, a verdict needs {verdict.NEEDED}")
    return lines


def interval(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "unbounded"
    return f"{number(low)} to {number(high)}"


def show_arms(result: Mapping) -> None:
    """Size and time of each arm, side by side."""
    least = min((arm["seconds"] for arm in result["arms"] if arm["seconds"] > 0), default=None)
    rows = []
    for arm in result["arms"]:
        params = "-" if arm["params"] is None else f"{arm['params']:,}"
        rows.append((arm["id"], params, f"{arm['seconds']:.1f}", f"{arm['seconds'] / least:.2f}x" if least else "-"))
    render.table(rows, head=("arm", "parameters", "seconds", "time"))
    sizes = [arm["params"] for arm in result["arms"] if arm["params"]]
    if sizes and max(sizes) > 1.05 * min(sizes):
        render.say("The arms differ in size by more than 5 %.")


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
