"""How a training runs: how many steps, how large a batch, how fast. The defaults stand in the model file's header."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kdl import catalog
from kdl.errors import BadContent, UsageProblem
from kdl.train import optimizer


def _norm(text: str) -> float | None:
    return None if text == "none" else float(text)


# What a header calls it -> (field, type). Every other word is a setting of the optimizer, under its own name.
WORDS = {
    "steps": ("steps", int),
    "batch": ("batch_size", int),
    "lr": ("learning_rate", float),
    "clip": ("clip_norm", _norm),
    "optimizer": ("optimizer", str),
    "schedule": ("schedule", str),
}


@dataclass(frozen=True)
class Recipe:
    """The settings of a training.

    Args:
        steps: optimizer steps in all.
        batch_size: examples per step.
        learning_rate: of the optimizer; the peak of the schedule where there is one.
        clip_norm: the gradient of all weights together is scaled down to this norm where it is longer; None: never.
        optimizer: its name; see `kdl.train.optimizer`.
        settings: its arguments beside the learning rate, as {"momentum": 0.99}.
        schedule: name of the schedule of the learning rate; None or "constant": it stays.
    """

    steps: int = 1000
    batch_size: int = 64
    learning_rate: float = 1e-3
    clip_norm: float | None = 1.0
    optimizer: str = "adam"
    settings: Mapping[str, object] = field(default_factory=dict)
    schedule: str | None = None

    def __post_init__(self):
        for name in ("steps", "batch_size"):
            if getattr(self, name) < 1:
                raise UsageProblem(f"{name} must be at least 1. Received: {name}={getattr(self, name)}")
        for name in ("learning_rate", "clip_norm"):
            value = getattr(self, name)
            if value is not None and not 0 < value < float("inf"):
                raise UsageProblem(f"{name} must be a positive number. Received: {name}={value}")
        for name in ("optimizer", "schedule"):
            if getattr(self, name) is not None:
                optimizer.check(name, getattr(self, name))

    @classmethod
    def of(cls, model: str, task: str, **overrides) -> Recipe:
        """The small defaults that the model's header states for the task.

        Args:
            model: model id.
            task: task id; a task that the header does not name gets the general defaults.
            **overrides: fields of the recipe that win over the header; None counts as not given, except for
                clip_norm, which it turns off. `settings` win one by one; with another optimizer than the header's, the
                header's do not count.

        Raises:
            NotFound: no such model.
            BadContent: the header states something that is no setting, or no number.
        """
        stated = cls(**_stated(catalog.find("model", model), task))
        given = {name: value for name, value in overrides.items() if value is not None or name == "clip_norm"}
        kept = stated.settings if given.get("optimizer", stated.optimizer) == stated.optimizer else {}
        return replace(stated, **{**given, "settings": {**kept, **given.get("settings", {})}})


def _stated(card, task: str) -> dict:
    """The fields that a model's header gives for a task; Keras is needed only where they have settings of the optimizer."""
    words, fields, own = card.tasks.get(task, {}), {}, {}
    chosen = words.get("optimizer", Recipe.optimizer)
    known = optimizer.settings(chosen) if set(words) - set(WORDS) else {}
    for word, text in words.items():
        try:
            if word in WORDS:
                name, kind = WORDS[word]
                fields[name] = kind(text)
            else:
                own[word] = _setting(text, known[word])
        except (KeyError, ValueError, SyntaxError) as error:
            listed = ", ".join(WORDS) + (f"; of {chosen}: {', '.join(known)}" if known else "")
            raise BadContent(card.path, 1, f"tasks: {word}={text} is no value for one of: {listed}") from error
    return {**fields, "settings": own}


def _setting(text: str, default: object) -> object:
    """A value of the kind that the default has; raises ValueError where it is of another."""
    value = ast.literal_eval(text)
    kinds = (int, float) if type(default) is float else object if default is None else type(default)
    if not isinstance(value, kinds) or isinstance(value, bool) != isinstance(default, bool):
        raise ValueError(f"{text} is not like {default}")
    return value


def slower(command: str, model: str, task: str) -> str:
    """A command line of `kdl train` with a tenth of its learning rate, and at most that of the header."""
    most = Recipe.of(model, task).learning_rate
    return re.sub(r"--lr (\S+)", lambda match: f"--lr {min(float(match[1]) / 10, most):g}", command)
