"""How measurements, verdicts and figures of a pair read in a terminal; shared by `kdl compare` and `kdl pair show`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from kdl.cli import render
from kdl.cli.show import prose
from kdl.experiment import told
from kdl.experiment.measured import Measured
from kdl.experiment.pair import Pair

_COLOURS = {"confirmed": "green", "refuted": "red", "not shown": "yellow", "mixed": "yellow"}


def show_board(pair: Pair, measured: Measured) -> None:
    for measure, rows in told.boards(pair, measured):
        if sum(max(map(len, column)) + 2 for column in zip(*rows, strict=True)) - 2 <= render.width(140):
            render.table(rows[1:], head=rows[0])
        else:
            _stacked(*rows)
        prose.show(f"({told.caption(measure)})")


def _stacked(head: Sequence[str], *rows: Sequence[str]) -> None:
    """A board that is wider than the terminal: one block for each condition, so that nothing is cut."""
    for name, *cells in rows:
        render.say(render.style(f"{head[0]}, {name}", bold=True))
        render.fields([(f"  {what}", cell) for what, cell in zip(head[1:], cells, strict=True)])


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
    made = {claim.id: claim for claim in pair.claims}
    for row in result["claims"]:
        if row["id"] not in made:  # an old result of a pair that has been written anew
            prose.show(f"{row['id']}: a claim that the pair no longer makes.", indent=4, first=f"{word(row)}  ")
            continue
        claim = made[row["id"]]
        if row in looked_past:
            said = told.evidence(row, pair)[0]
            if row["id"] in recorded:
                known = recorded[row["id"]]
                said += f"; the committed run ({known['n']} seeds) says: {known['verdict']}"
            prose.show(claim.text, indent=4, first="- ")
            prose.show(said, indent=4)
            continue
        prose.show(claim.text, indent=4, first=f"{word(row)}  ")
        for line in told.evidence(row, pair):
            prose.show(line, indent=4)
        if row["verdict"] is None and row["kind"] != "scenario" and row["id"] in recorded:
            known = recorded[row["id"]]
            prose.show(
                f"committed run ({known['n']} seeds): {known['verdict']}; " + "; ".join(told.evidence(known, pair)), indent=4
            )


def word(row: Mapping) -> str:
    """The verdict of a claim or a pair, in colour; "incomplete" while there is none."""
    if row["verdict"] is None:
        return render.style("table" if row.get("kind") == "scenario" else "incomplete", bold=True)
    return render.style(row["verdict"], bold=True, fg=_COLOURS[row["verdict"]])


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
    render.table(rows, head=("arm", "parameters", "multiply-adds", "memory", "seconds", "time ratio"))
    if at := (result.get("fairness") or {}).get("at"):
        prose.show(f"(parameters, multiply-adds and memory at {at}; times of all runs, and their median ratio side by side)")
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
    from kdl.report import terminal, terminal_samples

    if figure.get("across"):
        points = terminal_samples.paired(figure)
        for line in terminal_samples.scatter(points, title=figure["title"], width=render.width(), ascii=render.ascii_only()):
            render.say(line)
        _told_below(figure)
        return
    series = {name: [math.nan if one is None else one for one in values] for name, values in figure["series"].items()}
    levels = {label: [value] * max(map(len, series.values())) for label, value in figure.get("levels", {}).items()}
    series |= levels if len(series) + len(levels) <= len(terminal.MARKS) else {}
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
    _told_below(figure)


def _told_below(figure: Mapping) -> None:
    for line in figure["message"].split("; "):
        prose.show(line)
    for one in figure.get("more", ()):
        render.say()
        show_figure(one)
