"""The one room that names TensorFlow or JAX: a quiet start, gradients, devices, repeatable runs, data parallelism."""

from kdl.backend.device import deterministic, device, seeded, versions
from kdl.backend.gradients import value_and_grad
from kdl.backend.place import Place
from kdl.backend.quiet import start
from kdl.backend.replicas import replicas
from kdl.backend.scalars import scalars

__all__ = ["Place", "deterministic", "device", "replicas", "scalars", "seeded", "start", "value_and_grad", "versions"]
