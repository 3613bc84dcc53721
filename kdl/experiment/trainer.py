"""The trainer of an arm: `kdl.train.fit.Trainer` with a network of the pair's own, and any optimizer or schedule."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kdl import catalog
from kdl.backend import start
from kdl.errors import UsageProblem
from kdl.tasks import Task
from kdl.train.fit import Trainer
from kdl.train.recipe import Recipe

KERAS = {"adam": "Adam", "sgd": "SGD", "gradient-descent": "SGD"}  # Keras's own; the lessons in kdl.optimizers equal them


class ArmTrainer(Trainer):
    """A compiled model with its task and recipe, traced before the first measurement.

    Args:
        network: model id, or a function `build(**sizes) -> keras.Model`.
        task: what to train it for.
        recipe: how.
        optimizer: its id; see `kdl.experiment.arms.trained`.
        settings: its arguments beside the learning rate.
        schedule: id of a schedule; None for a constant learning rate.
        sizes: arguments of the network that win over those of the task.
    """

    def __init__(
        self,
        network: str | Callable,
        task: Task,
        recipe: Recipe,
        optimizer: str,
        settings: Mapping[str, object],
        schedule: str | None,
        sizes: Mapping[str, object],
    ):
        self.network, self.optimizer = network, (optimizer, dict(settings), schedule)
        name = network if isinstance(network, str) else network.__name__
        super().__init__(name, task, recipe, **sizes)
        # Tracing takes seconds, and is no part of a training's time: the arms are compared by it.
        self.replicas.step(self.model, *task.batches(0, 0, 0, recipe.batch_size))

    def _built(self):
        if isinstance(self.network, str):
            return super()._built()
        with self.engine.policy():
            return self.network(**self.sizes)

    def enter(self, stage: int) -> None:
        """Compile the model for a stage, with an optimizer of the arm's kind."""
        super().enter(stage)
        with self.replicas.scope():
            self.model.compile(
                optimizer=self.replicas.optimizer(self._made(stage)),
                loss=self.plan.task(stage).loss(),
                jit_compile=self.engine.compiled,
            )
            self.model.optimizer.build(self.model.trainable_variables)
        self._optimizer_at_start = [variable.numpy() for variable in self.model.optimizer.variables]

    def _made(self, stage: int):
        (name, settings, schedule), recipe = self.optimizer, self.recipe
        rate = recipe.learning_rate * self.plan.stages[stage].speed
        if schedule:
            rate = _algorithm(schedule, "schedule")(rate, recipe.steps)
        make = getattr(start().optimizers, KERAS[name]) if name in KERAS else _algorithm(name, "optimizer")
        return make(rate, global_clipnorm=recipe.clip_norm, **settings)


def _algorithm(name: str, kind: str) -> Callable:
    """The `make` of an optimizer or a schedule."""
    card = catalog.find("algorithm", name)
    if card.makes != kind:
        raise UsageProblem(f"{name} is no {kind}; it makes: {card.makes}.", fix="`kdl algorithm list` says which is what.")
    return catalog.load(card).make
