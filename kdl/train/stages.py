"""The stages of a training and their epochs. Most models have one stage; where training is the lesson there are several."""

from __future__ import annotations

from dataclasses import dataclass

from kdl import catalog
from kdl.backend import start
from kdl.errors import BadContent, UsageProblem
from kdl.tasks import Stage, Task
from kdl.train import optimizer
from kdl.train.recipe import Recipe


@dataclass(frozen=True)
class Epoch:
    """Steps `begin` up to `end` (not included), counted over the whole training, as is the epoch's number."""

    number: int
    stage: int
    begin: int
    end: int


class Plan:
    """Which step belongs to which stage and epoch.

    Args:
        stages: in order; their shares of the steps sum to 1.
        recipe: of the whole training.
    """

    def __init__(self, stages: list[Stage], recipe: Recipe):
        self.stages, self.recipe = stages, recipe
        total = sum(stage.share for stage in stages)
        ends = [round(recipe.steps * sum(one.share for one in stages[: n + 1]) / total) for n in range(len(stages))]
        self._spans = list(zip([0, *ends], ends, strict=False))

    @classmethod
    def of(cls, name: str, model, task: Task, recipe: Recipe) -> Plan:
        """The plan of a model: its file's `stages(model, task)`, or one stage in which all of it learns the task."""
        card = catalog.models().get(name)
        stages = getattr(catalog.load(card), "stages", None) if card else None
        made = list(stages(model, task)) if stages else [Stage("train", task)]
        if not made or any(stage.share <= 0 for stage in made):
            raise BadContent(card.path, 1, "stages must return stages with a positive share each")
        return cls(made, recipe)

    def task(self, stage: int) -> Task:
        return self.stages[stage].task

    def epoch(self, step: int) -> Epoch:
        """The epoch of a step, both counted from 0. The last epoch of a stage may be short."""
        stage = next((n for n, (_, end) in enumerate(self._spans) if step < end), len(self.stages) - 1)
        before = sum(-(-(end - begin) // self._size(n)) for n, (begin, end) in enumerate(self._spans[:stage]))
        (begin, end), size = self._spans[stage], self._size(stage)
        nth = (step - begin) // size
        return Epoch(before + nth, stage, begin + nth * size, min(end, begin + (nth + 1) * size))

    def _size(self, stage: int) -> int:
        """Steps in a whole epoch of a stage."""
        return self.task(stage).epoch_steps(self.recipe.batch_size)

    def compile(self, number: int, model, replicas, *, jit_compile: bool) -> None:
        """Compile the model for a stage: its loss, its layers that learn, a new optimizer.

        Raises:
            UsageProblem: neither the task nor the model has a loss.
        """
        stage = self.stages[number]
        if stage.task.loss is None and type(model).compute_loss is start().Model.compute_loss:
            raise UsageProblem(
                f"{model.name} cannot be trained on {stage.task.name}.",
                why=f"{stage.task.name} leaves the loss to its models, and this one has none of its own.",
            )
        if len(self.stages) > 1:
            for layer in model.layers:
                layer.trainable = stage.learns is None or stage.learns(layer)
        begin, end = self._spans[number]
        made = optimizer.made(self.recipe, end - begin, stage.speed)
        loss = stage.task.loss() if stage.task.loss else None
        model.compile(optimizer=replicas.optimizer(made), loss=loss, jit_compile=jit_compile)
