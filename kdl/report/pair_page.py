"""What the page of a pair shows: the question, the claims with their verdicts and differences, the figure, the reading."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from kdl import headers
from kdl.experiment import told, verdict
from kdl.experiment.measured import Measured
from kdl.experiment.pair import Pair
from kdl.report import drawing, equations, page, paired_plots, plots, reading
from kdl.report.drawing import Shape
from kdl.report.evidence import Evidence
from kdl.report.paired_plots import Strip

MARKS = {"confirmed": "●", "refuted": "×", "not shown": "○", "mixed": "◐", None: "…"}
KINDS = {
    "greater": "One arm beats the other, by at least the smallest effect.",
    "equal": "The arms differ by less than the smallest effect.",
    "interaction": "The lead depends on the condition.",
    "trend": "One arm alone gets worse, or better, from the first condition to the last.",
    "exact": "A count, computed.",
    "scenario": "A table of decisions: nothing is run, so there is no verdict.",
}


def pair_page(pair: Pair, found: Evidence | None) -> str:
    """The page as HTML; the same bytes for the same evidence.

    Args:
        found: the committed result or a run; None where there is neither.
    """
    seeds = found.result["seeds"] if found else []
    known = {row["id"] for row in found.result["claims"]} if found else set()
    return page.render(
        "pair.html.jinja",
        **brief(pair, found, shapes=(drawing.WIDE, drawing.NARROW), drawn=True),
        marks=MARKS,
        unknown=sorted(known - {claim.id for claim in pair.claims}),
        boards=_boards(pair, found) if seeds else [],
        arms=_arms(found) if seeds else [],
        sizes_at=_sizes_at(pair, found) if seeds else "",
        fairness=found.result.get("fairness") if found else None,
        training=_training(pair, found.measured) if found else [],
        reading=reading.html(headers.body(pair.card.path)),
        equations=equations.of_pair(pair.card),
        scores=_scores(pair, found.measured) if seeds else [],
        versions=page.versions(found.versions) if found else "",
        look=told.first_look(pair, found.measured if found else Measured([])),
    )


def brief(
    pair: Pair, found: Evidence | None, *, shapes: Sequence[Shape] = (drawing.ROOMY, drawing.TIGHT), drawn=False, figures=True
) -> dict:
    """What the page of all pairs tells of one: its claims with their numbers, and its signature figure.

    Args:
        shapes: of the signature figure.
        drawn: draw the differences of each claim too, and say how many seeds met the target.
        figures: False draws nothing at all.
    """
    rows = {row["id"]: row for row in found.result["claims"]} if found else {}
    return {
        "card": pair.card,
        "found": found,
        "state": state(pair, found),
        "claims": [_claim(pair, claim, rows.get(claim.id), found, drawn) for claim in pair.claims],
        "figure": _signature(pair.card.id, found, shapes) if found and figures else None,
        "nothing_to_run": not pair.conditions,
    }


def state(pair: Pair, found: Evidence | None) -> str:
    """The verdict in a word; what stands in its place where there is none."""
    if found is None:
        return "not run"
    if found.result["verdict"]:
        return found.result["verdict"]
    if all(claim.kind == "scenario" for claim in pair.claims):
        return "no verdict"
    return "incomplete"


# ---- claims ----------------------------------------------------------------------------------------------------------


def _claim(pair: Pair, claim, row: Mapping | None, found: Evidence | None, figures: bool) -> dict:
    """One claim with its numbers, in words and drawn."""
    shown = {
        "id": claim.id,
        "text": claim.text,
        "kind": claim.kind,
        "meant": KINDS[claim.kind],
        "errata": claim.errata,
        "row": row,
        "verdict": row and row["verdict"],
        "facts": [],
        "counts": [],
        "table": getattr(claim, "table", ()),
        "figures": [],
        "missing": "",
        "open": "",
    }
    if claim.kind == "scenario":
        return {**shown, "verdict": None}
    if row is None:
        return {**shown, "missing": "Not measured yet."}
    if claim.kind == "exact":
        most = max(map(abs, row["counts"].values()), default=0) or 1
        return {**shown, "counts": [(name, value, abs(value) / most) for name, value in row["counts"].items()]}
    if row["n"] == 0:
        wanted = ", ".join(pair.conditions[name] for name in claim.deciding)
        return {**shown, "missing": f"Not measured: it needs {wanted}."}
    if row["verdict"] is None:
        shown["missing"] = f"Incomplete: {row['n']} seed{'s' * (row['n'] != 1)}, a verdict needs {verdict.NEEDED}."
    if left_open := told.unshown(row, claim):
        shown["open"] = f"{left_open[0].upper()}{left_open[1:]}."
    shown["facts"] = [*_facts(claim, row), *(_reached(pair, claim, row) if figures else [])]
    if figures:
        shown["figures"] = _drawn(pair, claim, row, found.measured)
    return shown


def _facts(claim, row: Mapping) -> list[tuple[str, str, str]]:
    """(key, what it is, its value) of a claim that was measured."""
    lead, better = told.wording(claim)
    return [
        ("mean", f"mean {lead}", told.effect(row["mean"], claim.measure)),
        ("interval", "95 % interval", told.interval(row["low"], row["high"], claim.measure)),
        ("p", "p, exact sign-flip test", f"{row['p']:.3g}"),
        ("wins", f"{better} in", f"{row['wins']} of {row['n']} seeds"),
        ("smallest", "smallest effect of interest", told.smallest(row["smallest"], claim.measure)),
    ]


def _reached(pair: Pair, claim, row: Mapping) -> list[tuple[str, str, str]]:
    """How many seeds of each arm met the measure's target, as further facts."""
    return [
        ("reached", f"{arm} reached {claim.measure.target:g} at {pair.conditions.get(name, name)}", f"{count} of {row['n']}")
        for name, arms in (row.get("reached") or {}).items()
        for arm, count in arms.items()
    ]


def _drawn(pair: Pair, claim, row: Mapping, measured: Measured) -> list[str]:
    """The paired differences of a claim; for an interaction the lead by condition too, and for a trend the change."""
    scores, measure = measured.scores(claim.measure), claim.measure
    ratio = measure.scale == "ratio"
    gaps = {condition: verdict.gaps(claim, scores, condition) for condition in claim.conditions}
    strips = _strips(pair, claim, row, scores)
    name = f"{pair.card.id}-{claim.id}"
    if claim.kind == "interaction":  # whose it is stands beside the figure: two names do not fit below a narrow one
        lead = "growth of the lead" if claim.shape == "grows" else "lead"
    else:
        lead = told.wording(claim)[0]
    desc = (
        f"{row['n']} paired differences; mean {told.effect(row['mean'], measure)}, 95 % interval"
        f" {told.interval(row['low'], row['high'], measure)}, {row['wins']} of {row['n']} above "
        f"{'1x' if ratio else '0'}; the smallest effect of interest is {told.smallest(row['smallest'], measure)}."
    )
    figures = [
        paired_plots.differences(
            f"{name}-differences",
            f"Paired differences: {claim.text}",
            desc,
            strips,
            smallest=claim.smallest,
            equal=claim.kind == "equal",
            ratio=ratio,
            xlabel=f"{lead}, {measure.name}" + (" (a factor)" if ratio else ""),
        )
    ]
    known = {pair.conditions[name]: found for name, found in gaps.items() if found}
    if len(known) >= {"interaction": 2, "trend": 3}.get(claim.kind, math.inf):  # two conditions of a trend are its differences
        what = lead if claim.kind == "trend" else f"lead of {claim.a}"
        against = f"since {next(iter(known))}" if claim.kind == "trend" else f"over {claim.b}"
        means = ", ".join(f"{where}: {told.effect(sum(one.values()) / len(one), measure)}" for where, one in known.items())
        title, seen = f"{what.capitalize()} by condition", f"Mean {what} {against}: {means}."
        figures.append(paired_plots.leads(f"{name}-leads", title, seen, known, ratio=ratio, ylabel=what))
    return figures


def _strips(pair: Pair, claim, row: Mapping, scores: verdict.Scores) -> list[Strip]:
    """What was tested: one list of differences, or two where a claim is about both ends."""
    if claim.kind != "interaction" or claim.shape == "grows":
        gaps = [verdict.gaps(claim, scores, name) for name in dict.fromkeys(claim.deciding)]
        seeds = sorted(set.intersection(*(set(gap) for gap in gaps)))
        values = {seed: gaps[-1][seed] - (gaps[0][seed] if len(gaps) > 1 else 0) for seed in seeds}
        return [Strip("", values, row["mean"], row["low"], row["high"])]
    first, last = (verdict.gaps(claim, scores, end) for end in claim.deciding)
    seeds, strips = sorted(first.keys() & last.keys()), []
    winners = zip(claim.deciding, (first, last), (1, -1), (claim.a, claim.b), strict=True)
    for (condition, gap, sign, winner), found in zip(winners, verdict.ends(claim, scores), strict=True):
        values = {seed: sign * gap[seed] for seed in seeds}
        strips.append(Strip(f"{winner}, {pair.conditions[condition]}", values, found.mean, found.low, found.high))
    return strips


# ---- what was measured -----------------------------------------------------------------------------------------------


def _boards(pair: Pair, found: Evidence) -> list[dict]:
    boards = told.boards(pair, found.measured)
    return [{"caption": told.caption(measure), "head": rows[0], "rows": rows[1:]} for measure, rows in boards]


def _arms(found: Evidence) -> list[dict]:
    """Size, work, memory and time of each arm, as text."""
    rows = []
    for arm in found.result["arms"]:
        memory, ratio = arm.get("memory"), arm.get("ratio")
        rows.append(
            {
                "id": arm["id"],
                "params": _count(arm.get("params")),
                "multiply_adds": _count(arm.get("multiply_adds")),
                "memory": "-" if memory is None else f"{memory / 2**20:.2f} MiB",
                "seconds": f"{arm['seconds']:.1f}",
                "ratio": "-" if ratio is None else f"{ratio:.2f}x",
            }
        )
    return rows


def _sizes_at(pair: Pair, found: Evidence) -> str:
    """Under which condition the arms have the sizes that are shown; empty where there is one condition or no size."""
    if len(pair.conditions) < 2 or all(arm.get("params") is None for arm in found.result["arms"]):
        return ""
    return (found.result.get("fairness") or {}).get("at") or "the first condition under which all arms are networks"


def _count(value: float | None) -> str:
    return "-" if value is None else f"{value:,}"


def _scores(pair: Pair, measured: Measured) -> list[dict]:
    """One table for each measure and condition: seed, score of each arm."""
    tables = []
    for claim in told.measured_claims(pair):
        scores = measured.scores(claim.measure)
        for condition in measured.conditions():
            arms = {arm: scores[arm, condition] for arm in pair.arms if (arm, condition) in scores}
            seeds = sorted(set().union(*arms.values()))
            if seeds:
                where = pair.conditions.get(condition, condition)
                rows = [(seed, [found.get(seed) for found in arms.values()]) for seed in seeds]
                label = f"{claim.measure.name} at {where}" if len(pair.conditions) > 1 else claim.measure.name
                key = f"{claim.measure.name}:{condition}"
                tables.append({"key": key, "label": label, "arms": list(arms), "rows": rows})
    return tables


def _signature(name: str, found: Evidence, shapes: Sequence[Shape]) -> dict | None:
    return found.figure and _figure(f"{name}-signature", found.figure, shapes)


def _figure(name: str, figure: Mapping, shapes: Sequence[Shape]) -> dict:
    """A figure of a pair with its lines; `more`: those that stand below it."""
    lines = [line for line in figure["message"].split("; ") if line]
    more = [_figure(f"{name}-{number}", one, shapes) for number, one in enumerate(figure.get("more", ()), 2)]
    return {"title": figure["title"], "lines": lines, "svg": plots.signature(name, figure, shapes), "more": more}


def _training(pair: Pair, measured: Measured) -> list[dict]:
    """The curves that a run has: the loss of training, and the score after each epoch, for each condition."""
    drawn = []
    for condition in measured.conditions():
        for curve in _curve_names(measured, condition):
            curves = {arm: measured.curves(arm, condition, curve) for arm in pair.arms}
            curves = {arm: runs for arm, runs in curves.items() if runs}
            where = pair.conditions[condition]
            what = "Training loss" if curve == "losses" else f"{curve.removesuffix('.curve')} after each epoch"
            title = f"{what}, {where}"
            ends = [f"{arm} {_last(runs)}" for arm, runs in curves.items()]
            caption = f"At the end, mean of the seeds: {', '.join(ends)}"
            desc = f"Each seed thin, the mean thick. {caption}."
            key = f"{pair.card.id}-{curve.replace('.', '-')}-{condition}"
            x = ("start", "end of training") if curve == "losses" else ("first epoch", "last epoch")
            svg = plots.training(key, title, desc, curves, x, log=curve == "losses")
            drawn.append({"title": title, "svg": svg, "lines": [caption]})
    return drawn


def _curve_names(measured: Measured, condition: str) -> list[str]:
    names = dict.fromkeys(
        name
        for row in measured.rows
        if row["condition"] == condition
        for name, value in row["values"].items()
        if isinstance(value, list) and value and (name == "losses" or name.endswith(".curve"))
    )
    return list(names)


def _last(runs: list[list[float]]) -> str:
    known = [run[-1] for run in runs if math.isfinite(run[-1])]
    return f"{sum(known) / len(known):.4g}" if known else "diverged"
