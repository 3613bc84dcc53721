"""`kdl train --resume RUN`: the same training, from its last checkpoint."""

from __future__ import annotations

from kdl.errors import BadContent, Diverged, EnvironmentProblem, NothingToDo, UsageProblem

# What may change between the two halves of a training: where it computes, and how it is shown.
FREE = {"resume", "device", "hosts", "process", "as_json", "tensorboard", "backend", "dry_run"}


def found(model: str | None, given: dict):
    """The run to go on with, after everything that can be said without Keras."""
    from kdl.runs import record

    run = record.find(given["resume"])
    if run.record["kind"] != "train":
        raise UsageProblem(f"{run.id} is a comparison.", fix=f"kdl compare --resume {run.typed}")
    told = ["model"] if model else [_typed(name, value) for name, value in given.items() if _told(name, value)]
    if told:
        raise UsageProblem(f"--resume goes on as the run began; it takes no {told[0]}.", fix=f"kdl train --resume {run.typed}")
    if run.record["status"] == "done":
        raise NothingToDo(f"{run.id} is finished.", fix=f"kdl run show {run.typed}")
    if run.record.get("diverged"):
        from kdl.train.divergence import cure

        what = f"{run.id} diverged; from its checkpoint on it would do so again."
        raise Diverged(what, why=run.record.get("error"), fix=cure(run))
    missing = [key for key in ("task", "options", "sizes", "recipe", "engine", "versions") if key not in run.record]
    if missing:
        raise BadContent(
            run.path / "run.json", 1, f"lacks {', '.join(missing)}; it was written by another version of kdl",
            fix=f"Start again: {run.record.get('command', 'kdl train ' + run.record['what'])}",
        )  # fmt: skip
    began = run.record["versions"]["backend"]
    if given["backend"] not in (None, began):
        raise UsageProblem(
            f"{run.id} began on {began}, and goes on there. Received: --backend {given['backend']}",
            fix=f"kdl train --resume {run.typed}",
        )
    return run


def _told(name: str, value) -> bool:
    """Whether an option was given that may not change; 0 and --no-jit are given, too."""
    return name not in FREE and value is not None and value != ()


def _typed(name: str, value) -> str:
    return {"settings": "--set", "jit": "--jit" if value else "--no-jit"}.get(name, f"--{name.replace('_', '-')}")


def job(run, place):
    """The training as it was told, after one batch went through it. Keras runs already."""
    from kdl import catalog
    from kdl.cli import train_data
    from kdl.cli.train_settings import Job, fitting
    from kdl.train.engine import Engine
    from kdl.train.recipe import Recipe

    said = run.record
    card, task_card = catalog.find("model", said["what"]), catalog.find("task", run.task_card)
    source = None
    if said["data"].get("given"):
        if said["data"]["kind"] == "keras.datasets":
            _still_cached(said["data"]["given"], run)
        source = train_data.source(said["data"]["given"], task_card)
        if source.card["sha256"] != said["data"]["sha256"]:
            raise UsageProblem(
                f"{source.text} is no longer the file that this training began with.", fix="Bring the old one back."
            )

    if source:
        task = train_data.task(source, task_card, catalog.arguments(card.id))
    else:
        task = catalog.load(task_card).make(**said["options"])
    engine = Engine(said["engine"]["precision"], said["engine"]["asked"], said["engine"]["devices"])
    sizes = {key: value for key, value in said["sizes"].items() if key not in task.sizes}
    recipe = Recipe(**said["recipe"])
    trainer, traced = fitting(card, task_card, lambda: (task, recipe), engine, sizes, chosen=False, seed=said["seed"])
    return Job(card, task_card, trainer, said["seed"], place, source, run, traced)


def _still_cached(name: str, run) -> None:
    """A new training may take other data in the place of a set that is not here; one that goes on may not."""
    from kdl.data import _keras_sets

    try:
        _keras_sets.files(name)
    except FileNotFoundError as error:
        raise EnvironmentProblem(
            f"{run.id} was trained on {name}, which is no longer on this machine.",
            fix=f"Fetch it again: kdl data add {name}",
        ) from error
