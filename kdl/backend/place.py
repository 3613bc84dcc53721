"""Where to compute: which kind of device, how many of them, and which other hosts take part.

A framework looks for its devices once, when it starts; so a place is chosen before Keras is imported.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from kdl.errors import EnvironmentProblem, UsageProblem

KINDS = ("auto", "cpu", "gpu")


@dataclass(frozen=True)
class Place:
    """What to compute on.

    Args:
        kind: "cpu", "gpu", or "auto": a GPU where there is one.
        count: how many devices share each batch. On a CPU its cores are split into as many logical devices.
        hosts: "host:port" of every process of a group (JAX), the same list in the same order for all; () for a single one.
        process: which of `hosts` this process is.
    """

    kind: str = "auto"
    count: int = 1
    hosts: tuple[str, ...] = ()
    process: int = 0

    def __post_init__(self):
        if self.kind not in KINDS:
            raise UsageProblem(f"There is no device {self.kind!r}.", fix=f"Choose one of: {', '.join(KINDS)}.")
        if self.count < 1:
            raise UsageProblem(f"count must be at least 1. Received: count={self.count}")
        wrong = [host for host in self.hosts if not host.rpartition(":")[0] or not host.rpartition(":")[2].isdigit()]
        if wrong:
            raise UsageProblem(f"{wrong[0]!r} is not HOST:PORT.", fix="As in `--hosts 10.0.0.1:5000,10.0.0.2:5000`.")
        if self.hosts and not 0 <= self.process < len(self.hosts):
            raise UsageProblem(
                f"process must be from 0 to {len(self.hosts) - 1}, the place of this host in the list. "
                f"Received: process={self.process}"
            )


ANYWHERE = Place()


def prepare(place: Place, backend: str) -> None:
    """Tell the framework by its environment variables, before it is imported."""
    if place.hosts and backend != "jax":
        raise UsageProblem(
            "Several hosts need the JAX backend.",
            why="Keras on TensorFlow trains on one host only.",
            fix="Add `--backend jax` (and install it: `kdl doctor` says what is there).",
        )
    if place.kind == "cpu":
        os.environ[{"tensorflow": "CUDA_VISIBLE_DEVICES", "jax": "JAX_PLATFORMS"}[backend]] = (
            "-1" if backend == "tensorflow" else "cpu"
        )
    if place.count > 1 and backend == "jax":  # counts for the CPU only; GPUs are as many as they are
        flags = os.environ.get("XLA_FLAGS", "")
        os.environ["XLA_FLAGS"] = f"{flags} --xla_force_host_platform_device_count={place.count}".strip()


def settle(place: Place, backend: str) -> None:
    """What can be said only between the import and the first operation: logical devices, the group of hosts."""
    if backend == "tensorflow" and place.count > 1:
        _split_cpu(place)
    if place.hosts:
        import keras

        keras.distribution.initialize(",".join(place.hosts), len(place.hosts), place.process)


def _split_cpu(place: Place) -> None:
    import tensorflow as tf

    if tf.config.list_physical_devices("GPU"):
        return
    cpu = tf.config.list_physical_devices("CPU")[0]
    try:
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * place.count)
    except RuntimeError as error:
        raise UsageProblem(
            f"TensorFlow runs already, on {len(tf.config.list_logical_devices('CPU'))} device.", fix="Start again."
        ) from error


def check(place: Place, backend: str) -> str | None:
    """Is what was asked for there, and does it compute? A GPU that is listed may still refuse every kernel.

    Returns:
        What to say where the CPU computes in the place of a GPU that does not work and was not asked for.

    Raises:
        EnvironmentProblem: no GPU, one that was asked for and does not work, or fewer devices than asked for.
    """
    found = {"tensorflow": _tensorflow_devices, "jax": _jax_devices}[backend]()
    gpus = [device for kind, device in found if kind == "gpu"]
    if place.kind == "gpu" and not gpus:
        raise EnvironmentProblem("No GPU was found.", why=_why_no_gpu(backend), fix=_gpu_cure(backend))
    if place.kind == "cpu" and gpus:
        raise UsageProblem(f"{backend} runs already, on a GPU.", fix="Start again with `--device cpu`.")
    try:
        if gpus:
            _try(gpus[0], backend)
    except EnvironmentProblem as error:
        if place.kind != "auto" or place.count > 1 or place.hosts:
            raise
        _use_cpu(backend)
        return f"{error.what} The CPU computes instead. {error.why}"
    if place.count > len(found) // max(1, len(place.hosts)):
        raise EnvironmentProblem(
            f"{place.count} devices were asked for; {len(found)} can be used.", fix="Ask for fewer with `--devices N`."
        )
    return None


def _use_cpu(backend: str) -> None:
    """From here on everything is computed on the CPU. The framework runs already: it cannot be told to see no GPU."""
    if backend == "tensorflow":
        import tensorflow as tf

        tf.device("/CPU:0").__enter__()  # for the rest of the process
    else:
        import jax

        jax.config.update("jax_default_device", jax.devices("cpu")[0])


def _tensorflow_devices() -> list[tuple[str, str]]:
    import tensorflow as tf

    gpus = tf.config.list_logical_devices("GPU")
    return [("gpu" if gpus else "cpu", device.name) for device in gpus or tf.config.list_logical_devices("CPU")]


def _jax_devices() -> list[tuple]:
    import jax

    return [("cpu" if device.platform == "cpu" else "gpu", device) for device in jax.devices()]


def _try(device, backend: str) -> None:
    """One small matrix product; without it "GPU found" says nothing."""
    try:
        if backend == "tensorflow":
            import tensorflow as tf

            with tf.device(device):
                product = tf.linalg.matmul(tf.ones((8, 8)), tf.ones((8, 8)))
            product.numpy()
            if not product.device.endswith(device):  # TensorFlow places softly, without a word
                raise RuntimeError(f"TensorFlow computed on {product.device}.")
        else:
            import jax

            jax.device_put(jax.numpy.ones((8, 8)), device).dot(jax.numpy.ones((8, 8))).block_until_ready()
    except Exception as error:  # drivers raise what they like
        raise EnvironmentProblem(
            f"The GPU {device} is there, and cannot compute.",
            why=f"{(str(error).strip() or type(error).__name__).splitlines()[0][:300]}",
            fix="`--device cpu` does without it. Blackwell cards (RTX 50) need `--backend jax`: TensorFlow 2.21 has no "
            "code for them. docs/gpu.md says more.",
        ) from error


def _why_no_gpu(backend: str) -> str:
    if os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1"):
        return f"CUDA_VISIBLE_DEVICES={os.environ['CUDA_VISIBLE_DEVICES']} hides all of them."
    name = {"tensorflow": "TensorFlow", "jax": "JAX"}[backend]
    return f"{name} sees none: there is no card, no driver, or this {name} was installed without CUDA."


def _gpu_cure(backend: str) -> str:
    from kdl.errors import install_line

    cuda = install_line("gpu") if backend == "tensorflow" else 'pip install "jax[cuda12]"'
    return f"Look whether `nvidia-smi` lists a card, then: {cuda}. docs/gpu.md says more. Without a GPU: --device cpu"
