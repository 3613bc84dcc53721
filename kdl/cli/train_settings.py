"""What `kdl train` is told with `--set`: which part each setting belongs to, and whether it fits."""

from __future__ import annotations

import difflib
import inspect
import re
import shlex
from dataclasses import dataclass

from kdl.errors import KdlError, UsageProblem

_KINDS = {bool: "True or False", int: "a whole number", float: "a number", str: "a word"}


@dataclass
class Job:
    """One training that is about to run.

    Attributes:
        place: the `kdl.backend.Place` that was asked for.
        source: what --data named, or None.
        run: the run that goes on, or None for a new one.
        traced: seconds that the first step took, in which it was traced.
    """

    card: object
    task_card: object
    trainer: object
    seed: int
    place: object
    source: object = None
    run: object = None
    traced: float | None = None

    @property
    def first(self) -> bool:
        """Whether this process writes the record: the only one, or the first of a group."""
        return self.place.process == 0


def asked(card, task_card, given: dict) -> Job:
    """The training that the command line asks for, after one batch went through it. Keras runs already.

    Args:
        given: the options of `kdl train`, by name.

    Raises:
        UsageProblem: a setting that nothing has, that the task fixes, of the wrong type, or that cannot be trained.
    """
    from kdl import catalog
    from kdl.cli import train_data
    from kdl.train import optimizer
    from kdl.train.engine import Engine
    from kdl.train.recipe import Recipe

    make = catalog.load(task_card).make
    build = catalog.arguments(card.id)
    other = given["optimizer"] not in (None, Recipe.of(card.id, task_card.id).optimizer)
    if other:  # rate, schedule and settings of the header are meant for the header's optimizer
        given = {**given, "schedule": given["schedule"] or optimizer.CONSTANT}
    said = Recipe.of(card.id, task_card.id, optimizer=given["optimizer"], schedule=given["schedule"])
    homes = (defaults(make), build, {"clip_norm": 1.0}, optimizer.settings(said.optimizer))
    options, sizes, extra, own = _sorted(given["settings"], f"{task_card.id}, {card.id} nor {said.optimizer}", homes)
    rate = given["lr"] or (optimizer.rate(said.optimizer) if other else None)
    engine = Engine(given["precision"] or "float32", given["jit"], given["devices"] or 1)
    source = train_data.source(given["data"], task_card) if given["data"] is not None else None

    def prepared():
        task = train_data.task(source, task_card, build) if source else make(**options)
        _can_learn(card, task, build)
        _not_fixed(sizes, task)
        steps = given["steps"]
        batch_size = Recipe.of(card.id, task_card.id, batch_size=given["batch_size"]).batch_size
        batch_size = _batch_size(batch_size, task, asked=given["batch_size"] is not None)
        if given["epochs"] and not steps:
            steps = given["epochs"] * task.epoch_steps(batch_size)
        overrides = {"steps": steps, "batch_size": batch_size, "learning_rate": rate, "settings": own}
        overrides |= {"optimizer": given["optimizer"], "schedule": given["schedule"]}
        return task, Recipe.of(card.id, task_card.id, **overrides, **extra)

    chosen = any(given[name] for name in ("settings", "batch_size", "data", "optimizer", "schedule"))
    seed = given["seed"] or 0
    made, traced = fitting(card, task_card, prepared, engine, sizes, chosen=chosen, seed=seed)
    return Job(card, task_card, made, seed, given["place"], source, traced=traced)


def fitting(card, task_card, prepared, engine, sizes: dict, *, chosen, seed: int):
    """A Trainer through which one batch went, and the seconds that it took: what does not fit shows when it is traced."""
    import time

    from kdl.cli import render
    from kdl.train.fit import Trainer

    try:
        task, recipe = prepared()
        made = Trainer(card.id, task, recipe, engine=engine, **sizes)
        first = task.batches(seed, 0, 0, recipe.batch_size)
        render.say(f"Tracing ({_last_traced(card.id)}, once) ...", err=True)
        began = time.perf_counter()
        made.replicas.step(made.model, *first)  # `Trainer.run` begins afresh after it
    except KdlError:
        raise
    except Exception as error:  # Keras and its backends raise what they like
        if not chosen:
            raise
        raise UsageProblem(
            f"{card.id} cannot be trained on {task_card.id} with these settings.",
            why=_reason(error),
            fix=f"`kdl train {card.id} --task {task_card.id} --dry-run` shows the defaults, which fit.",
        ) from error
    return made, round(time.perf_counter() - began, 2)


def _last_traced(model: str) -> str:
    """How long tracing this model took in its newest run on this backend; no guess where there is none."""
    from kdl import backend
    from kdl.cli import render
    from kdl.runs import record

    now = backend.start().config.backend()
    for run in record.every()[0]:
        said = run.record
        if said["what"] == model and "trace_seconds" in said and said.get("versions", {}).get("backend") == now:
            return f"about {render.seconds(said['trace_seconds'])}"
    return "some seconds"


def _batch_size(size: int, task, *, asked: bool) -> int:
    """The batch size, or all examples where the default is more than there are.

    Raises:
        UsageProblem: one that was asked for and that the data or the memory cannot fill.
    """
    from kdl.cli import render

    if task.examples is not None and size > task.examples:
        if asked:
            raise UsageProblem(
                f"A batch of {size:,} examples is more than the {task.examples:,} that {task.name} trains with.",
                fix=f"At most `--batch-size {task.examples}`.",
            )
        render.say(f"{task.name} trains with {task.examples} examples: so large is a batch, in place of {size}.", err=True)
        return task.examples
    if asked:
        need, there = size * sum(part.nbytes for part in task.batches(0, 0, 0, 1)), _memory()
        if there and 2 * need > there:
            raise UsageProblem(
                f"A batch of {size:,} examples needs {need / 1e9:,.1f} GB.",
                why=f"It takes as much again while it is made, and this machine has {there / 1e9:,.1f} GB.",
                fix="Ask for a smaller --batch-size.",
            )
    return size


def _memory() -> int | None:
    """Bytes of memory in this machine; None where the system does not tell."""
    import os

    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return None


def _sorted(settings, whose: str, homes: tuple[dict, ...]) -> tuple[dict, ...]:
    """The settings that belong to each home: the first that knows the key. `homes` hold the defaults."""
    homes = tuple(({}, known) for known in homes)
    for setting in settings:
        key, value = parse(setting)
        kept, known = next(((kept, known) for kept, known in homes if key in known), (None, None))
        if kept is None:
            there = sorted(set().union(*(known for _, known in homes)))
            near = difflib.get_close_matches(key, there, n=1)
            fix = f"Did you mean {near[0]}? " if near else ""
            raise UsageProblem(f"Neither {whose} has a setting {key!r}.", fix=f"{fix}They have: {', '.join(there)}.")
        _check_type(key, value, known[key])
        kept[key] = value
    return tuple(kept for kept, _ in homes)


def defaults(function) -> dict:
    """The arguments of a `make` or `build` with their defaults."""
    return {name: one.default for name, one in inspect.signature(function).parameters.items()}


def parse(setting: str):
    """`"length=20"` -> `("length", 20)`; what is no Python literal stays text."""
    import ast

    key, equals, text = setting.partition("=")
    if not equals or not key:
        raise UsageProblem(f"--set {setting!r} is not KEY=VALUE.", fix="As in `--set length=20`.")
    try:
        return key.replace("-", "_"), ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return key.replace("-", "_"), text


def _check_type(key: str, value, default) -> None:
    """The default says what a setting is; one without a type (None, none at all) is left to the model."""
    if key == "clip_norm" and value is None:  # gradients are not clipped
        return
    if not _fits(value, default):
        several = isinstance(default, tuple)
        expected = f"a tuple, each of it {_KINDS[type(default[0])]}" if several else _KINDS[type(default)]
        setting = shlex.quote(f"{key}={default}")
        raise UsageProblem(f"{key} must be {expected}. Received: {key}={value}", fix=f"As in `--set {setting}`, the default.")


def _fits(value, default) -> bool:
    kind = type(default)
    if kind is tuple and default:
        return isinstance(value, tuple | list) and all(_fits(one, default[0]) for one in value)
    if kind in (int, float):
        return isinstance(value, (int, float) if kind is float else int) and not isinstance(value, bool)
    return kind not in _KINDS or isinstance(value, kind)


def _can_learn(card, task, known) -> None:
    """The task gives the model sizes: of what it reads and of what it answers. `known` are those that its `build` has.

    Raises:
        UsageProblem: the model has no such size.
    """
    strange = [size for size in task.sizes if size not in known]
    if strange:
        raise UsageProblem(
            f"{card.id} cannot be trained on {task.name}.",
            why=f"The task says how large {' and '.join(strange)} is; {card.id} has {', '.join(known)}.",
            fix=f"It learns {', '.join(card.tasks)}; as in `kdl train {card.id} --task {next(iter(card.tasks))}`.",
        )


def _not_fixed(sizes: dict, task) -> None:
    for key in sizes:
        if key in task.sizes:
            raise UsageProblem(
                f"{key} is fixed by the task: {task.name} has {task.sizes[key]}. Received: {key}={sizes[key]}",
                fix=f"Leave out `--set {key}={sizes[key]}`.",
            )


def _reason(error: Exception) -> str:
    """The first line that says something, at most 300 characters of it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = next((line for line in lines if not line.endswith("TF-TRT Warning")), type(error).__name__)
    if text.startswith("Detected at node") and len(lines) > 1:
        text = lines[-1]
    text = re.sub(r"\{\{.*?\}\} ?", "", text)  # TensorFlow's names of its own nodes
    if type(error).__name__ in ("ResourceExhaustedError", "MemoryError"):
        text = f"There is not enough memory. {text}"
    return text if len(text) <= 300 else text[:297] + "..."


def every(made) -> list[tuple[str, object]]:
    """Every setting with its value: options of the task, sizes of the model with its defaults, the recipe."""
    from dataclasses import asdict

    from kdl import catalog
    from kdl.train import optimizer

    build = catalog.arguments(made.name)
    sizes = {name: value for name, value in {**build, **made.sizes}.items() if name not in made.task.options}
    recipe = asdict(made.recipe)
    own = {**optimizer.settings(made.recipe.optimizer), **recipe.pop("settings")}
    return [*made.task.options.items(), *sizes.items(), *recipe.items(), *own.items()]
