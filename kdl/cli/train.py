"""`kdl train`: train a model on a task, show it, record it."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from kdl.cli import completion, render
from kdl.errors import Interrupted, UsageProblem


@click.command()
@click.argument("model", shell_complete=completion.models)
@click.option(
    "--task", metavar="TASK", shell_complete=completion.tasks, help="What to train it for; default the first task of the model."
)
@click.option("--steps", type=click.IntRange(1), help="Optimizer steps in all; wins over --epochs.")
@click.option("--epochs", type=click.IntRange(1), help="Epochs; one of a generated task has 100 steps.")
@click.option("--batch-size", type=click.IntRange(1), metavar="N", help="Examples per step.")
@click.option("--lr", type=click.FloatRange(0, min_open=True), metavar="X", help="Learning rate.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Decides everything random.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="An option of the task or a size of the model.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Put the run into this folder.")
@click.option("--dry-run", is_flag=True, help="Say what would be trained; train and write nothing.")
@render.json_option
def command(model, task, steps, epochs, batch_size, lr, seed, settings, out, dry_run, as_json):
    """Train MODEL on a task and record the run.

    \b
    kdl train lstm
    kdl train lstm --task name-language --steps 500
    kdl train simple-rnn --set length=20 --set units=64 --seed 3

    Ctrl-C stops cleanly: the model and the record so far are kept. A missed target still exits 0.
    """
    from kdl import catalog, paths
    from kdl.cli import train_settings

    card = catalog.find("model", model)
    task = catalog.find("task", task or next(iter(card.tasks)))
    if out and (out / "run.json").exists():
        raise UsageProblem(f"{out} already holds a run.", fix="Name another folder.")
    if not dry_run:
        paths.made(paths.home())  # what cannot be written is better known before the training
    render.say("Loading Keras ...", err=True)
    overrides = {"steps": steps, "epochs": epochs, "batch_size": batch_size, "learning_rate": lr}
    trainer = train_settings.trainer(card, task, settings, **overrides)
    plan = _plan(trainer, seed)
    if dry_run:
        _emit_plan(plan, train_settings.every(trainer), as_json)
        return
    run = _record(trainer, plan, seed, out)
    result = _train(trainer, run, seed, quiet=as_json)
    if result["status"] == "interrupted":
        raise Interrupted(
            f"Stopped at step {result['steps']} of {trainer.recipe.steps}.",
            why=f"The model and the record so far are in {run.path}.",
            fix=f"To start over: {plan['command']}",
        )
    told = _told(trainer, plan, result, run)
    if as_json:
        render.emit(told)
        return
    _show(told, task, card)


# ---- what to train ---------------------------------------------------------------------------------------------------


def _plan(trainer, seed: int) -> dict:
    """What is going to be trained, and the one line that does it again."""
    from dataclasses import asdict

    from kdl import backend

    task, recipe = trainer.task, trainer.recipe
    own = {name: value for name, value in trainer.sizes.items() if task.sizes.get(name) != value}
    again = ["kdl", "train", trainer.name, "--task", task.name, "--steps", recipe.steps, "--batch-size", recipe.batch_size]
    again += ["--lr", f"{recipe.learning_rate:g}", "--seed", seed]
    for key, value in {**task.options, **own, "clip_norm": recipe.clip_norm}.items():
        again += ["--set", f"{key}={value}"]
    return {
        "model": trainer.name,
        "task": task.name,
        "seed": seed,
        "options": dict(task.options),
        "sizes": dict(trainer.sizes),
        "recipe": asdict(recipe),
        "params": trainer.model.count_params(),
        "device": backend.device(),
        "command": shlex.join(map(str, again)),
    }


def _emit_plan(plan: dict, settings: list[tuple[str, object]], as_json: bool) -> None:
    if as_json:
        render.emit({"schema": "kdl.plan/1", **plan})
        return
    render.heading(f"{plan['model']} on {plan['task']}: nothing was trained")
    rows = [(name, f"{value:g}" if isinstance(value, float) else str(value)) for name, value in settings]
    render.fields([("size", f"{plan['params']:,} parameters"), *rows, ("seed", str(plan["seed"])), ("device", plan["device"])])
    render.next_step(plan["command"])


# ---- the training ----------------------------------------------------------------------------------------------------


def _record(trainer, plan: dict, seed: int, out: Path | None):
    from kdl import backend
    from kdl.runs import record

    kept = {name: value for name, value in plan.items() if name not in ("model", "seed")}
    return record.create("train", trainer.name, seed=seed, folder=out, versions=backend.versions(), **kept)


def _train(trainer, run, seed: int, *, quiet: bool) -> dict:
    from kdl.cli.show import train_epochs
    from kdl.train import session

    recipe, task = trainer.recipe, trainer.task
    if not quiet:
        render.say(f"{trainer.name} on {task.name}: {recipe.steps} steps of {recipe.batch_size}.", err=True)
    with train_epochs.shown(recipe.steps, task.metric, quiet=quiet) as progress:
        return session.train(trainer, run, seed, on_epoch=progress.epoch, on_step=progress.step)


# ---- the result ------------------------------------------------------------------------------------------------------


def _told(trainer, plan: dict, result: dict, run) -> dict:
    """The result as `kdl.train/1`; numbers that diverged are null."""
    from kdl.train.session import finite

    task = trainer.task
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


def _show(told: dict, task, card) -> None:
    from kdl import headers

    said = headers.read(task.path)
    score = "diverged: the loss is no longer a number" if told["score"] is None else f"{told['metric']} {told['score']:.4f}"
    better = "at most" if told["direction"] == "min" else "at least"
    render.say()
    render.heading(f"{card.title} on {told['task']}, seed {told['seed']}")
    render.fields(
        [
            ("score", render.style(score, bold=True)),
            ("baseline", said["baseline"]),
            ("target", f"{better} {told['target']:g}: {'met' if told['met'] else 'not met'}"),
            ("trained", f"{told['steps']} steps in {render.seconds(told['seconds'])} on {told['device']}"),
            ("size", f"{told['params']:,} parameters"),
            ("saved", told["run"]),
            ("again", told["command"]),
        ]
    )
    compare = [f"kdl compare {pair}     set it against another model" for pair in card.pairs[:1]]
    render.next_step(*_remedy(told), *compare, f"kdl run show {shlex.quote(_name(told['run']))}")


def _remedy(told: dict) -> list[str]:
    """What to try where the target was missed."""
    import re

    if told["met"]:
        return []
    if _diverged(told):
        smaller = re.sub(r"--lr (\S+)", lambda match: f"--lr {float(match[1]) / 10:g}", told["command"])
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
