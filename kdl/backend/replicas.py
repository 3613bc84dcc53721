"""One training step on one device, on several of this host, or on several hosts.

All of them do the same sum: each device takes an equal share of the batch, the gradients are averaged, and every device
makes the same update. TensorFlow does it by `MirroredStrategy` (one host), JAX by `keras.distribution.DataParallel`.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
from collections.abc import Iterator

from kdl.backend.quiet import captured_stderr, start
from kdl.errors import ENVIRONMENT, EnvironmentProblem, UsageProblem


class GroupGone(EnvironmentProblem):
    """Another process of the group has ended; what this one still has can be resumed by a new group."""


class One:
    """Everything on one device.

    Attributes:
        count: devices that share a batch, in all processes together.
        processes: processes of the group.
    """

    count = processes = 1
    _stepped = None  # the model of the last step

    def scope(self):
        """Models, optimizers and their variables are made inside."""
        return contextlib.nullcontext()

    def optimizer(self, optimizer):
        """The optimizer to compile a model with."""
        return optimizer

    def agreed(self, wish: bool) -> bool:
        """Whether any process of the group wishes it; every process must ask, at the same step."""
        return wish

    def leave(self, code: int) -> None:
        """This process alone ends with an error: at its exit it must not wait for the others, which then learn of it."""

    def step(self, model, x, y) -> float:
        """One optimizer step of a compiled model; returns the loss of the whole batch.

        At the first step of a model TensorFlow traces and rewrites its graph, and says on stderr where an improvement failed
        and the graph stays as it was: that goes into `backend.log`.
        """
        first, self._stepped = self._stepped is not model, model
        with captured_stderr(more=True) if first else contextlib.nullcontext():
            return float(model.train_on_batch(x, y, return_dict=True)["loss"])

    def predict(self, model, x):
        """The model's outputs as NumPy."""
        return model.predict_on_batch(x)


class Mirrored(One):
    """Several devices of one host on TensorFlow."""

    def __init__(self, count: int):
        import tensorflow as tf

        kind = "GPU" if tf.config.list_logical_devices("GPU") else "CPU"
        self.count = count
        self.strategy = tf.distribute.MirroredStrategy([f"{kind}:{index}" for index in range(count)])

    def scope(self):
        return self.strategy.scope()

    def optimizer(self, optimizer):
        """The same optimizer, which clips the gradient of the whole batch and not that of each device's share."""
        import tensorflow as tf

        clip = optimizer._clip_gradients  # Keras has no public place between the gradients and the clipping

        def clip_all(gradients):
            group = tf.distribute.get_replica_context()
            whole = group.all_reduce(tf.distribute.ReduceOp.SUM, list(gradients)) if group else gradients
            # The optimizer adds up what its copies return.
            return [gradient / self.count if group else gradient for gradient in clip(whole)]

        optimizer._clip_gradients = clip_all
        return optimizer

    def step(self, model, x, y) -> float:
        """`train_on_batch` would give the whole batch to every device."""
        shares = tuple(self._shared(part) for part in (x, y))
        model.reset_metrics()
        model.make_train_function()
        return float(model.train_function(iter([shares]))["loss"])

    def _shared(self, part):
        import tensorflow as tf

        size = len(part) // self.count
        return self.strategy.experimental_distribute_values_from_function(
            lambda context: tf.convert_to_tensor(
                part[context.replica_id_in_sync_group * size : (context.replica_id_in_sync_group + 1) * size]
            )
        )

    def predict(self, model, x):
        import numpy as np

        rows = np.arange(-(-len(x) // self.count) * self.count) % len(x)  # filled up, so that all shares are equal
        model.make_predict_function()
        return model.predict_function([(self._shared(x[rows]),)]).numpy()[: len(x)]


class Sharded(One):
    """Several devices on JAX, of one host or of the whole group."""

    def __init__(self, count: int):
        import jax

        keras = start()
        self.process, self.processes = jax.process_index(), jax.process_count()
        self.count = count * self.processes
        devices = [device for device in jax.devices() if device.id in _first(count)]
        self.distribution = keras.distribution.DataParallel(
            devices=[f"{device.platform}:{device.id}" for device in devices], auto_shard_dataset=False
        )

    def scope(self):
        return self.distribution.scope()

    def agreed(self, wish: bool) -> bool:
        if self.processes == 1:
            return wish
        import numpy as np
        from jax.experimental import multihost_utils

        with self._together():
            return bool(multihost_utils.process_allgather(np.array(wish)).any())

    def leave(self, code: int) -> None:
        if self.processes > 1:
            atexit.register(_leave, code)

    def step(self, model, x, y) -> float:
        """Each process gives its share of the batch, in the order of the group."""
        size = len(x) // self.processes
        mine = slice(self.process * size, (self.process + 1) * size)
        with self.scope(), self._together():
            return super().step(model, x[mine], y[mine])

    def predict(self, model, x):
        with self.scope(), self._together():
            return super().predict(model, x)

    @contextlib.contextmanager
    def _together(self) -> Iterator[None]:
        """An error of the connection becomes one that says what it means."""
        try:
            yield
        except Exception as error:  # its class differs between the versions of JAX
            text = str(error)
            if self.processes == 1 or not any(word in text for word in ("Gloo", "NCCL", "nccl", "coordination", "heartbeat")):
                raise
            self.leave(ENVIRONMENT)
            raise GroupGone(
                f"Another of the {self.processes} processes has ended, or cannot be reached.", why=text.splitlines()[0][:300]
            ) from error


def _leave(code: int) -> None:
    """JAX would wait a minute for the lost process, and then abort this one."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _first(count: int) -> set:
    """Ids of the first `count` devices of every process."""
    import jax

    chosen = {}
    for device in jax.devices():
        chosen.setdefault(device.process_index, []).append(device.id)
    return {number for ids in chosen.values() for number in ids[:count]}


def replicas(count: int = 1) -> One:
    """How to compute on `count` devices of each process; several processes are those of `Place.hosts`."""
    if start().config.backend() == "tensorflow":
        return One() if count == 1 else Mirrored(count)
    import jax

    return One() if count == jax.process_count() == 1 else Sharded(count)


def divided(batch_size: int, devices: int) -> None:
    """Raises UsageProblem where a batch cannot be dealt out evenly."""
    if batch_size % devices:
        raise UsageProblem(
            f"A batch of {batch_size} cannot be shared by {devices} devices evenly.",
            fix=f"As in `--batch-size {max(1, batch_size // devices) * devices}`.",
        )
