"""`kdl train --resume RUN`: the same training, from its last checkpoint."""

from __future__ import annotations

from kdl.errors import BadContent, NothingToDo, UsageProblem

# What may change between the two halves of a training: where it computes, and how it is shown.
FREE = {"resume", "device", "hosts", "process", "as_json", "tensorboard", "backend", "dry_run", "settings"}


def found(model: str | None, given: dict):
    """The run to go on with, after everything that can be said without Keras."""
    from kdl.runs import record

    run = record.find(given["resume"])
    if run.record["kind"] != "train":
        raise UsageProblem(f"{run.id} is a comparison.", fix=f"kdl compare --resume {run.typed}")
    told = [name for name, value in given.items() if name not in FREE and value not in (None, False, ())]
    if model or told or given["settings"]:
        what = "a model" if model else f"--{(told or ['set'])[0].replace('_', '-')}"
        raise UsageProblem(f"--resume goes on as the run began; it takes no {what.removeprefix('a ')}.",
                           fix=f"kdl train --resume {run.typed}")  # fmt: skip
    if run.record["status"] == "done":
        raise NothingToDo(f"{run.id} is finished.", fix=f"kdl run show {run.typed}")
    missing = [key for key in ("task", "options", "sizes", "recipe", "engine", "versions") if key not in run.record]
    if missing:
        raise BadContent(
            run.path / "run.json", 1, f"lacks {', '.join(missing)}; it was written by another version of kdl",
            fix=f"Start again: {run.record.get('command', 'kdl train ' + run.record['what'])}",
        )  # fmt: skip
    return run


def job(run, place):
    """The training as it was told, after one batch went through it. Keras runs already."""
    from kdl import catalog
    from kdl.cli import train_data
    from kdl.cli.train_settings import Job, defaults, fitting
    from kdl.train.engine import Engine
    from kdl.train.recipe import Recipe

    said = run.record
    card, task_card = catalog.find("model", said["what"]), catalog.find("task", said["task"])
    source = None
    if said["data"].get("given"):
        source = train_data.source(said["data"]["given"], task_card)
        if source.card["sha256"] != said["data"]["sha256"]:
            raise UsageProblem(
                f"{source.text} is no longer the file that this training began with.", fix="Bring the old one back."
            )

    if source:
        task = train_data.task(source, task_card, defaults(catalog.load(card).build))
    else:
        task = catalog.load(task_card).make(**said["options"])
    engine = Engine(said["engine"]["precision"], said["engine"]["asked"], said["engine"]["devices"])
    sizes = {key: value for key, value in said["sizes"].items() if key not in task.sizes}
    recipe = Recipe(**said["recipe"])
    trainer = fitting(card, task_card, lambda: (task, recipe), engine, sizes, chosen=False, seed=said["seed"])
    return Job(card, task_card, trainer, said["seed"], place, source, run)
