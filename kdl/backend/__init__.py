"""The one room that names TensorFlow or JAX: a quiet start, gradients, devices, repeatable runs."""

from kdl.backend.device import deterministic, device, versions
from kdl.backend.gradients import value_and_grad
from kdl.backend.quiet import start

__all__ = ["deterministic", "device", "start", "value_and_grad", "versions"]
