"""Train a model on a task, from a seed, the same way every time.

One `Trainer` builds, compiles and traces its model once; `run(seed)` starts it afresh for each seed. All that is random
(weights, dropout, the order and the content of the data) is drawn from that seed, so that seed 3 gives the same bits
alone and after other seeds. With a `Position` and the state of all variables (see `kdl.train.checkpoint`) a training
goes on as if it had never stopped.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import fmean

from kdl import catalog
from kdl.backend import deterministic, replicas, seeded, start
from kdl.backend.replicas import divided
from kdl.tasks import Task
from kdl.train.engine import PLAIN, Engine
from kdl.train.recipe import Recipe
from kdl.train.stages import Plan

CHUNK = 500  # examples that are predicted at once


@dataclass
class Position:
    """How far a training is.

    Attributes:
        losses: of every step taken, in order.
        seconds: of training so far.
    """

    losses: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def step(self) -> int:
        """Steps taken."""
        return len(self.losses)


class Trainer:
    """A compiled model with its task and recipe.

    Args:
        model: model id, or a function `build(**sizes) -> keras.Model`.
        task: what to train it for.
        recipe: how.
        engine: what computes it.
        **sizes: arguments of the model's `build` that win over those of the task.

    Attributes:
        model: the compiled `keras.Model`.
        plan: the stages of the training; most models have one.
    """

    def __init__(self, model: str | Callable, task: Task, recipe: Recipe, *, engine: Engine = PLAIN, **sizes):
        start()
        (deterministic if engine.repeatable else seeded)(0)
        self.network, self.task, self.recipe, self.engine = model, task, recipe, engine
        self.name = model if isinstance(model, str) else model.__name__
        self.sizes = {**task.sizes, **sizes}
        self.replicas = replicas(engine.devices)
        divided(recipe.batch_size, self.replicas.count)
        with self.replicas.scope():
            self.model = self._built()
        self.plan = Plan.of(self.name, self.model, task, recipe)
        self.enter(0)

    def _built(self):
        with self.engine.policy():
            return catalog.build(self.name, **self.sizes) if self.network == self.name else self.network(**self.sizes)

    def enter(self, stage: int) -> None:
        """Compile the model for a stage, with an optimizer of its own."""
        self.stage = stage
        with self.replicas.scope():
            self.plan.compile(stage, self.model, self.replicas, jit_compile=self.engine.compiled)
            # Variables that are created inside the first step make TensorFlow trace that step a second time.
            self.model.optimizer.build(self.model.trainable_variables)
        self._optimizer_at_start = [variable.numpy() for variable in self.model.optimizer.variables]

    def reset(self, seed: int) -> None:
        """Start afresh: weights, seed generators, optimizer and metrics become those of a new model made with `seed`."""
        if self.stage:
            self.enter(0)
        seeded(seed)
        with self.replicas.scope():
            fresh = self._built()
            for variable, new in zip(self.model.variables, fresh.variables, strict=True):
                variable.assign(new.value)
            for variable, new in zip(self.model.optimizer.variables, self._optimizer_at_start, strict=True):
                variable.assign(new)
        self.model.reset_metrics()

    def run(
        self,
        seed: int,
        on_epoch: Callable[[dict], None] | None = None,
        on_step: Callable[[int, float], None] | None = None,
        stop: Callable[[], bool] | None = None,
        *,
        position: Position | None = None,
        keep: Callable[[Position], None] | None = None,
    ) -> dict:
        """Train.

        Args:
            seed: decides everything random.
            on_epoch: called at the end of each epoch with a row: epoch, step, loss (mean of the epoch), the task's
                metric on the held-out set, seconds.
            on_step: called after each step with the number of steps done and the mean loss of the epoch so far.
            stop: asked after each step; True ends the training there.
            position: how far the training is; the variables must be as they were there. None: from scratch.
            keep: called after `on_epoch` with the position, while loss and variables are numbers; what else a resume needs
                is then in the variables.

        Returns:
            score (on the held-out set; NaN where the training diverged), loss (mean of the last epoch), steps (taken),
            seconds (training alone).
        """
        if position is None:
            self.reset(seed)
            position = Position()
        ended, score = False, None
        while position.step < self.recipe.steps and not ended:
            epoch = self.plan.epoch(position.step)
            if epoch.stage != self.stage:
                self.enter(epoch.stage)
            ended = self._epoch(seed, epoch, position, on_step, stop)
            diverged = not math.isfinite(position.losses[-1]) or bool(self.broken())
            ended = ended or diverged
            if on_epoch:
                score = self.score(seed)
                row = {"epoch": epoch.number + 1, "step": position.step, "loss": self._loss(position)}
                on_epoch({**row, self.task.metric: score, "seconds": position.seconds})
            if keep and not diverged:
                keep(position)
        score = self.score(seed) if score is None else score
        return {"score": score, "loss": self._loss(position), "steps": position.step, "seconds": position.seconds}

    def _epoch(self, seed: int, epoch, position: Position, on_step, stop) -> bool:
        """Train to the end of the epoch; True where the training ends before it."""
        began, ended, total = time.perf_counter(), False, sum(position.losses[epoch.begin :])
        while position.step < epoch.end and not ended:
            position.losses.append(self._step(seed, epoch.number, position.step - epoch.begin))
            total += position.losses[-1]
            if on_step:
                on_step(position.step, total / (position.step - epoch.begin))
            ended = not math.isfinite(position.losses[-1]) or self.replicas.agreed(bool(stop and stop()))
        position.seconds += time.perf_counter() - began
        return ended

    def broken(self) -> str | None:
        """Path of the first variable, weights before the optimizer's, that holds a value that is no finite number."""
        import numpy as np

        variables = [*self.model.variables, *self.model.optimizer.variables]
        return next((variable.path for variable in variables if not np.isfinite(variable.numpy()).all()), None)

    def _loss(self, position: Position) -> float:
        """Mean over the epoch of the last step taken."""
        return fmean(position.losses[self.plan.epoch(position.step - 1).begin :])

    def _step(self, seed: int, epoch: int, index: int) -> float:
        """One optimizer step; returns the loss of its batch."""
        x, y = self.plan.task(self.stage).batches(seed, epoch, index, self.recipe.batch_size)
        return self.replicas.step(self.model, x, y)

    def score(self, seed: int) -> float:
        """The task's metric on its held-out set."""
        x, y = self.task.test(seed)
        return float(self.task.score(y, self.predict(x)))

    def predict(self, x):
        """Outputs for inputs (B, ...), as NumPy. Every chunk has the same shape, so that one trace serves them all."""
        import numpy as np

        chunks = []
        for first in range(0, len(x), CHUNK):
            rows = np.arange(first, first + CHUNK) % len(x)  # the last chunk is filled up from the front
            chunks.append(self.replicas.predict(self.model, x[rows]))
        outputs = np.concatenate(chunks)[: len(x)]
        return outputs if outputs.dtype == np.float64 or outputs.dtype.kind in "biu" else outputs.astype(np.float32)
