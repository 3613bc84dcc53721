"""`kdl train`: train a model on a task, show it, record it, go on with it."""

from __future__ import annotations

from pathlib import Path

import click

from kdl.cli import completion, render
from kdl.errors import Interrupted, UsageProblem


@click.command()
@click.argument("model", required=False, shell_complete=completion.models)
@click.option(
    "--task", metavar="TASK", shell_complete=completion.tasks, help="What to train it for; default the first task of the model."
)
@click.option(
    "--data", metavar="NAME|FILE", help="Other data: a set of `kdl data list` or keras.datasets, a CSV, npz or txt file."
)
@click.option("--steps", type=click.IntRange(1), help="Optimizer steps in all; wins over --epochs.")
@click.option("--epochs", type=click.IntRange(1), help="Epochs; one of a generated task has 100 steps.")
@click.option("--batch-size", type=click.IntRange(1), metavar="N", help="Examples per step.")
@click.option("--lr", type=click.FloatRange(0, min_open=True), metavar="X", help="Learning rate.")
@click.option("--optimizer", metavar="NAME", shell_complete=completion.optimizers, help="Default adam; sgd, or a lesson's id.")
@click.option("--schedule", metavar="NAME", shell_complete=completion.schedules, help="Moves the learning rate; default none.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="Decides everything random; default 0.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Of task, model or optimizer.")
@click.option("--device", type=click.Choice(["auto", "cpu", "gpu"]), help="Where to compute; default auto: a GPU that works.")
@click.option("--devices", type=click.IntRange(1), metavar="N", help="Devices that share each batch; default 1.")
@click.option("--precision", type=click.Choice(["float32", "mixed_bfloat16", "mixed_float16"]), help="Default float32.")
@click.option("--jit/--no-jit", default=None, help="Compile with XLA; default only on JAX.")
@click.option("--backend", type=click.Choice(["tensorflow", "jax"]), help="Default KERAS_BACKEND, else tensorflow.")
@click.option("--hosts", metavar="A:PORT,B:PORT", help="Train on several hosts (JAX): the same list on each of them.")
@click.option("--process", type=click.IntRange(0), metavar="I", help="Which of --hosts this is, from 0.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Put the run into this folder.")
@click.option("--resume", metavar="RUN", shell_complete=completion.runs, help="Go on with a run that was stopped or killed.")
@click.option("--tensorboard", is_flag=True, help="Write the numbers for TensorBoard too, into the run's folder.")
@click.option("--dry-run", is_flag=True, help="Say what would be trained; train and write nothing.")
@render.json_option
def command(model, **given):
    """Train MODEL on a task and record the run.

    \b
    kdl train lstm
    kdl train lstm --task name-language --steps 500
    kdl train simple-rnn --set length=20 --set units=64 --seed 3
    kdl train mlp --optimizer momentum --set momentum=0.95 --schedule one-cycle-policy
    kdl train --resume last

    Ctrl-C stops cleanly: the model and the record so far are kept, and --resume goes on. A missed target still exits 0.
    """
    quiet = given["as_json"]
    job = _job(model, given)
    from kdl.cli import train_plan, train_result  # after the first line on the screen

    if given["dry_run"]:
        train_plan.show_dry(job, quiet)
        return
    plan = train_plan.plan(job)
    run = _run(job, plan, given["out"]) if job.first else None
    result = _train(job, run, tensorboard=given["tensorboard"], quiet=quiet)
    if run is None and result["status"] == "interrupted":
        what = f"Process {job.place.process} stopped with its group at step {result['steps']} of {job.trainer.recipe.steps}."
        raise Interrupted(what, fix="The first process says how to go on.")
    if run is None:
        render.say(f"Process {job.place.process} of {len(job.place.hosts)} is done; the first one keeps the record.", err=True)
        return
    if result["status"] == "interrupted":
        raise Interrupted(
            f"Stopped at step {result['steps']} of {job.trainer.recipe.steps}.",
            why=f"The model and the record so far are in {run.path}.",
            fix=f"To go on: kdl train --resume {run.typed}",
        )
    told = train_result.told(job, plan, result, run)
    if quiet:
        render.emit(told)
        return
    train_result.show(told, job)


# ---- what to train ---------------------------------------------------------------------------------------------------


def _job(model: str | None, given: dict):
    """The training: what can be refused without Keras is refused before it is loaded."""
    from kdl import paths
    from kdl.cli import train_place, train_resume
    from kdl.runs import record

    run = train_resume.found(model, given) if given["resume"] is not None else None
    if run is None:
        card, task = _cards(model, given["task"], given["data"])
        _named(given)
    if given["out"]:
        record.check_free(given["out"])
    if not given["dry_run"]:
        paths.made(paths.home())  # what cannot be written is better known before the training
    backend, devices = given["backend"], given["devices"]
    if run is not None:
        backend, devices = run.record["versions"]["backend"], run.record["engine"]["devices"]
    place = train_place.chosen(given["device"], devices, given["hosts"], given["process"])
    train_place.start(place, backend)
    if run is not None:
        return train_resume.job(run, place)
    from kdl.cli import train_settings

    return train_settings.asked(card, task, {**given, "place": place})


def _named(given: dict) -> None:
    """Raises NotFound for an optimizer or a schedule that nobody has written."""
    for kind in ("optimizer", "schedule"):
        if given[kind] is not None:
            from kdl.train import optimizer

            optimizer.check(kind, given[kind])


def _cards(model: str | None, task: str | None, data: str | None):
    """The model's card and the task's: the one that was named, the one that is about the data, or the model's first."""
    from kdl import catalog

    if model is None:
        raise UsageProblem("Which model?", fix="`kdl model list` shows them, as in `kdl train lstm`.")
    card = catalog.find("model", model)
    if task is None:
        about = [name for name in [*card.tasks, *catalog.tasks()] if catalog.find("task", name).data == data]
        task = about[0] if about else next(iter(card.tasks))
    return card, catalog.find("task", task)


# ---- the training ----------------------------------------------------------------------------------------------------


def _run(job, plan: dict, out: Path | None):
    """The run's folder: a new one, or the one that goes on."""
    from kdl import backend
    from kdl.runs import record

    kept = {name: value for name, value in plan.items() if name not in ("model", "seed")}
    if job.run is None:
        return record.create("train", plan["model"], seed=job.seed, folder=out, versions=backend.versions(), **kept)
    job.run.begin(resumed=[*job.run.record.get("resumed", []), record.now()])
    return job.run


def _train(job, run, *, tensorboard: bool, quiet: bool) -> dict:
    from kdl.cli.show import train_epochs
    from kdl.train import session

    trainer, position = job.trainer, None
    if job.run is not None:
        position = session.restored(trainer, job.run, write=job.first)
    done = position.step if position else 0
    if not quiet:
        begun = f", from step {done}" if job.run else ""
        say = f"{trainer.name} on {trainer.task.name}: {trainer.recipe.steps} steps of {trainer.recipe.batch_size}{begun}."
        render.say(say, err=True)
    with train_epochs.shown(trainer.recipe.steps, trainer.task.metric, quiet=quiet or not job.first, done=done) as progress:
        board = _board(run.path / "tensorboard") if tensorboard and run else None

        def on_epoch(row: dict) -> None:
            progress.epoch(row)
            if board:
                board(row)

        return session.train(trainer, run, job.seed, on_epoch=on_epoch, on_step=progress.step, position=position)


def _board(folder: Path):
    """A function that writes the numbers of an epoch for TensorBoard."""
    from kdl import backend

    write = backend.scalars(folder)
    render.say(f"For TensorBoard: tensorboard --logdir {folder}", err=True)
    return lambda row: write(row["step"], {name: value for name, value in row.items() if name not in ("epoch", "step")})
