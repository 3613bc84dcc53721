"""What `kdl train` is told with `--set`: which part each setting belongs to, and whether it fits."""

from __future__ import annotations

import inspect
import re

from kdl.errors import KdlError, UsageProblem

_KINDS = {bool: "True or False", int: "a whole number", float: "a number", str: "a word"}


def trainer(card, task_card, settings, *, epochs, **overrides):
    """The Trainer that the command line asks for, after one batch went through it.

    Args:
        settings: texts `KEY=VALUE`; each goes to the task, the model or the recipe, in that order.
        epochs: whole epochs; None where steps or the header decide.
        **overrides: fields of the recipe; None for those that were not given.

    Raises:
        UsageProblem: a setting that nothing has, that the task fixes, of the wrong type, or that cannot be trained.
    """
    from kdl import backend, catalog
    from kdl.train.recipe import Recipe

    backend.start()
    from kdl.train.fit import Trainer

    make = catalog.load(task_card).make
    options, sizes, extra = _sorted(settings, task_card, card, make, catalog.load(card).build)
    try:
        task = make(**options)
        _not_fixed(sizes, task)
        if epochs and not overrides["steps"]:
            batch_size = Recipe.of(card.id, task_card.id, batch_size=overrides["batch_size"]).batch_size
            overrides["steps"] = epochs * task.epoch_steps(batch_size)
        recipe = Recipe.of(card.id, task_card.id, **overrides, **extra)
        made = Trainer(card.id, task, recipe, **sizes)
        # What does not fit shows when the first batch is traced; `Trainer.run` begins afresh after it.
        made.model.train_on_batch(*task.batches(0, 0, 0, recipe.batch_size))
    except KdlError:
        raise
    except Exception as error:  # Keras and its backends raise what they like
        if not settings and overrides["batch_size"] is None:
            raise
        raise UsageProblem(
            f"{card.id} cannot be trained on {task_card.id} with these settings.",
            why=_reason(error),
            fix=f"`kdl train {card.id} --task {task_card.id} --dry-run` shows the defaults, which fit.",
        ) from error
    return made


def _sorted(settings, task_card, card, make, build) -> tuple[dict, dict, dict]:
    """The settings of the task, of the model and of the recipe."""
    homes = (({}, _defaults(make)), ({}, _defaults(build)), ({}, {"clip_norm": 1.0}))
    for setting in settings:
        key, value = parse(setting)
        kept, known = next(((kept, known) for kept, known in homes if key in known), (None, None))
        if kept is None:
            listed = ", ".join(sorted(set().union(*(known for _, known in homes))))
            raise UsageProblem(f"Neither {task_card.id} nor {card.id} has a setting {key!r}.", fix=f"They have: {listed}.")
        _check_type(key, value, known[key])
        kept[key] = value
    return tuple(kept for kept, _ in homes)


def _defaults(function) -> dict:
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
    kind = type(default)
    if kind not in _KINDS or (key == "clip_norm" and value is None):  # None: gradients are not clipped
        return
    if kind in (int, float):
        fits = isinstance(value, (int, float) if kind is float else int) and not isinstance(value, bool)
    else:
        fits = isinstance(value, kind)
    if not fits:
        raise UsageProblem(
            f"{key} must be {_KINDS[kind]}. Received: {key}={value}", fix=f"As in `--set {key}={default}`, the default."
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

    build = _defaults(catalog.load(catalog.find("model", made.name)).build)
    sizes = {name: value for name, value in {**build, **made.sizes}.items() if name not in made.task.options}
    return [*made.task.options.items(), *sizes.items(), *asdict(made.recipe).items()]
