"""Why a training stopped being numbers: which step, which weight or gradient went first, and what to try."""

from __future__ import annotations

import math

from kdl.backend import start, value_and_grad
from kdl.errors import Diverged
from kdl.runs.record import Run
from kdl.train import checkpoint
from kdl.train.fit import Position, Trainer
from kdl.train.recipe import slower


def explained(trainer: Trainer, run: Run | None, seed: int, step: int, loss: float) -> Diverged:
    """The error to raise for a training whose loss or weights at `step`, counted from 1, are no numbers.

    Nothing is known any more of the weights before that step, so the epoch is trained once more up to it.
    """
    epoch = trainer.plan.epoch(step - 1).number + 1
    lost = (
        f"A weight is no longer a number after step {step}"
        if math.isfinite(loss)
        else f"The loss is no longer a number at step {step}"
    )
    what = f"{lost} (epoch {epoch})."
    if run is None:
        return Diverged(what, why="The first process of the group says more.")
    return Diverged(what, why=_bad_data(trainer, seed, step) or _first(trainer, run, seed, step), fix=cure(run))


def cure(run: Run) -> str:
    """What to try in place of a training that diverged."""
    said = run.record
    if "command" not in said:
        return "Take smaller steps, or clip the gradient."
    return f"Take smaller steps: {slower(said['command'], said['what'], said.get('task', ''))}"


def _batch(trainer: Trainer, seed: int, step: int):
    """The batch of a step, counted from 1."""
    epoch = trainer.plan.epoch(step - 1)
    return trainer.plan.task(epoch.stage).batches(seed, epoch.number, step - 1 - epoch.begin, trainer.recipe.batch_size)


def _bad_data(trainer: Trainer, seed: int, step: int) -> str | None:
    import numpy as np

    for name, part in zip(("input", "answer"), _batch(trainer, seed, step), strict=True):
        if part.dtype.kind == "f" and not np.isfinite(part).all():
            return f"The {name} of that batch holds {np.count_nonzero(~np.isfinite(part))} values that are no numbers."
    return None


def _first(trainer: Trainer, run: Run, seed: int, step: int) -> str:
    """Train once more: after each step look at the weights, and before the last two at the gradients."""
    if trainer.replicas.processes > 1:
        return "Which weight went first is only looked for on a single host."
    path = run.path / checkpoint.FILE
    if path.exists():
        position = checkpoint.restore(path, trainer)
    else:
        trainer.reset(seed)
        position = Position()
    for now in range(position.step + 1, step + 1):
        epoch = trainer.plan.epoch(now - 1)
        if epoch.stage != trainer.stage:
            trainer.enter(epoch.stage)
        if now >= step - 1:
            broken, largest = _look(trainer, *_batch(trainer, seed, now))
            if broken:
                rest = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
                return f"The gradient of {broken[-1]}{rest} is not finite at step {now}; the largest weight is {largest:.3g}."
        trainer.replicas.step(trainer.model, *_batch(trainer, seed, now))
        weight = trainer.broken()
        if weight:
            return f"The weight {weight} is no number after step {now}."
    return "The gradients of the two steps before it were finite: the update itself was too large."


def _look(trainer: Trainer, x, y) -> tuple[list[str], float]:
    """Paths of the weights whose gradient is not finite, in the order of the model; and the largest weight."""
    import numpy as np

    model = trainer.model

    def total(*weights):
        """The loss of the step, the task's or the model's own; what it would write is left unwritten."""
        with start().StatelessScope(zip(model.trainable_variables, weights, strict=True)):
            return model.compute_loss(x, y, model(x, training=True), training=True)

    weights = [variable.numpy() for variable in model.trainable_variables]
    largest = max((float(np.abs(weight[np.isfinite(weight)]).max(initial=0)) for weight in weights), default=0.0)
    _, gradients = value_and_grad(total, *weights)
    broken = [
        variable.path
        for variable, gradient in zip(model.trainable_variables, gradients, strict=True)
        if not math.isfinite(float(np.abs(np.asarray(gradient, np.float64)).sum()))
    ]
    return broken, largest
