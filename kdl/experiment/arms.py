"""Arms: functions `measure(seed, condition) -> {name: float | [float]}` that a pair sets against each other.

Any function of a seed and a condition is an arm. `trained` makes the usual one: train a model from scratch for each seed
and score it on held-out data. Where conditions differ in what a trained model is asked, and not in how it was trained, one
training serves them all: `asked`.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from kdl import catalog
from kdl.experiment import fairness

PROBED = 64  # held-out examples that a probe looks at, where the pair does not say
SLICES = 50  # numbers of a curve of losses, at most


def trained(
    model: str | Callable,
    task: str,
    *,
    varies: str | None = None,
    sizes: Mapping | None = None,
    options: Mapping | None = None,
    optimizer: str = "adam",
    settings: Mapping | None = None,
    schedule: str | None = None,
    probes: Mapping | None = None,
    curve: bool = False,
    at: Mapping[str, Mapping] | None = None,
    begin: int = 0,
    probed: int = PROBED,
    asked: Mapping[str, Callable] | None = None,
    begins: Callable | None = None,
    **recipe,
) -> Trained:
    """The usual arm: train `model` on `task`. Only what differs between two arms has to be said twice.

    Args:
        model: entry id of a model, or a function `build(**sizes) -> keras.Model` of the pair's own.
        task: id of a task.
        varies: what the condition sets: an option of the task ("length"), an argument of `build` ("depth") or a field of
            the recipe ("batch_size"); None where all conditions are one training.
        sizes: arguments of `build`; what they leave out comes from the task and the file's defaults.
        options: options of the task.
        optimizer: "sgd", "adam" (Keras's own), or the id of any other algorithm of `kdl algorithm list`.
        settings: its arguments beside the learning rate, as {"momentum": 0.99}.
        schedule: id of a schedule of `kdl algorithm list`; the learning rate is then its peak.
        probes: name -> `probe(model, x, y) -> float | [float]`, taken before and after training.
        curve: also score after each epoch: "METRIC.curve", and "steps", the first at which the task's target was met.
        at: condition -> what is different there (fields of the recipe, `sizes`, `options`, `settings`), as a learning
            rate that was tuned for each condition.
        begin: what the first seed stands for: with 10, seeds 0 to 9 draw as 10 to 19. For claims that were written after a
            run of 0 to 9.
        probed: held-out examples that the probes look at, at most.
        asked: condition -> `ask(trainer, seed, found) -> {name: float | [float]}`, a question put to the trained model, as
            `trainer.predict` of other test data; `seed` is the one that the data are drawn by (with `begin` in it), `found`
            a copy of what the training gave. The conditions named here share one training for each seed, that of the
            first of them, and nothing else may differ between them: no `varies`, and `at` names at most the first. Under
            the first a row is what the training gave with the answer over it, under the others the answer alone.
            "seconds" are those of the training in the first row that asks it, and 0 in the others; no answer gives any.
        begins: `begins(trainer, seed)`, called before the first step, when everything is drawn: gives the model weights that
            another training has learned, as those of `other.learned(seed)`; `seed` is again the one that the data are
            drawn by. Their seconds stand in the other arm's rows. The function's name is told among what the arms differ in.
        **recipe: `steps`, `batch_size`, `learning_rate`, `clip_norm` (None: not clipped). The model file's header is not
            asked: what decides a number stands in the pair.
    """
    return Trained(
        model=model,
        task=task,
        varies=varies,
        sizes=dict(sizes or {}),
        options=dict(options or {}),
        optimizer=optimizer,
        settings=dict(settings or {}),
        schedule=schedule,
        probes=dict(probes or {}),
        curve=curve,
        at=dict(at or {}),
        begin=begin,
        probed=probed,
        asked=dict(asked or {}),
        begins=begins,
        recipe=recipe,
    )


@dataclass
class Trained:
    """An arm that trains; see `trained` for the fields.

    The model is built, compiled and traced once for each condition; each seed re-initialises everything (weights,
    optimizer, data), so that a seed gives the same bits alone as among others.
    """

    model: str | Callable
    task: str
    varies: str | None
    sizes: Mapping[str, object]
    options: Mapping[str, object]
    optimizer: str
    settings: Mapping[str, object]
    schedule: str | None
    probes: Mapping[str, Callable]
    curve: bool
    at: Mapping[str, Mapping]
    begin: int
    probed: int
    asked: Mapping[str, Callable]
    begins: Callable | None
    recipe: Mapping[str, object]
    _trainers: dict = field(default_factory=dict, repr=False)
    _last: tuple[int, dict] | None = field(default=None, repr=False)  # seed, and what its training gave, for the next question
    _spent: float = field(default=0.0, repr=False)  # seconds of training that stand in no row yet

    def __post_init__(self):
        later = [name for name in list(self.asked)[1:] if name in self.at]
        if self.asked and self.varies:
            raise ValueError(f"conditions that are asked share one training. Received: varies={self.varies!r}")
        if later:
            raise ValueError(f"what is asked differs in nothing but the question. Received: at={later[0]!r}")

    @property
    def network(self) -> str:
        """What is built: a model's id, or the name of the pair's own function."""
        return self.model if isinstance(self.model, str) else self.model.__name__

    def here(self, condition: str) -> Trained:
        """This arm as it is under one condition, with nothing left to vary."""
        condition = self.training(condition)
        change = dict(self.at.get(condition, {}))
        parts = {name: {**getattr(self, name), **change.pop(name, {})} for name in ("sizes", "options", "settings")}
        recipe = {**self.recipe, **change}
        if self.varies:
            place = self._place_of_varies(recipe)
            (recipe if place == "recipe" else parts[place])[self.varies] = _value(condition)
        return replace(self, **parts, recipe=recipe, varies=None, at={}, _trainers={}, _last=None, _spent=0.0)

    def training(self, condition: str) -> str:
        """The condition whose training serves this one."""
        return next(iter(self.asked)) if condition in self.asked else condition

    def _place_of_varies(self, recipe: Mapping) -> str:
        import inspect

        from kdl.train.recipe import Recipe

        if self.varies in Recipe.__dataclass_fields__:
            return "recipe"
        task = catalog.load(catalog.find("task", self.task))
        return "options" if self.varies in inspect.signature(task.make).parameters else "sizes"

    def __call__(self, seed: int, condition: str) -> dict:
        """Train and score.

        Returns:
            The task's metric; "loss", the mean of the last epoch, and "losses", its curve; "seconds" of training; what
            the probes say ("NAME.start", "NAME.trained"); with `curve`, "METRIC.curve" and "steps". Of a condition that
            is `asked`, what is said there.
        """
        if condition not in self.asked:
            return self._measured(seed, condition)
        found = self._found(seed)
        answer = self.asked[condition](self._trainer(condition), self.begin + seed, copy.deepcopy(found))
        if "seconds" in answer:
            raise ValueError(f"seconds are those of the training. Received: an answer under {condition!r} with its own")
        seconds, self._spent = self._spent, 0.0  # counted once
        return {**(found if condition == self.training(condition) else {}), **answer, "seconds": seconds}

    def learned(self, seed: int):
        """The model of an arm that is asked, after the training whose data this seed draws; the next training changes it."""
        if not self.asked:
            raise ValueError("only an arm that is asked keeps its training for its own rows. Received: asked={}")
        self._found(seed - self.begin)
        return self._trainer(next(iter(self.asked))).model

    def _found(self, seed: int) -> dict:
        """What the training of a seed gave that all conditions share; trained now, unless it was the last one."""
        if self._last is None or self._last[0] != seed:
            self._last = None  # a training that breaks off leaves nothing to ask
            self._last = seed, self._measured(seed, next(iter(self.asked)))
            self._spent = self._last[1]["seconds"]
        return self._last[1]

    def _measured(self, seed: int, condition: str) -> dict:
        from kdl.train.fit import Position

        trainer, position, epochs, seed = self._trainer(condition), Position(), [], self.begin + seed
        trainer.reset(seed)
        if self.begins:
            self.begins(trainer, seed)
        before = self._probed(trainer, seed, "start")
        done = trainer.run(seed, on_epoch=epochs.append if self.curve else None, position=position)
        after = self._probed(trainer, seed, "trained")
        metric = trainer.task.metric
        numbers = {metric: done["score"], "loss": done["loss"], "losses": slices(position.losses), "seconds": done["seconds"]}
        if self.curve:
            met = [row["step"] for row in epochs if math.isfinite(row[metric]) and trainer.task.met(row[metric])]
            numbers |= {f"{metric}.curve": [row[metric] for row in epochs], "steps": met[0] if met else math.nan}
        return {**numbers, **before, **after}

    def params(self, condition: str) -> int:
        """How many numbers the model learns."""
        return self._trainer(condition).model.count_params()

    def rate(self, condition: str) -> float | None:
        """The learning rate under one condition."""
        return self.here(condition).recipe.get("learning_rate")

    def described(self, condition: str) -> fairness.Arm:
        """What this arm is made of and costs."""
        trainer, here = self._trainer(condition), self.here(condition)
        x, _ = trainer.task.batches(0, 0, 0, trainer.recipe.batch_size)
        said = {
            "model": self.network,
            "task": self.task,
            "optimizer": self.optimizer,
            "schedule": self.schedule,
            "begins": self.begins and getattr(self.begins, "__name__", type(self.begins).__name__),
            **{f"optimizer {name}": value for name, value in here.settings.items()},
            **{f"task {name}": value for name, value in here.options.items()},
            **here.sizes,
            **{name: value for name, value in vars(trainer.recipe).items() if name != "settings"},
        }
        path = catalog.find("model", self.model).path if isinstance(self.model, str) else None
        return fairness.described(trainer.model, x, said, path)

    def _trainer(self, condition: str):
        condition = self.training(condition)
        if condition not in self._trainers:
            self._trainers[condition] = self.here(condition)._made()
        return self._trainers[condition]

    def _made(self):
        from kdl.train.fit import Trainer
        from kdl.train.recipe import Recipe

        task = catalog.load(catalog.find("task", self.task)).make(**self.options)
        how = {"optimizer": self.optimizer, "settings": self.settings, "schedule": self.schedule, **self.recipe}
        trainer = Trainer(self.model, task, Recipe(**how), **self.sizes)
        # Tracing takes seconds, and is no part of a training's time: the arms are compared by it.
        trainer.replicas.step(trainer.model, *task.batches(0, 0, 0, trainer.recipe.batch_size))
        return trainer

    def _probed(self, trainer, seed: int, when: str) -> dict[str, float | list[float]]:
        if not self.probes:
            return {}
        x, y = (part[: self.probed] for part in trainer.task.test(seed))
        return {f"{name}.{when}": probe(trainer.model, x, y) for name, probe in self.probes.items()}


@dataclass
class ByCondition:
    """An arm that is another one under each condition, as a formula under some and a training under others.

    Args:
        parts: condition -> arm. What one of them has learned it says itself: `parts[condition].learned(seed)`.
    """

    parts: Mapping[str, Callable]

    def __call__(self, seed: int, condition: str) -> dict:
        return self.parts[condition](seed, condition)

    def training(self, condition: str) -> str:
        """The condition whose training serves this one."""
        part = self.parts.get(condition)
        return part.training(condition) if hasattr(part, "training") else condition

    def described(self, condition: str) -> fairness.Arm | None:
        """What the arm of this condition is made of; None where it cannot say."""
        part = self.parts[condition]
        return part.described(condition) if hasattr(part, "described") else None

    def rate(self, condition: str) -> float | None:
        """The learning rate of this condition's arm: its own word, or the argument that a function was given."""
        part = self.parts[condition]
        if hasattr(part, "rate"):
            return part.rate(condition)
        return getattr(part, "learning_rate", None) or getattr(part, "keywords", {}).get("rate")


def slices(losses: list[float], count: int = SLICES) -> list[float]:
    """A curve of at most `count` numbers: the means of equal parts, in order."""
    size = -(-len(losses) // count) or 1
    return [math.fsum(part) / len(part) for part in (losses[first : first + size] for first in range(0, len(losses), size))]


def _value(condition: str):
    """Conditions are written as text; what they set may be a number."""
    for kind in (int, float):
        try:
            return kind(condition)
        except ValueError:
            continue
    return condition
