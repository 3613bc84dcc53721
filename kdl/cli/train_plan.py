"""What `kdl train` is going to do: the plan that becomes the run's record, and the dry run that only shows it."""

from __future__ import annotations

import shlex

from kdl.cli import render


def plan(job) -> dict:
    """What is going to be trained, and the one line that does it again."""
    from dataclasses import asdict

    from kdl import backend

    trainer = job.trainer
    return {
        "model": trainer.name,
        "task": trainer.task.name,
        "task_card": job.task_card.id,
        "seed": job.seed,
        "options": dict(trainer.task.options),
        "sizes": dict(trainer.sizes),
        "recipe": asdict(trainer.recipe),
        "engine": {
            **asdict(trainer.engine),
            "asked": trainer.engine.jit,
            "jit": trainer.engine.compiled,
            "repeatable": trainer.engine.repeatable,
        },
        "hosts": list(job.place.hosts),
        "data": data_card(job),
        "params": trainer.model.count_params(),
        "device": backend.device(),
        "command": again(job),
    }


def again(job) -> str:
    """The line that trains the same bits once more."""
    from kdl import backend

    trainer, engine = job.trainer, job.trainer.engine
    task, recipe = trainer.task, trainer.recipe
    own = {name: value for name, value in trainer.sizes.items() if task.sizes.get(name) != value}
    words = [
        "kdl",
        "train",
        trainer.name,
        "--task",
        job.task_card.id,
        "--steps",
        recipe.steps,
        "--batch-size",
        recipe.batch_size,
    ]
    words += ["--lr", f"{recipe.learning_rate:g}", "--seed", job.seed]
    for key, value in {**task.options, **own, "clip_norm": recipe.clip_norm, **recipe.settings}.items():
        words += ["--set", f"{key}={value}"]
    said = {
        "--optimizer": _unlike_header(job, "optimizer"),
        "--schedule": _unlike_header(job, "schedule"),
        "--data": job.source and job.source.text,
        "--precision": engine.precision != "float32" and engine.precision,
        "--backend": backend.start().config.backend() == "jax" and "jax",
        "--device": job.place.kind != "auto" and job.place.kind,
        "--devices": engine.devices > 1 and engine.devices,
        "--hosts": ",".join(job.place.hosts),
        "--process": str(job.place.process) if job.place.hosts else "",
    }
    words += [word for option, value in said.items() if value for word in (option, value)]
    words += [] if engine.jit is None else ["--jit" if engine.jit else "--no-jit"]
    return shlex.join(map(str, words))


def _unlike_header(job, name: str) -> str | None:
    """What the recipe has there, where it is not what the model's header says anyway."""
    from kdl.train.recipe import Recipe

    value = getattr(job.trainer.recipe, name)
    return value if value != getattr(Recipe.of(job.card.id, job.task_card.id), name) else None


def data_card(job) -> dict:
    """Which data they are, whose, and which file exactly."""
    if job.source:
        return job.source.card
    from dataclasses import asdict

    from kdl import catalog

    card = asdict(catalog.find("data", job.task_card.data))
    return {key: card[key] for key in ("id", "title", "kind", "source", "licence", "counts", "sha256")}


def show_dry(job, as_json: bool) -> None:
    """Parameters, steps, memory and the time that it would take, measured on a few real steps."""
    from kdl.cli import train_settings
    from kdl.train import session

    told = plan(job)
    position = session.restored(job.trainer, job.run, write=False) if job.run else None
    steps = job.trainer.recipe.steps
    left = steps - (position.step if position else 0)
    cost = _cost(job, left)
    if as_json:
        render.emit({"schema": "kdl.plan/1", **told, "left": left, **cost})
        return
    render.heading(f"{told['model']} on {told['task']}: nothing was trained")
    settings = train_settings.every(job.trainer)
    rows = [(name, f"{value:g}" if isinstance(value, float) else str(value)) for name, value in settings]
    render.fields(
        [
            ("size", f"{told['params']:,} parameters"),
            *rows,
            *([("left", f"{left} of {steps} steps")] if job.run else []),
            ("seed", str(told["seed"])),
            ("device", told["device"]),
            ("memory", f"{_bytes(cost['memory'])} for weights and optimizer; {_bytes(cost['process'])} for all of the process"),
            ("time", f"about {render.seconds(cost['seconds'])}, and {render.seconds(cost['scoring'])} for the scores"),
        ]
    )
    render.next_step(f"kdl train --resume {job.run.typed}" if job.run else told["command"])


def _cost(job, left: int) -> dict:
    """Bytes of the variables and of the process at its largest; seconds of the steps left, and of a score after each epoch."""
    import time

    trainer, recipe = job.trainer, job.trainer.recipe
    variables = [*trainer.model.variables, *trainer.model.optimizer.variables]
    trainer.score(job.seed)  # the first one traces
    times = []
    for index in range(4):
        began = time.perf_counter()
        if index < 3:
            x, y = trainer.plan.task(trainer.stage).batches(job.seed, 0, 0, recipe.batch_size)
            trainer.replicas.step(trainer.model, x, y)
        else:
            trainer.score(job.seed)
        times.append(time.perf_counter() - began)
    return {
        "memory": sum(variable.numpy().nbytes for variable in variables),
        "process": _peak(),
        "seconds": sorted(times[:3])[1] * left,
        "scoring": times[3]
        * (trainer.plan.epoch(recipe.steps - 1).number + 1 - trainer.plan.epoch(recipe.steps - left).number),
    }


def _peak() -> int | None:
    """The most memory that this process had; None on Windows, which has no such question."""
    try:
        import resource
    except ImportError:
        return None
    import sys

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _bytes(count: int | None) -> str:
    if count is None:
        return "?"
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
