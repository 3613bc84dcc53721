"""What `kdl train` says at the end: score, baseline, target, what to type next."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from kdl.cli import render


def told(job, plan: dict, result: dict, run) -> dict:
    """The result as `kdl.train/1`; numbers that diverged are null."""
    from kdl.train.session import finite

    task = job.trainer.task
    return {
        "schema": "kdl.train/1",
        **finite(result),
        "metric": task.metric,
        "direction": task.direction,
        "baseline": task.baseline,
        "target": task.target,
        "met": task.met(result["score"]),
        **{name: plan[name] for name in ("model", "task", "seed", "params", "device", "command")},
        "run": str(run.path),
    }


def show(told: dict, job) -> None:
    from kdl import catalog, headers
    from kdl.cli import generate_samples

    card = job.card
    baseline = f"{told['baseline']:.4f}" if job.source else headers.read(job.task_card.path)["baseline"]
    score = "diverged: the loss is no longer a number" if told["score"] is None else f"{told['metric']} {told['score']:.4f}"
    better = "at most" if told["direction"] == "min" else "at least"
    render.say()
    render.heading(f"{card.title} on {told['task']}, seed {told['seed']}")
    render.fields(
        [
            ("score", render.style(score, bold=True)),
            ("baseline", baseline),
            ("target", f"{better} {told['target']:g}: {'met' if told['met'] else 'not met'}"),
            ("trained", f"{told['steps']} steps in {render.seconds(told['seconds'])} on {told['device']}"),
            ("size", f"{told['params']:,} parameters"),
            ("saved", told["run"]),
            ("again", told["command"]),
        ]
    )
    draws = job.trainer.task.samples
    if draws:
        generate_samples.of_run(Path(told["run"]), draws)
    draw = [f"kdl generate {shlex.quote(_name(told['run']))}     draw more"] if draws else []
    compare = [f"kdl compare {pair} --seeds 2     set it against another model" for pair in catalog.pairs_of(card)[:1]]
    render.next_step(*_remedy(told, job), *draw, *compare, f"kdl run show {shlex.quote(_name(told['run']))}")


def _remedy(told: dict, job) -> list[str]:
    """What to try where the target was missed."""
    from kdl.train.recipe import slower

    if told["met"]:
        return []
    if _diverged(told):
        smaller = slower(told["command"], told["model"], job.task_card.id)
        return [f"{smaller}     a smaller step does not diverge so soon"]
    longer = re.sub(r"--steps \d+", f"--steps {2 * told['steps']}", told["command"])
    return [f"{longer}     is it only a matter of time?"]


def _diverged(told: dict) -> bool:
    """No number any more, or an error far above the baseline; that of an untrained network is a few times as large."""
    if told["score"] is None or told["loss"] is None:
        return True
    return told["direction"] == "min" and told["score"] > 10 * told["baseline"]


def _name(run: str) -> str:
    """How `kdl run show` finds the run: by its id among the learner's runs, by its path elsewhere."""
    from kdl import paths

    return Path(run).name if Path(run).parent == paths.runs() else run
