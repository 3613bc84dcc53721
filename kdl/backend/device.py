"""Which device computes, how to make it repeat itself, and which versions to write into a run's record."""

from __future__ import annotations

import contextlib
import os
import platform
import sys

from kdl import __version__
from kdl.backend.quiet import captured_stderr, start


def device() -> str:
    """The device that Keras computes on: "CPU", or a GPU's name as "GPU NVIDIA H100 80GB HBM3"."""
    if start().config.backend() == "jax":
        import jax

        (first,) = jax.numpy.ones(()).devices()  # where it does compute; a GPU that is listed may not work
        return "CPU" if first.platform == "cpu" else f"{first.platform.upper()} {first.device_kind}"
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    if not gpus or "GPU" not in tf.ones(()).device:  # a GPU that is listed may not work
        return "CPU"
    return f"GPU {tf.config.experimental.get_device_details(gpus[0]).get('device_name', gpus[0].name)}"


def seeded(seed: int) -> None:
    """Set every source of chance: Python's, NumPy's and the backend's."""
    keras = start()
    # Keras sets TensorFlow's too, wherever it is installed, and imports it for that.
    quietly = contextlib.nullcontext() if "tensorflow" in sys.modules else captured_stderr()
    with quietly:
        keras.utils.set_random_seed(seed)


def deterministic(seed: int) -> None:
    """Make what follows repeat itself bit for bit on this machine: seeds everywhere, and only repeatable kernels.

    Costs nothing that could be measured on a CPU. On TensorFlow it also keeps XLA off, for the rest of the process.
    """
    seeded(seed)
    if start().config.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()


def _cores() -> int:
    """Cores that this process may use; a container may have fewer than the machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def versions() -> dict[str, str | int]:
    """What a number depends on: versions of kdl, Python, Keras, NumPy and the backend, and the threads in use."""
    import numpy

    keras = start()
    backend = keras.config.backend()
    found = {
        "kdl": __version__,
        "python": platform.python_version(),
        "keras": keras.__version__,
        "numpy": numpy.__version__,
        "backend": backend,
        "machine": f"{platform.system()} {platform.machine()}",
        "threads": _cores(),
    }
    if backend == "tensorflow":
        import tensorflow as tf

        found["tensorflow"] = tf.__version__
        found["threads"] = tf.config.threading.get_intra_op_parallelism_threads() or found["threads"]
    else:
        import jax

        found["jax"] = jax.__version__
    return found
