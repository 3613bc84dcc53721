"""Arms: functions `measure(seed, condition) -> {name: float | [float]}` that a pair sets against each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kdl import catalog

PROBED = 64  # held-out sequences that a probe looks at


@dataclass
class Trained:
    """An arm that trains a model from scratch for each seed and scores it on held-out data.

    The model is built and compiled once for each condition; each seed re-initialises everything (weights, optimizer,
    data), so that a seed gives the same bits alone as among others. See `trained` for the arguments.
    """

    model: str
    task: str
    varies: str | None
    sizes: Mapping[str, object]
    probes: Mapping[str, Callable]
    recipe: Mapping[str, object]
    _trainers: dict = field(default_factory=dict, repr=False)

    def __call__(self, seed: int, condition: str) -> dict:
        """Train and score.

        Returns:
            The task's metric; "seconds" of training; for each probe its curve before ("NAME.start") and after
            ("NAME.trained") training.
        """
        from kdl.train.fit import Position

        trainer = self._trainer(condition)
        trainer.reset(seed)
        before = self._probed(trainer, seed, "start")
        done = trainer.run(seed, position=Position())
        after = self._probed(trainer, seed, "trained")
        return {trainer.task.metric: done["score"], "seconds": done["seconds"], **before, **after}

    def params(self, condition: str) -> int:
        """How many numbers the model learns."""
        return self._trainer(condition).model.count_params()

    def _trainer(self, condition: str):
        if condition not in self._trainers:
            from kdl.train.fit import Trainer
            from kdl.train.recipe import Recipe

            options = {self.varies: _value(condition)} if self.varies else {}
            task = catalog.load(catalog.find("task", self.task)).make(**options)
            recipe = Recipe.of(self.model, self.task, **self.recipe)
            self._trainers[condition] = Trainer(self.model, task, recipe, **self.sizes)
        return self._trainers[condition]

    def _probed(self, trainer, seed: int, when: str) -> dict[str, list[float]]:
        x, y = (part[:PROBED] for part in trainer.task.test(seed))
        return {f"{name}.{when}": probe(trainer.model, x, y) for name, probe in self.probes.items()}


def trained(
    model: str, task: str, *, varies: str | None = None, sizes: Mapping | None = None, probes: Mapping | None = None, **recipe
) -> Trained:
    """The usual arm: train `model` on `task`.

    Args:
        model: entry id of a model.
        task: id of a task.
        varies: the task's option that the condition sets, as "length"; None where all conditions are one task.
        sizes: arguments of the model's `build`; what they leave out comes from the task and the file's defaults.
        probes: name -> `probe(model, x, y) -> [float]`, taken before and after training.
        **recipe: fields of `kdl.train.recipe.Recipe` (steps, batch_size, learning_rate, clip_norm ...).
    """
    return Trained(model, task, varies, dict(sizes or {}), dict(probes or {}), recipe)


def _value(condition: str):
    """Conditions are written as text; a task's option may be a number."""
    for kind in (int, float):
        try:
            return kind(condition)
        except ValueError:
            continue
    return condition
