"""Train a model on a task, from a seed, the same way every time.

One `Trainer` builds, compiles and traces its model once; `run(seed)` starts it afresh for each seed. All that is random
(weights, dropout, the order and the content of the data) is drawn from that seed, so that seed 3 gives the same bits
alone and after other seeds.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from statistics import fmean

from kdl import catalog
from kdl.backend import deterministic, start
from kdl.tasks import Task
from kdl.train.recipe import Recipe

CHUNK = 500  # examples that are predicted at once


class Trainer:
    """A compiled model with its task and recipe.

    Args:
        model: model id.
        task: what to train it for.
        recipe: how.
        **sizes: arguments of the model's `build` that win over those of the task.

    Attributes:
        model: the compiled `keras.Model`.
    """

    def __init__(self, model: str, task: Task, recipe: Recipe, **sizes):
        keras = start()
        deterministic(0)
        self.name, self.task, self.recipe = model, task, recipe
        self.sizes = {**task.sizes, **sizes}
        self.model = catalog.build(model, **self.sizes)
        optimizer = keras.optimizers.Adam(recipe.learning_rate, global_clipnorm=recipe.clip_norm)
        # JAX without its compiler is sixty times slower; on TensorFlow determinism rules XLA out.
        self.model.compile(optimizer=optimizer, loss=task.loss(), jit_compile=keras.config.backend() == "jax")
        # Variables that are created inside the first step make TensorFlow trace that step a second time.
        optimizer.build(self.model.trainable_variables)
        self._optimizer_at_start = [variable.numpy() for variable in optimizer.variables]

    def reset(self, seed: int) -> None:
        """Start afresh: weights, seed generators, optimizer and metrics become those of a new model made with `seed`."""
        start().utils.set_random_seed(seed)
        fresh = catalog.build(self.name, **self.sizes)
        for variable, new in zip(self.model.variables, fresh.variables, strict=True):
            variable.assign(new)
        for variable, new in zip(self.model.optimizer.variables, self._optimizer_at_start, strict=True):
            variable.assign(new)
        self.model.reset_metrics()

    def run(
        self,
        seed: int,
        on_epoch: Callable[[dict], None] | None = None,
        on_step: Callable[[int, float], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> dict:
        """Train from scratch.

        Args:
            seed: decides everything random.
            on_epoch: called at the end of each epoch with a row: epoch, step, loss (mean of the epoch), the task's
                metric on the held-out set, seconds.
            on_step: called after each step with the number of steps done and the mean loss of the epoch so far.
            stop: asked after each step; True ends the training there.

        Returns:
            score (on the held-out set; NaN where the training diverged), loss (mean of the last epoch), steps (taken),
            seconds (training alone).
        """
        self.reset(seed)
        epoch_steps, step, seconds, ended = self.task.epoch_steps(self.recipe.batch_size), 0, 0.0, False
        while step < self.recipe.steps and not ended:
            epoch, losses, began = step // epoch_steps, [], time.perf_counter()
            for index in range(min(epoch_steps, self.recipe.steps - step)):
                losses.append(self._step(seed, epoch, index))
                step += 1
                if on_step:
                    on_step(step, fmean(losses))
                ended = not math.isfinite(losses[-1]) or bool(stop and stop())
                if ended:
                    break
            seconds += time.perf_counter() - began
            if on_epoch:
                row = {"epoch": epoch + 1, "step": step, "loss": fmean(losses), self.task.metric: self.score(seed)}
                on_epoch({**row, "seconds": seconds})
        return {"score": self.score(seed), "loss": fmean(losses), "steps": step, "seconds": seconds}

    def _step(self, seed: int, epoch: int, index: int) -> float:
        """One optimizer step; returns the loss of its batch."""
        x, y = self.task.batches(seed, epoch, index, self.recipe.batch_size)
        self.model.reset_metrics()  # some versions of Keras would return a running mean
        return float(self.model.train_on_batch(x, y, return_dict=True)["loss"])

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
            chunks.append(self.model.predict_on_batch(x[rows]))
        return np.concatenate(chunks)[: len(x)]
