"""What the page of a training shows: score, baseline and target, the curves, the configuration, how to do it again."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from kdl import catalog
from kdl.errors import BadContent, NotFound
from kdl.report import found_boxes, page, plots, samples
from kdl.report.plots import Level
from kdl.runs.record import Run

_BESIDE = ("epoch", "step", "seconds", "stage")  # of an epoch's line, what is worth no curve
# What the page shows where the record has it; a training that failed early has little.
_SHOWN = ("task", "score", "steps", "seconds", "params", "command", "error", "diverged")
_SAID = ("recipe", "sizes", "options", "versions", "engine")


def run_page(run: Run) -> str:
    """The page of a training as HTML; the same bytes for the same record.

    Raises:
        BadContent: run.json, metrics.jsonl or arrays.npz is damaged.
    """
    _check(run)
    rows = _rows(run)
    task, names = _task(run), _names(rows)
    return page.render(
        "run.html.jinja",
        run=run,
        record={**dict.fromkeys(_SHOWN), **run.record},
        task=task,
        met=None if task is None or run.record.get("score") is None else task.met(run.record["score"]),
        figures=[_figure(run, rows, name, task) for name in names] if len(rows) > 1 else [],
        scenes=found_boxes.drawn(run, task, _fix(run)),
        scene_lines=found_boxes.legend(),
        samples=_samples(run, task),
        rows=rows,
        names=names,
        settings=_settings(run.record),
        versions=page.versions(run.record.get("versions") or {}),
    )


# ---- the record ------------------------------------------------------------------------------------------------------


def _fix(run: Run) -> str:
    return f"Delete it with `kdl run delete {run.typed}`." if run.among_ours else f"Delete the folder {run.path}."


def _check(run: Run) -> None:
    for name in _SAID:
        if not isinstance(run.record.get(name) or {}, dict):
            raise BadContent(run.path / "run.json", 1, f"is damaged: {name} is no object", fix=_fix(run))
    for name in ("score", "loss", "seconds", "steps", "params"):
        if not isinstance(run.record.get(name), int | float | None):
            raise BadContent(run.path / "run.json", 1, f"is damaged: {name} is no number", fix=_fix(run))


def _rows(run: Run) -> list[dict]:
    """One line for each epoch, all of numbers.

    Raises:
        BadContent: with the line that is at fault.
    """
    rows = run.rows()
    for number, row in enumerate(rows, 1):
        wrong = [name for name, value in row.items() if not isinstance(value, int | float | str | None)]
        if not isinstance(row.get("epoch"), int) or wrong:
            said = f"{wrong[0]} is no number" if wrong else "it has no epoch"
            raise BadContent(run.path / "metrics.jsonl", number, f"is damaged: {said}", fix=_fix(run))
    return rows


def _task(run: Run):
    """What it was trained for, with baseline and target; None for the learner's own data and for a task that is gone."""
    name, options = run.record.get("task"), run.record.get("options") or {}
    if name is None or run.task_card != name:
        return None
    try:
        card = catalog.find("task", name)
    except NotFound:
        return None
    try:
        return catalog.load(card).make(**options)
    except TypeError as error:
        raise BadContent(run.path / "run.json", 1, f"has options that {name} has not: {error}", fix=_fix(run)) from error


def _settings(record: Mapping) -> list[tuple[str, object]]:
    """Everything that was chosen, by name; what was not chosen is left out."""
    engine = record.get("engine") or {}
    said = {
        "task": record.get("task"),
        **{f"task: {name}": value for name, value in (record.get("options") or {}).items()},
        **(record.get("sizes") or {}),
        **(record.get("recipe") or {}),
        "seed": record.get("seed"),
        "parameters": f"{record['params']:,}" if record.get("params") else None,
        "data": (record.get("data") or {}).get("title"),
        "device": record.get("device"),
        "precision": engine.get("precision"),
        "devices": engine.get("devices"),
        "compiled with XLA": {True: "yes", False: "no"}.get(engine.get("jit")),
    }
    return [(name.replace("_", " "), _told(value)) for name, value in _flat(said) if value is not None]


def _flat(said: Mapping) -> Iterator[tuple[str, object]]:
    """Settings that have settings of their own, as those of an optimizer, one by one."""
    for name, value in said.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}: {key}", one) for key, one in value.items())
        else:
            yield name, value


def _told(value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


# ---- the curves ------------------------------------------------------------------------------------------------------


def _names(rows: Sequence[Mapping]) -> list[str]:
    """What every epoch says beside its number and its time."""
    return list(dict.fromkeys(name for row in rows for name, value in row.items() if name not in _BESIDE and not _word(value)))


def _word(value) -> bool:
    return isinstance(value, str)


def _figure(run: Run, rows: Sequence[Mapping], name: str, task) -> dict:
    values = [row.get(name) for row in rows]
    known = [value for value in values if value is not None and math.isfinite(value)]
    levels, lines = [], []
    if task is not None and name == task.metric:
        levels = [Level(task.target, f"target {task.target:g}"), Level(task.baseline, f"baseline {task.baseline:.4g}")]
        best = (min if task.direction == "min" else max)(known, default=None)
        if best is not None:
            lines = [f"best {best:.4g} after epoch {rows[values.index(best)]['epoch']}", f"last {_last(values)}"]
    elif known:
        lines = [f"from {known[0]:.4g} to {_last(values)}"]
    title = f"{name} by epoch"
    desc = f"{run.record['what']} on {run.record.get('task')}, {len(rows)} epochs: {'; '.join(lines) or 'diverged'}."
    log = name == "loss" and bool(known) and min(known) > 0 and max(known) > 20 * min(known)
    ends = tuple(f"epoch {row['epoch']}" for row in (rows[0], rows[-1]))
    svg = plots.training(f"run-{name}", title, desc, {name: [values]}, ends, log=log, levels=levels)
    return {"title": title, "lines": lines or ["diverged"], "svg": svg}


# ---- what it draws ---------------------------------------------------------------------------------------------------


def _samples(run: Run, task) -> dict | None:
    """What a model that draws made of the first held-out noise; None for all others, and before the training has ended."""
    path = run.path / "arrays.npz"
    if task is None or task.samples is None or not path.is_file():
        return None
    return samples.figure("run-samples", task.samples, path, _fix(run))


def _last(values: Sequence[float | None]) -> str:
    return "diverged" if values[-1] is None else f"{values[-1]:.4g}"
